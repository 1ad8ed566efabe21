import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Task, TaskState } from "../shared/action.ts";
import { sameText } from "../shared/text.ts";
import { readAfterActions } from "./reading-after-actions.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function taskOf(id: string, state: TaskState, resource: string | null = id): Task {
  return {
    id,
    parent: null,
    action: "amt.power-on",
    title: sameText("Power on"),
    resource,
    resourceName: id,
    actor: "operator",
    startedAt: 0,
    endedAt: state === "running" ? null : 1,
    state,
    outcome: null,
    error: null,
    progress: [],
    children: null,
    cancellable: false,
    undoable: false,
  };
}

function reading(observe: (resources: string[]) => Promise<void> = async () => undefined) {
  const seen = { read: [] as string[][], errors: [] as unknown[], stopped: false };
  let tell: (task: Task) => void = () => undefined;
  const stop = readAfterActions({
    onChange(listener) {
      tell = listener;
      return () => {
        seen.stopped = true;
      };
    },
    observe(resources) {
      seen.read.push(resources);
      return observe(resources);
    },
    onError: (thrown) => void seen.errors.push(thrown),
  });
  const task = (...states: [string, TaskState, (string | null)?][]) => {
    for (const each of states) tell(taskOf(...each));
  };
  return { seen, stop, task, tell: (one: Task) => tell(one) };
}

const soon = () => vi.advanceTimersByTimeAsync(1000);

test.each(["verified", "failed", "already-done", "cancelled", "refused"] as const)(
  "a resource is read once when its action has ended as %s",
  async (state) => {
    const { seen, task } = reading();
    task(["tower-a", "running"], ["tower-a", "running"]);
    await soon();
    expect(seen.read).toEqual([]);
    task(["tower-a", state], ["tower-a", state]);
    await soon();
    expect(seen.read).toEqual([["tower-a"]]);
  },
);

test("it is read when the effect is unknown, and again when that is settled", async () => {
  const { seen, task } = reading();
  task(["tower-a", "running"], ["tower-a", "unknown-effect"]);
  await soon();
  task(["tower-a", "unknown-effect"]);
  await soon();
  expect(seen.read).toHaveLength(1);
  task(["tower-a", "verified"]);
  await soon();
  expect(seen.read).toHaveLength(2);
});

test("what an earlier console left unknown is read once it is settled", async () => {
  const { seen, task } = reading();
  task(["tower-a", "unknown-effect"], ["tower-b", "verified"]);
  await soon();
  expect(seen.read).toEqual([]);
  task(["tower-a", "failed"]);
  await soon();
  expect(seen.read).toEqual([["tower-a"]]);
});

test("actions that end together are one reading, without the bulk that they are part of", async () => {
  const { seen, task } = reading();
  task(["a", "running"], ["b", "running"], ["bulk", "running", null]);
  task(["a", "verified"], ["b", "failed"], ["bulk", "failed", null]);
  await soon();
  expect(seen.read).toEqual([["a", "b"]]);
});

test("a reading that fails is told of, and the next one follows", async () => {
  const { seen, task } = reading(async () => {
    throw new Error("no reading");
  });
  for (const id of ["a", "b"]) {
    task([id, "running"], [id, "verified"]);
    await soon();
  }
  expect(seen.read).toEqual([["a"], ["b"]]);
  expect(seen.errors).toHaveLength(2);
});

test("nothing is read once it is stopped", async () => {
  const { seen, stop, task } = reading();
  task(["a", "running"], ["a", "verified"]);
  stop();
  await soon();
  expect(seen).toMatchObject({ read: [], stopped: true });
});

test("a resource is read once its action has ended, also where it was in its last state before that", async () => {
  const { seen, task, tell } = reading();
  task(["tower-a", "running"]);
  tell({ ...taskOf("tower-a", "verified"), endedAt: null });
  await soon();
  expect(seen.read).toEqual([]);
  task(["tower-a", "verified"], ["tower-a", "verified"]);
  await soon();
  expect(seen.read).toEqual([["tower-a"]]);
});
