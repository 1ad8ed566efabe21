import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration, type VsphereSystemConfig, vsphereSystemSchema } from "../../../shared/estate.ts";
import type { Action } from "../../actions/action.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { powerActions } from "./actions/power.ts";
import { snapshotActions } from "./actions/snapshots.ts";
import { VimSession } from "./client/session.ts";
import { InventoryObserver } from "./observe.ts";

/**
 * One vCenter, or an ESXi host by itself: its clusters, hosts, VMs and datastores, kept up to date by waiting for changes;
 * power and snapshots of VMs.
 */
export const vsphereSystem: SystemDefinition<VsphereSystemConfig> = {
  type: "vsphere",
  config: vsphereSystemSchema,
  create: createVsphereSystem,
};

function createVsphereSystem(config: VsphereSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 60_000;
  const name = config.name ?? context.id;
  const subject = `${context.id}/vcenter`;
  const now = () => context.now();
  const wait = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });
  const makeSession = (password: () => Promise<{ reveal(): string }>) =>
    new VimSession({
      name,
      config,
      dial: (place, signal) => context.reach.dial(place, signal),
      authorityPath: () =>
        config.certificateAuthority === undefined
          ? null
          : resolve(context.estateFolder?.() ?? process.cwd(), config.certificateAuthority),
      password,
      now,
    });
  const stored = () => context.secrets.resolve(config.password, subject);
  const session = makeSession(stored);
  const observer = new InventoryObserver({
    system: context.id,
    name,
    site: config.site ?? null,
    environment: config.environment ?? null,
    datacenters: config.datacenters,
    every,
    session,
    now,
    wait,
    random: Math.random,
  });
  const parts = { system: context.id, session, now, wait, vm: (id: string) => observer.vm(id) };
  return {
    id: context.id,
    type: "vsphere",
    every,
    declarations: () => observer.declared,
    observe: (sink, signal) => observer.observe(sink, signal),
    actions: [...(powerActions(parts) as Action[]), ...snapshotActions(parts)],
    secrets: () => [{ reference: config.password, usedBy: subject }],
    trials: (reference) =>
      reference === config.password
        ? [
            {
              subject,
              name,
              async tryLogin(value, signal) {
                const trial = makeSession(value === null ? stored : async () => ({ reveal: () => value }));
                try {
                  await trial.enter(signal);
                  // The stored one may be right now: what was refused before is forgotten.
                  session.forgive();
                } finally {
                  await trial.close();
                }
              },
            },
          ]
        : [],
    distrust: () => observer.distrust(),
    async close() {
      await observer.close();
      await session.close();
    },
  };
}
