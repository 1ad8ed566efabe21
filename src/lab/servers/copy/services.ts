import { randomBytes } from "node:crypto";
import { addJob, keepTimers } from "../../world/jobs.ts";
import { standAt } from "../regions/region-parts.ts";
import { ChatServer, chatFaults } from "../webhook/chat-server.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts, CopyStores } from "./parts.ts";

const httpsPort = 443;
const tokenBytes = 13;
const hour = 3_600_000;
const day = 24 * hour;
const takes = 30_000;
const usualBytes = 48_000_000;

/** The secret of the lab's folder that a channel's URL is. */
export function hookSecret(system: string, channel: string): string {
  return `copy-hook-${system}-${channel}`;
}

/** Starts a chat for each system of channels, wherever there is room: whom a drill tells anything is in the lab. */
export async function startCopiedChannels(parts: CopyParts): Promise<void> {
  const { context, credentials, copy, addresses } = parts;
  const { world } = context;
  for (const [id, { channels }] of systemsOf(copy, "webhook")) {
    const address = addresses.of(`hooks ${id}`);
    const hooks = new Map<string, { channel: string }>();
    for (const channel of Object.keys(channels)) {
      const token = await credentials.kept(`copy-token-${id}-${channel}`, () =>
        randomBytes(tokenBytes).toString("hex"),
      );
      hooks.set(token, { channel });
      await credentials.write(hookSecret(id, channel), `https://${address}/hooks/${token}`);
    }
    const has = (name: "webhook-down" | `webhook-${(typeof chatFaults)[number]}`) =>
      world.fault(name, "bounce") !== null;
    const server = new ChatServer({
      hooks,
      certificate: credentials.certificates.good,
      fault: () => chatFaults.find((fault) => has(`webhook-${fault}`)) ?? null,
      clock: world.clock,
    });
    const state = () => (has("webhook-down") ? "refused" : "open");
    await standAt(parts, { name: `hooks ${id}`, address, port: httpsPort, state }, server);
  }
}

/** Puts the jobs of file stores on their machines; where one runs well, its target has a newer object. */
export function startCopiedJobs(
  { context, copy, opened, machines }: CopyParts,
  { buckets }: CopyStores,
): void {
  const { world } = context;
  const now = world.clock.now();
  const targets = new Map<string, { system: string; bucket: string; site: string | undefined }>();
  for (const [id, { servers, jobs }] of systemsOf(copy, "file-store")) {
    for (const [name, { unit, runsOn, schedule, on, lastRun, target }] of Object.entries(jobs)) {
      for (const server of runsOn) {
        const machine = machines.server(id, server).id;
        const isOn = on.includes(server);
        addJob(world, world.machine(machine), {
          name: unit,
          description: name,
          every: intervalOf(schedule),
          takes,
          isOn,
          lastAt: isOn && lastRun !== null ? Math.min(lastRun + takes, now) : null,
        });
        const [, system, bucket] = /^([^/]+)\/buckets\/(.+)$/.exec(target ?? "") ?? [];
        if (system === undefined || bucket === undefined) continue;
        targets.set(`${machine} ${unit}`, { system, bucket, site: servers[server]?.site });
      }
    }
  }
  const put = new Map<string, string>();
  const stopFollowing = world.onChange(({ machine: id, what }) => {
    if (what !== "units") return;
    for (const { name, job } of world.machine(id).units) {
      const key = `${id} ${name.replace(/\.service$/, "")}`;
      const to = targets.get(key);
      const last = job?.last;
      // What began before the copy was started was put there by it.
      if (!to || !last?.isGood || last.endedAt === null || last.startedAt < now) continue;
      if (put.get(key) === last.invocation) continue;
      put.set(key, last.invocation);
      if (to.site !== undefined && world.regions.has("link-regions-cut", to.site)) continue;
      const store = buckets.get(to.system);
      const told = systemsOf(copy, "s3").find(([each]) => each === to.system)?.[1].buckets[to.bucket];
      const bucket = told?.bucket ?? to.bucket;
      const file = `${told?.prefix ?? ""}${new Date(last.startedAt).toISOString().slice(0, 16)}.tar`;
      store?.put(bucket, file, usualBytes, last.startedAt);
    }
  });
  const timers = keepTimers(world);
  opened.push(() => {
    stopFollowing();
    timers.stop();
  });
}

/** How often a job runs, by the minute and hour of its schedule: hourly where the hour is left open, else daily. */
function intervalOf(schedule: string | undefined): number {
  return /^\S+ \*( \S+){3}$/.test(schedule ?? "") || /^(hourly|\*:)/.test(schedule ?? "") ? hour : day;
}
