import { expect, test } from "vitest";
import type { DrainPod, DrainView } from "../../../../shared/drain.ts";
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
  expect(seen).toEqual(["running", "paused", "running", "stopping", "ended"]);
  stop();
});

test("a preview is shown until the drain begins, which goes on from its lines, and not over it", () => {
  const desk = new DrainDesk();
  const pod: DrainPod = {
    resource: "east/pods/shop/api-1",
    namespace: "shop",
    name: "api-1",
    uid: "u",
    owner: null,
    plan: "evict",
    losses: ["unmanaged"],
    budgets: [],
    state: "planned",
    reason: null,
    since: 0,
  };
  desk.preview("east/nodes/a", [pod], ["unmanaged"]);
  expect(desk.view("east/nodes/a")).toMatchObject({ phase: "preview", allowed: ["unmanaged"] });
  const entry = desk.open("east/nodes/a", ["unmanaged"]);
  expect(desk.view("east/nodes/a")).toMatchObject({ phase: "running", pods: [pod] });
  desk.preview("east/nodes/a", [], []);
  expect(desk.view("east/nodes/a")).toMatchObject({ phase: "running", pods: [pod] });
  entry.end();
  const again = desk.open("east/nodes/a");
  expect(desk.view("east/nodes/a")).toMatchObject({ phase: "running", pods: [], allowed: [] });
  again.end();
});

test("only the last drains are kept", () => {
  const desk = new DrainDesk();
  for (let index = 0; index < 60; index++) desk.open(`east/nodes/${index}`).end();
  expect(desk.view("east/nodes/0")).toBeNull();
  expect(desk.view("east/nodes/59")).not.toBeNull();
  for (let index = 0; index < 60; index++) desk.preview(`west/nodes/${index}`, [], []);
  expect(desk.view("east/nodes/59")).toBeNull();
  expect(desk.view("west/nodes/59")).not.toBeNull();
});
