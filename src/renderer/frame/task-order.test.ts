import { describe, expect, it } from "vitest";
import type { Task, TaskState } from "../../shared/action.ts";
import { sameText } from "../../shared/text.ts";
import { leadingTask, taskNews, topTasks } from "./task-order.ts";

function task(id: string, state: TaskState, startedAt = 0, parent: string | null = null): Task {
  return {
    id,
    parent,
    action: "a",
    title: sameText("Reboot"),
    resource: id,
    resourceName: id,
    actor: "operator",
    startedAt,
    endedAt: null,
    state,
    outcome: null,
    error: null,
    progress: [],
    children: null,
    cancellable: false,
    undoable: false,
  };
}

const ids = (tasks: Task[]) => tasks.map(({ id }) => id);

describe("the task panel", () => {
  it("shows tasks of their own, newest first", () => {
    expect(
      ids(topTasks([task("a", "verified", 1), task("b", "running", 2), task("c", "running", 3, "b")])),
    ).toEqual(["b", "a"]);
  });

  it("leads with what runs longest, else with what came last", () => {
    expect(leadingTask(topTasks([task("a", "running", 1), task("b", "running", 2)]))?.id).toBe("a");
    expect(leadingTask(topTasks([task("a", "failed", 1), task("b", "verified", 2)]))?.id).toBe("b");
    expect(leadingTask([])).toBeNull();
  });

  it("reads out what began and what ended, and nothing of the list it found", () => {
    expect(taskNews(null, [task("a", "running")])).toEqual({ started: [], ended: [] });
    const news = taskNews(
      new Map<string, TaskState>([
        ["a", "running"],
        ["b", "verified"],
      ]),
      [task("a", "unknown-effect"), task("b", "verified"), task("c", "running"), task("d", "refused")],
    );
    expect([ids(news.started), ids(news.ended)]).toEqual([["c"], ["a", "d"]]);
  });
});
