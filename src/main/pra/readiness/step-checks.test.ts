import { describe, expect, it } from "vitest";
import { sameText } from "../../../shared/text.ts";
import { settled } from "../../procedures/engine/fixtures/started-engine.ts";
import { knownOf, smallPlan } from "../testing/small-pra.ts";
import { deskWith } from "../testing/started-desk.ts";
import { evaluate } from "./evaluate.ts";

/** The checks on the steps of the bascule. */
async function stepsOf({ parts }: ReturnType<typeof deskWith>) {
  const known = knownOf((id) => parts.inventory.get(id), parts.protection);
  const subject = { id: "carry", plan: smallPlan, rehearsals: [], known };
  const { checks } = await evaluate(parts, subject, AbortSignal.timeout(10_000));
  return checks.filter(({ kind }) => kind === "step");
}

describe("steps of a plan", () => {
  it("are not taken for held up by the plan's own run", async () => {
    const whole = deskWith();
    const { desk, engine } = whole;
    const request = { plan: "carry", mode: "planned", direction: "bascule" } as const;
    const planHash = desk.prepare(request).plan?.hash ?? "";
    const run = await desk.begin({ ...request, planHash, reason: "a test", confirmation: "" });
    await settled(engine, run);
    const during = await stepsOf(whole);
    expect(during.length).toBeGreaterThan(3);
    expect(during.map(({ id, state }) => `${id} ${state}`)).not.toContainEqual(
      expect.stringContaining("blocked"),
    );
  });

  it("are held up by the run of anybody else, which is told with its moment", async () => {
    const whole = deskWith();
    const { runner } = whole;
    const since = Date.UTC(2026, 1, 3, 3, 0, 30);
    expect(runner.reserve(["tower-b"], { run: "other", title: sameText("Patch"), since })).toBeNull();
    const held = (await stepsOf(whole)).find(({ resource }) => resource === "tower-b");
    expect(held).toMatchObject({ state: "blocked" });
    expect(held?.text.en).toContain("since 2026-02-03 03:00 UTC");
  });
});
