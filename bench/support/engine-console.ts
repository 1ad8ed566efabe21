import { setTimeout as pause } from "node:timers/promises";
import { fakeAction, fakeHost } from "../../src/main/actions/fixtures/fake-estate.ts";
import { JournalQueue } from "../../src/main/actions/journal-queue.ts";
import { ActionRegistry } from "../../src/main/actions/registry.ts";
import { ActionRunner } from "../../src/main/actions/runner.ts";
import { Journal } from "../../src/main/journal/journal.ts";
import { ProcedureEngine } from "../../src/main/procedures/engine/engine.ts";
import { planOf, poke, step } from "../../src/main/procedures/engine/fixtures/plans.ts";
import type { Plan } from "../../src/shared/plan.ts";

/** A plan of so many steps, one after the other, each on a host of its own. */
export function chainOf(steps: number, hosts = "h"): Plan {
  return planOf(
    Array.from({ length: steps }, (_, index) =>
      step(`s${index}`, poke(`${hosts}${index}`), { needs: index === 0 ? [] : [`s${index - 1}`] }),
    ),
  );
}

/**
 * A console's engine with its journal in a folder and one action that does nothing but tell `onEffect` of its host, and takes
 * `work` and its probe `asking` milliseconds. Whether an effect that nobody saw has happened is for `hasHappened` to tell.
 */
export function engineConsole(
  folder: string,
  onEffect: (host: string) => void = () => {},
  { work = 0, asking = 0, hasHappened = (_host: string): boolean => false } = {},
) {
  const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
  const registry = new ActionRegistry();
  registry.register([
    fakeAction({
      probe: async () => {
        if (asking > 0) await pause(asking);
        return { state: "needed", text: { en: "needed", fr: "nécessaire" }, observed: { boot: "1" } };
      },
      apply: async (context) => {
        context.committed();
        if (work > 0) await pause(work);
        onEffect(context.resource.id);
        return { data: {} };
      },
      settle: async ({ resource: { id } }) =>
        hasHappened(id)
          ? { effect: "happened", text: { en: "it was told", fr: "il a été signalé" }, data: {} }
          : {
              effect: "did-not-happen",
              text: { en: "it was not told", fr: "il n'a pas été signalé" },
              data: {},
            },
    }),
  ]);
  const queue = new JournalQueue(journal);
  const resource = (id: string) => fakeHost(id);
  const parts = { journal, queue, resource, now: Date.now, actor: "operator-a" };
  const runner = new ActionRunner({ ...parts, registry, guards: [] });
  const engine = new ProcedureEngine({
    ...parts,
    runner,
    refresh: async () => {},
    lookAt: () => {},
    expand: () => ({ items: [], nodes: [], leftOut: [] }),
    holder: "bench",
    report: (error) => {
      throw error;
    },
  });
  const close = async () => {
    await engine.close();
    await runner.close();
    journal.close();
  };
  return { engine, journal, close };
}
