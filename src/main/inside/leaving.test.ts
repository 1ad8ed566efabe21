import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { Leaving, type OpenThing } from "./leaving.ts";

const away = text("Outside.", "Dehors.");
let outside: Set<string>;
let judgement: object | null;
let answers: (() => void)[];
let graces: (() => void)[];
let listeners: Set<() => void>;
let ended: Map<string, LocalText>;
let open: string[];
let waysLeft: number;
let waysFree: boolean;
let reported: OpsError[];
let leaving: Leaving;

beforeEach(() => {
  outside = new Set();
  judgement = null;
  answers = [];
  graces = [];
  listeners = new Set();
  ended = new Map();
  open = ["east", "west"];
  waysLeft = 0;
  waysFree = true;
  reported = [];
  leaving = new Leaving({
    open: () =>
      open
        .filter((system) => !ended.has(system))
        .map(
          (system): OpenThing => ({
            key: system,
            subject: { of: "system", system },
            end: (reason) => ended.set(system, reason),
          }),
        ),
    reasonAgainst: (subject) => (subject.of === "system" && outside.has(subject.system) ? away : null),
    judgement: () => judgement,
    judgeAnew: () => new Promise((resolve) => answers.push(resolve)),
    leaveWays: () => {
      waysLeft += 1;
      return waysFree;
    },
    grace: (signal) =>
      new Promise((resolve, reject) => {
        graces.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report: (error) => reported.push(error),
  });
});
afterEach(async () => {
  await leaving.close();
  expect(reported).toEqual([]);
  expect(listeners.size).toBe(0);
});

/** A new judgement is in force. */
function judge(...systems: string[]): void {
  outside = new Set(systems);
  judgement = systems.length > 0 ? {} : null;
  for (const listener of listeners) listener();
}

/** The grace is over, and the next judgement says so; `null`: it is overtaken by another one. */
async function next(systems: string[] | null): Promise<void> {
  await vi.waitFor(() => expect(graces).toHaveLength(1));
  graces.pop()?.();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  if (systems !== null) judge(...systems);
  answers.pop()?.();
}

it("ends what two judgements find outside, with the reason, and leaves the rest", async () => {
  judge("east");
  expect(ended.size).toBe(0);
  await next(["east"]);
  await vi.waitFor(() => expect([...ended.keys()]).toEqual(["east"]));
  expect(ended.get("east")?.fr).toContain("Dehors.");
  expect(waysLeft).toBe(1);
  for (const listener of listeners) listener();
  expect(graces).toEqual([]);
});

it("ends nothing where the network has only flapped, or is no longer known to be outside", async () => {
  judge("east", "west");
  await next([]);
  judge("west");
  await next(["east"]);
  await vi.waitFor(() => expect(graces).toHaveLength(1));
  expect(ended.size).toBe(0);
  await next([]);
  judge();
  expect([ended.size, graces.length]).toEqual([0, 0]);
});

it("waits for the later judgement where one is overtaken", async () => {
  judge("east");
  await next(null);
  expect([ended.size, waysLeft]).toEqual([0, 0]);
  judge("east");
  await next(["east"]);
  await vi.waitFor(() => expect(ended.has("east")).toBe(true));
});

it("lets go of ways once nothing that is under way needs them", async () => {
  waysFree = false;
  judge("east");
  await next(["east"]);
  await vi.waitFor(() => expect(waysLeft).toBe(1));
  waysFree = true;
  await next(["east"]);
  await vi.waitFor(() => expect(waysLeft).toBe(2));
});

it("ends nothing any more once it is closed", async () => {
  judge("east");
  await vi.waitFor(() => expect(graces).toHaveLength(1));
  await leaving.close();
  judge("west");
  expect([ended.size, answers.length]).toEqual([0, 0]);
});
