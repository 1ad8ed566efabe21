import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration } from "../../../shared/estate-words.ts";
import { type ProxmoxSystemConfig, proxmoxSystemSchema } from "../../../shared/systems/proxmox.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { proxmoxActions } from "./actions/index.ts";
import { tellingChanges } from "./actions/told-changes.ts";
import { SecondFactor } from "./client/second-factor.ts";
import { ProxmoxClient } from "./client/session.ts";
import { ClusterConsoles } from "./consoles/consoles.ts";
import { ClusterHistory } from "./history/history.ts";
import { Known } from "./known.ts";
import { ClusterObserver } from "./observe.ts";

/**
 * One cluster of Proxmox VE, or a node by itself: its nodes, VMs, containers, storages, replication jobs and backups, with
 * quorum, HA and tasks.
 */
export const proxmoxSystem: SystemDefinition<ProxmoxSystemConfig> = {
  type: "proxmox",
  config: proxmoxSystemSchema,
  create: (config, context) => createProxmoxSystem(config, context),
};

type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;
const realWait: Wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal });

/** The same with a clock of its own to wait by, for tests. */
export function createProxmoxSystem(
  config: ProxmoxSystemConfig,
  context: SystemContext,
  wait: Wait = realWait,
): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 15_000;
  const name = config.name ?? context.id;
  const subject = `${context.id}/cluster`;
  const now = () => context.now();
  const secret = config.token ?? config.password;
  const { totp } = config;
  const stored = async () => (secret ? context.secrets.resolve(secret, subject) : { reveal: () => "" });
  const factor = new SecondFactor({
    name,
    secret: totp === undefined ? null : () => context.secrets.resolve(totp, subject),
    questions: context.questions,
    now,
  });
  const makeClient = (value: () => Promise<{ reveal(): string }>) =>
    new ProxmoxClient({
      name,
      config,
      dial: (place, signal) => context.reach.dial(place, signal),
      authorityPath: () =>
        config.certificateAuthority === undefined
          ? null
          : resolve(context.estateFolder?.() ?? process.cwd(), config.certificateAuthority),
      secret: value,
      factor,
      now,
    });
  const client = makeClient(stored);
  const observer = new ClusterObserver({
    system: context.id,
    client,
    name: config.name ?? null,
    site: config.site ?? null,
    environment: config.environment ?? null,
    offSite: config.offSite,
    every,
    now,
  });
  const known = new Known(observer.picture, observer.ids);
  const history = new ClusterHistory({ client, known, cluster: observer.ids.cluster, now, wait });
  const consoles = new ClusterConsoles({
    system: context.id,
    cluster: name,
    client,
    known,
    user: config.user,
    isToken: config.token !== undefined,
    trouble: () => observer.error?.text ?? null,
  });
  return {
    id: context.id,
    type: "proxmox",
    every,
    declarations: () => observer.declared,
    observe: (sink, signal, resources) => observer.observe(sink, signal, resources),
    actions: tellingChanges(
      proxmoxActions({
        system: context.id,
        secrets: context.secrets,
        client,
        known,
        ids: observer.ids,
        user: config.user,
        now,
        wait,
        capacityRules: context.capacityRules,
      }),
      () => observer.outdate(),
    ),
    consoles: (resource) => consoles.offers(resource),
    openScreen: (resource, signal) => consoles.openScreen(resource, signal),
    openShell: (resource, size, signal) => consoles.openShell(resource, size, signal),
    snapshots: (resource, signal) => history.snapshots(resource, signal),
    remoteTasks: (resource, signal) => history.tasks(resource, signal),
    remoteTaskLog: (resource, task, signal) => history.taskLog(resource, task, signal),
    happenings: (resource, signal) => history.happenings(resource, signal),
    secrets: () =>
      [secret, totp].flatMap((reference) =>
        reference === undefined ? [] : [{ reference, usedBy: subject }],
      ),
    trials: (reference) =>
      reference === secret
        ? [
            {
              subject,
              name,
              async tryLogin(value, signal) {
                const trial = makeClient(value === null ? stored : async () => ({ reveal: () => value }));
                try {
                  await trial.enter(signal);
                  // The stored one may be right now: what was refused before is forgotten.
                  client.forgive();
                } finally {
                  trial.close();
                }
              },
            },
          ]
        : [],
    distrust: () => client.reset(),
    async close() {
      consoles.close();
      history.close();
      client.close();
      await observer.close();
    },
  };
}
