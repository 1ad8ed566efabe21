import { expect, it } from "vitest";
import { ManualClock } from "../../lab/world/clock.ts";
import { endWhenDue } from "./ender.ts";

const minute = 60_000;

/** What is due, for consoles whose orders take effect as `order` says. */
function dueList(ids: string[]) {
  const clock = new ManualClock();
  const listeners = new Set<() => void>();
  const errors: unknown[] = [];
  const ended: string[] = [];
  const state = { ids, order: async (_id: string): Promise<void> => {}, reads: 0, isBroken: false };
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const open = (random: number) =>
    endWhenDue({
      due: () => state.ids.map((id) => ({ id, ends: 0 })),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async reread() {
        state.reads += 1;
        if (state.isBroken) throw new Error("no answer");
      },
      async end(id) {
        ended.push(id);
        await state.order(id);
      },
      after: (milliseconds, work) => clock.after(milliseconds, work),
      random: () => random,
      onError: (thrown) => void errors.push(thrown),
    });
  const advance = async (milliseconds: number) => {
    clock.advance(milliseconds);
    // Whatever was begun by that ends before anything is looked at.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { state, ended, errors, listeners, tell, open, advance };
}

it("whichever console is first ends it, and the others find it gone", async () => {
  const list = dueList(["a"]);
  list.state.order = async (id) => {
    list.state.ids = list.state.ids.filter((each) => each !== id);
    list.tell();
  };
  const stops = [list.open(0.2), list.open(0.9)];
  await list.advance(29_000);
  expect(list.ended).toEqual(["a"]);
  await list.advance(3_600_000);
  expect([list.ended, list.errors]).toEqual([["a"], []]);
  for (const stop of stops) stop();
  expect(list.listeners.size).toBe(0);
});

it("what does not go is tried again, less and less often", async () => {
  const list = dueList(["a"]);
  const stop = list.open(0.5);
  for (const [after, times] of [
    [0.25, 1],
    [4.9, 1],
    [0.2, 2],
    [9.8, 2],
    [0.3, 3],
    [600, 4],
  ] as const) {
    await list.advance(after * minute);
    expect(list.ended).toHaveLength(times);
  }
  stop();
});

it("what cannot be read is not ended blindly, and is tried again", async () => {
  const list = dueList(["a"]);
  list.state.isBroken = true;
  const stop = list.open(0);
  await list.advance(0);
  expect([list.ended, list.errors.length]).toEqual([[], 1]);
  list.state.isBroken = false;
  await list.advance(5 * minute);
  expect(list.ended).toEqual(["a"]);
  stop();
});

it("what was given a later end, or went by itself, is left alone", async () => {
  const list = dueList(["a"]);
  const stop = list.open(1);
  list.state.ids = [];
  list.tell();
  await list.advance(minute);
  expect([list.ended, list.state.reads]).toEqual([[], 0]);
  list.state.ids = ["a"];
  list.tell();
  stop();
  await list.advance(minute);
  expect(list.ended).toEqual([]);
});
