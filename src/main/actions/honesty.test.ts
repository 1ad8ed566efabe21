import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EffectClass, startRequestSchema } from "../../shared/action.ts";
import { sameText } from "../../shared/text.ts";
import { Journal } from "../journal/journal.ts";
import type { Action } from "./action.ts";
import { fakeAction, fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import { ActionRegistry } from "./registry.ts";
import { ActionRunner } from "./runner.ts";

/** What becomes of one attempt: where it breaks, whether the world changed, and who can still tell. */
interface Fate {
  effect: EffectClass;
  apply: "works" | "breaks-before" | "hangs-before" | "breaks-after" | "hangs-after";
  happens: boolean;
  verify: "tells" | "breaks" | "hangs";
  settle: "tells" | "cannot-tell" | "breaks";
  cancelAfter: number | null;
  journalFailsAt: number | null;
}

const fates: fc.Arbitrary<Fate> = fc.record({
  effect: fc.constantFrom("once", "convergent"),
  apply: fc.constantFrom("works", "breaks-before", "hangs-before", "breaks-after", "hangs-after"),
  happens: fc.boolean(),
  verify: fc.constantFrom("tells", "breaks", "hangs"),
  settle: fc.constantFrom("tells", "cannot-tell", "breaks"),
  cancelAfter: fc.option(fc.nat(12)),
  journalFailsAt: fc.option(fc.nat(8)),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-honesty-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** An action in a world of one bit, and the count of what was really sent. */
function actionOf(fate: Fate, world: { changed: boolean; sent: number }): Action {
  return fakeAction({
    effect: fate.effect,
    apply: async ({ committed, signal }) => {
      if (fate.apply === "breaks-before") throw fakeError("reach.refused");
      if (fate.apply === "hangs-before") await hang(signal);
      await setImmediate();
      committed();
      world.sent += 1;
      world.changed = fate.happens;
      if (fate.apply === "breaks-after") throw fakeError("reach.lost");
      if (fate.apply === "hangs-after") await hang(signal);
      return { data: {} };
    },
    verify: async ({ signal }) => {
      if (fate.verify === "breaks") throw fakeError("reach.lost");
      if (fate.verify === "hangs") await hang(signal);
      return { proven: world.changed, text: sameText("seen"), data: {} };
    },
    settle: async () => {
      if (fate.settle === "breaks") throw fakeError("reach.lost");
      const tells = world.changed ? ("happened" as const) : ("did-not-happen" as const);
      return { effect: fate.settle === "tells" ? tells : "unknown", text: sameText("looked"), data: {} };
    },
  });
}

function runnerOf(action: Action, journal: ConstructorParameters<typeof ActionRunner>[0]["journal"]) {
  const registry = new ActionRegistry();
  registry.register([action]);
  return new ActionRunner({
    registry,
    journal,
    resource: (id) => fakeHost(id, { seenAt: 0 }),
    guards: [],
    now: Date.now,
    actor: "operator-a",
    timing: { delays: [0], every: 1000, grace: 5 },
  });
}

describe("whatever breaks, and wherever", () => {
  it("nothing is sent twice, no end is claimed that is not so, and a restart agrees", async () => {
    const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    await fc.assert(
      fc.asyncProperty(fates, async (fate) => {
        const world = { changed: false, sent: 0 };
        let writes = 0;
        // Each round reads what is its own: all rounds before would be read twice by each.
        const since = journal.head + 1;
        const ofTypes: Journal["ofTypes"] = (types, from) => journal.ofTypes(types, Math.max(from, since));
        const failing = {
          ofTypes,
          forTask: journal.forTask.bind(journal),
          bookmark: () => null,
          setBookmark: () => {},
          head: journal.head,
          writeAll: (events: Parameters<Journal["writeAll"]>[0]) => {
            writes += 1;
            if (writes === (fate.journalFailsAt ?? 0) + 2 && fate.journalFailsAt !== null) {
              throw fakeError("journal.cannot-write");
            }
            return journal.writeAll(events);
          },
        };
        const runner = runnerOf(actionOf(fate, world), failing);
        const request = startRequestSchema.parse({ action: "host.poke", resources: ["tower-a"] });
        // Earlier rounds may have left the same host unsettled: a reason goes past that guard.
        const id = await runner.start({ ...request, reason: "property", deadline: 40 });
        for (let turn = 0; turn < (fate.cancelAfter ?? 0); turn += 1) await setImmediate();
        if (fate.cancelAfter !== null) runner.cancel(id);
        const { state } = await runner.waitFor(id);

        expect(world.sent).toBeLessThanOrEqual(1);
        if (state === "verified") expect(world.changed).toBe(true);
        if (state === "failed") expect(world.changed).toBe(false);
        if (["cancelled", "refused"].includes(state)) expect(world.sent).toBe(0);
        if (fate.settle === "tells") expect(state).not.toBe("unknown-effect");
        await runner.close();

        const types = journal.forTask(id).map((event) => event.type);
        expect(types.filter((type) => type === "action.intent").length).toBeLessThanOrEqual(1);
        if (world.sent > 0) expect(types).toContain("action.intent");
        const restarted = runnerOf(actionOf(fate, world), journal);
        expect((await restarted.waitFor(id)).state).toBe(state);
        await restarted.close();
      }),
      { numRuns: 100 },
    );
    expect(await journal.verify()).toMatchObject({ intact: true });
    journal.close();
  });
});
