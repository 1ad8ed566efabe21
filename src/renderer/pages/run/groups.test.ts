import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../../shared/action.ts";
import { sameText } from "../../../shared/text.ts";
import { foldOutput } from "../../widgets/tasks/task-output.ts";
import { groupByOutcome, groupByOutput, transcript } from "./groups.ts";

function task(id: string, part: Partial<Task> = {}): Task {
  return {
    id,
    parent: "bulk",
    action: "ssh.run-command",
    title: sameText("Run"),
    resource: id,
    resourceName: id,
    actor: "operator",
    startedAt: 0,
    endedAt: 1,
    state: "verified",
    outcome: sameText("The command ended with exit code 0."),
    error: null,
    progress: [],
    children: null,
    cancellable: false,
    undoable: false,
    ...part,
  };
}

const said = (resource: string, text: string, stream: "output" | "error" = "output") => ({
  task: resource,
  resource,
  stream,
  text,
});

describe("a command on many", () => {
  it("is summed up by state and exit code, largest group first, what still runs last", () => {
    const failed = { state: "failed", outcome: sameText("The command ended with exit code 3.") } as const;
    const groups = groupByOutcome(
      [task("a"), task("b", failed), task("c"), task("d", { state: "running", outcome: null })],
      "en",
    );
    expect(groups.map(({ state, tasks }) => [state, tasks.map(({ id }) => id)])).toEqual([
      ["verified", ["a", "c"]],
      ["failed", ["b"]],
      ["running", ["d"]],
    ]);
  });

  it("groups those that said exactly the same on the same streams", () => {
    const outputs = foldOutput(null, [
      said("a", "6.1"),
      said("b", "6.1"),
      said("c", "6.1", "error"),
      said("d", "5.10"),
    ]);
    const groups = groupByOutput(
      ["a", "b", "c", "d", "e"].map((id) => task(id)),
      outputs,
    );
    expect(groups.map(({ tasks }) => tasks.map(({ id }) => id).join())).toEqual(["a,b", "c", "d", "e"]);
  });

  it("loses no task in any grouping", () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/));
    fc.assert(
      fc.property(ids, fc.array(fc.constantFrom("x", "y", "")), (names, texts) => {
        const tasks = names.map((id) => task(id));
        const outputs = foldOutput(
          null,
          names.map((id, place) => said(id, texts[place] ?? "")),
        );
        for (const groups of [groupByOutput(tasks, outputs), groupByOutcome(tasks, "fr")]) {
          expect(groups.flatMap((group) => group.tasks.map(({ id }) => id)).sort()).toEqual(
            [...names].sort(),
          );
        }
      }),
    );
  });

  it("is copied with the name and the outcome of each", () => {
    const outputs = foldOutput(null, [said("a", "6.1\n"), said("b", "6.1\n")]);
    expect(transcript(groupByOutput([task("a"), task("b")], outputs), "en")).toBe(
      "# a: The command ended with exit code 0.\n# b: The command ended with exit code 0.\n6.1\n",
    );
  });
});
