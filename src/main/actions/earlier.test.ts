import { expect, it } from "vitest";
import { sameText } from "../../shared/text.ts";
import type { EarlierTask } from "./action.ts";
import { fakeAction } from "./fixtures/fake-estate.ts";
import { run, runnerWith } from "./fixtures/started-runner.ts";

it("an action is told what was about to be done before, on its own resource alone, by a later console too", async () => {
  const seen: (readonly EarlierTask[])[] = [];
  let count = 0;
  const poke = fakeAction({
    probe: async (context) => {
      seen.push(context.earlier?.(["host.poke"]) ?? []);
      count += 1;
      return { state: "needed", text: sameText("needed"), observed: { count } };
    },
  });
  const first = runnerWith([poke, fakeAction({ id: "host.look" })]);
  await run(first);
  await run(first, { action: "host.look" });
  await run(first, { resources: ["tower-b"] });
  const last = await run(runnerWith([poke]));
  await runnerWith([poke]).preview({ action: "host.poke", resources: ["tower-a"], input: {} });
  expect(seen.map((tasks) => tasks.map(({ observed }) => observed.count))).toEqual([[], [], [1], [3, 1]]);
  expect(seen[3]?.[0]).toMatchObject({ task: last.id, action: "host.poke", verb: "apply" });
});
