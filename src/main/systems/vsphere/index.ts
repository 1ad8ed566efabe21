import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration } from "../../../shared/estate-words.ts";
import { type VsphereSystemConfig, vsphereSystemSchema } from "../../../shared/systems/vsphere.ts";
import type { Action } from "../../actions/action.ts";
import type { Reach } from "../../reach/reach.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { watched } from "../watched.ts";
import { acknowledgeAction } from "./actions/alarms.ts";
import { evacuateAction } from "./actions/evacuation/evacuate.ts";
import { noteGuests } from "./actions/evacuation/note-guests.ts";
import { returnVmsAction } from "./actions/evacuation/return-vms.ts";
import { hostMaintenanceActions } from "./actions/host-maintenance.ts";
import { hostPowerActions } from "./actions/host-power.ts";
import { migrateAction } from "./actions/migrate.ts";
import { powerActions } from "./actions/power.ts";
import { snapshotActions } from "./actions/snapshots.ts";
import { Catalogue } from "./client/history.ts";
import { RestSession } from "./client/rest/session.ts";
import { VimSession } from "./client/session.ts";
import { VimFault } from "./client/vim-fault.ts";
import { EventsLooked } from "./history/events.ts";
import { type HistoryParts, TasksLooked } from "./history/tasks.ts";
import { InventoryObserver } from "./observe.ts";
import { snapshotTrees } from "./snapshot-tree.ts";
import { TagBook } from "./tags/book.ts";
import { TagWatch } from "./tags/watch.ts";
import { VmScreens } from "./webmks/screens.ts";

/**
 * One vCenter, or an ESXi host by itself: its clusters, hosts, VMs and datastores, kept up to date by waiting for changes;
 * power and snapshots of VMs.
 */
export const vsphereSystem: SystemDefinition<VsphereSystemConfig> = {
  type: "vsphere",
  config: vsphereSystemSchema,
  create: (config, context) => createVsphereSystem(config, context),
};

type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;
const realWait: Wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal });

/** The same with a clock of its own to wait by, for tests. */
export function createVsphereSystem(
  config: VsphereSystemConfig,
  context: SystemContext,
  wait: Wait = realWait,
): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 60_000;
  const name = config.name ?? context.id;
  const subject = `${context.id}/vcenter`;
  const now = () => context.now();
  const dial: Reach["dial"] = (place, signal) => context.reach.dial(place, signal);
  const authorityPath = () =>
    config.certificateAuthority === undefined
      ? null
      : resolve(context.estateFolder?.() ?? process.cwd(), config.certificateAuthority);
  const sessionParts = (password: () => Promise<{ reveal(): string }>) => ({
    name,
    config,
    dial,
    authorityPath,
    password,
    now,
  });
  const stored = () => context.secrets.resolve(config.password, subject);
  const session = new VimSession(sessionParts(stored));
  const rest = new RestSession(sessionParts(stored));
  const tags = new TagBook({ environments: config.environments, now });
  const tagWatch = new TagWatch({
    session: rest,
    onRead: (reading) => observer.retag(tags.take(reading)),
    onError: (error) => {
      if (tags.fail(error)) observer.retag(new Set());
    },
    wait,
    random: Math.random,
  });
  const observer = new InventoryObserver({
    system: context.id,
    name,
    site: config.site ?? null,
    environment: config.environment ?? null,
    datacenters: config.datacenters,
    every,
    session,
    tags,
    onWhole: () => void beginTags(),
    now,
    wait,
    random: Math.random,
  });
  /** An ESXi host by itself has none. */
  const beginTags = async () => {
    const content = await session.content(closing.signal).catch(() => null);
    if (content && content.apiType !== "HostAgent" && !closing.signal.aborted) tagWatch.begin();
  };
  const parts = {
    system: context.id,
    session,
    now,
    wait,
    vm: (id: string) => observer.vm(id),
    inventory: () => observer.held(),
    capacityRules: context.capacityRules,
  };
  const closing = new AbortController();
  const until = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal]);
  const catalogue = new Catalogue(session);
  const history = (resource: string): HistoryParts => ({
    session,
    catalogue,
    now,
    resourceOf: (id) => observer.resourceOf(id),
    covers: (id) => observer.isWithin(id, resource),
    async scope(signal) {
      const entity = await observer.scopeOf(resource, signal);
      if (!entity) throw new VimFault("ManagedObjectNotFound", name);
      return { entity, recursion: entity.type === "VirtualMachine" ? "self" : "all" };
    },
  });
  const screens = new VmScreens({
    session,
    system: context.id,
    config,
    dial,
    authorityPath,
    vm: parts.vm,
    trouble: () => observer.standing().error?.message ?? null,
  });
  return {
    id: context.id,
    type: "vsphere",
    every,
    declarations: () => observer.declared,
    observe: (sink, signal, resources) => observer.observe(sink, signal, resources),
    actions: [
      ...(powerActions(parts) as Action[]),
      ...snapshotActions(parts),
      acknowledgeAction({
        ...parts,
        alarms: (resource) => observer.alarms(resource),
        retell: (entity, signal) => observer.retell(entity, signal),
      }) as unknown as Action,
      ...hostMaintenanceActions(parts),
      ...hostPowerActions(parts),
      ...([evacuateAction(parts), returnVmsAction(parts), noteGuests(parts)] as unknown as Action[]),
      migrateAction(parts) as unknown as Action,
    ],
    consoles: (resource) => screens.consoles(resource),
    openScreen: (resource, signal) => screens.open(resource, signal),
    snapshots(resource, signal) {
      if (!observer.vm(resource)) return null;
      const standing = () => observer.standing();
      const onHeard = (listener: () => void) => observer.onHeard(listener);
      return snapshotTrees({ vm: parts.vm, standing, onHeard, name }, resource, until(signal));
    },
    happenings: (resource, signal) =>
      observer.knows(resource)
        ? watched({ area: "vsphere", wait, now }, new EventsLooked(history(resource)), until(signal))
        : null,
    remoteTasks: (resource, signal) =>
      observer.knows(resource)
        ? watched({ area: "vsphere", wait, now }, new TasksLooked(history(resource)), until(signal))
        : null,
    secrets: () => [{ reference: config.password, usedBy: subject }],
    trials: (reference) =>
      reference === config.password
        ? [
            {
              subject,
              name,
              async tryLogin(value, signal) {
                const password = value === null ? stored : async () => ({ reveal: () => value });
                const trial = new VimSession(sessionParts(password));
                try {
                  await trial.enter(signal);
                  // The stored one may be right now: what was refused before is forgotten.
                  session.forgive();
                  rest.forgive();
                  tagWatch.restart();
                } finally {
                  await trial.close();
                }
              },
            },
          ]
        : [],
    distrust() {
      observer.distrust();
      rest.reset();
      tagWatch.restart();
    },
    async close() {
      closing.abort();
      screens.close();
      await observer.close();
      await tagWatch.close();
      await Promise.all([rest.close(), session.close()]);
    },
  };
}
