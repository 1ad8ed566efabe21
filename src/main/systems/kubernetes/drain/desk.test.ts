import { expect, test } from "vitest";
import type { DrainView } from "../../../../shared/drain.ts";
import { DrainDesk } from "./desk.ts";

test("what is wished of a drain is shown at once, and not heeded when none is under way", () => {
  const desk = new DrainDesk();
  const seen: DrainView["phase"][] = [];
  const stop = desk.onChange(({ phase }) => void seen.push(phase));
  expect(desk.wish("east/nodes/a", "pause")).toBe(false);
  expect(desk.view("east/nodes/a")).toBeNull();
  const entry = desk.open("east/nodes/a");
  expect(desk.wish("east/nodes/a", "pause")).toBe(true);
  expect(desk.wish("east/nodes/a", "go-on")).toBe(true);
  expect(desk.wish("east/nodes/a", "abort")).toBe(true);
  expect(desk.wish("east/nodes/a", "go-on")).toBe(false);
  entry.end();
  entry.end();
  expect(desk.view("east/nodes/a")?.phase).toBe("ended");
  expect(seen).toEqual(["running", "paused", "running", "running", "ended"]);
  stop();
});

test("only the last drains are kept", () => {
  const desk = new DrainDesk();
  for (let index = 0; index < 60; index++) desk.open(`east/nodes/${index}`).end();
  expect(desk.view("east/nodes/0")).toBeNull();
  expect(desk.view("east/nodes/59")).not.toBeNull();
});
