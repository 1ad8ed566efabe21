import { OpsError } from "../../../shared/errors.ts";
import { readBackupJobs, readZone } from "./backup-jobs.ts";
import { printable } from "./client/exchange.ts";
import { garbage, nothingShown } from "./client/faults.ts";
import { ProxmoxRefusal } from "./client/refusal.ts";
import type { CallOptions, ProxmoxClient } from "./client/session.ts";
import { fieldsOf, flagAt, listOf, wordsAt } from "./client/values.ts";
import { readAddresses, readGuestConfig, readSnapshots } from "./guest-details.ts";
import { nodeNamed, type Picture, rowsByStorage } from "./picture.ts";
import {
  readBackups,
  readClusterState,
  readHaState,
  readInventory,
  readNodeDetails,
  readReplication,
  readTasks,
} from "./records.ts";
import { readVotes } from "./votes.ts";

export interface ReadingParts {
  client: ProxmoxClient;
  picture: Picture;
  now(): number;
}

/** Milliseconds for the lists of the cluster, and for what one node says, which may hang by itself. */
const listDeadline = 20_000;
const nodeDeadline = 10_000;
/** The guest agent is waited for by Proxmox VE itself, some seconds, when it does not answer. */
const agentDeadline = 8000;
const usualJitter = 30_000;

/** What is read by itself, each by its key: `node:pve-1`, `guest:100`, `storage:nfs`, `replication`, `backupJobs`, `votes`, `rules`, `rights`, `doors`. */
export type PartKey = string;

/** Reads the lists of the cluster into the picture. Throws what reading its resources throws. */
export async function readLists({ client, picture, now }: ReadingParts, signal: AbortSignal): Promise<void> {
  const options = { signal, deadline: listDeadline };
  const extra = <Value>(what: string, asked: Promise<unknown>, read: (data: unknown) => Value) =>
    orDenied(picture, what, asked.then(read));
  const [resources, state, ha, tasks, version] = await Promise.all([
    client.call({ request: "clusterResources", ...options }),
    extra("status", client.call({ request: "clusterStatus", ...options }), readClusterState),
    extra("ha", client.call({ request: "haStatus", ...options }), readHaState),
    extra("tasks", client.call({ request: "clusterTasks", ...options }), readTasks),
    picture.version === null
      ? extra("version", client.call({ request: "version", ...options }), (data) =>
          wordsAt(fieldsOf(data), "version"),
        )
      : picture.version,
  ]);
  const inventory = readInventory(resources);
  // Whoever answers is a node: a list without any must not pass for a cluster from which everything has gone.
  if (inventory.nodes.length === 0) {
    throw Array.isArray(resources) && resources.length === 0
      ? nothingShown(client.name)
      : garbage(client.name);
  }
  picture.inventory = inventory;
  if (state) picture.state = state;
  picture.ha = ha;
  picture.tasks = tasks ?? [];
  picture.version = version;
  picture.readAt = now();
  const guests = new Set(picture.inventory.guests.map(({ id }) => id));
  for (const id of picture.guests.keys()) if (!guests.has(id)) picture.guests.delete(id);
  for (const id of picture.fresh.keys()) if (!guests.has(id)) picture.fresh.delete(id);
  const storages = rowsByStorage(picture.inventory.storages);
  for (const key of picture.backups.keys()) if (!storages.has(key)) picture.backups.delete(key);
  const nodes = new Set(picture.inventory.nodes.map(({ name }) => name));
  for (const name of picture.nodes.keys()) if (!nodes.has(name)) picture.nodes.delete(name);
}

/** What is missing for want of a right is told once, on the cluster; what fails otherwise is left for the next time. */
async function orDenied<Value>(picture: Picture, what: string, asked: Promise<Value>): Promise<Value | null> {
  try {
    const value = await asked;
    picture.denied.delete(what);
    return value;
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    if (error instanceof ProxmoxRefusal && error.status === 403) picture.denied.set(what, error);
    return null;
  }
}

/** Reads one part into the picture. Throws OpsErrors. */
export function readPart(parts: ReadingParts, key: PartKey, signal: AbortSignal): Promise<void> {
  const at = key.indexOf(":");
  const [what, rest] = at === -1 ? [key, ""] : [key.slice(0, at), key.slice(at + 1)];
  switch (what) {
    case "node":
      return readNode(parts, rest, { signal, deadline: nodeDeadline });
    case "guest":
      return readGuest(parts, Number(rest), { signal, deadline: nodeDeadline });
    case "storage":
      return readStorage(parts, rest, { signal, deadline: listDeadline });
    case "replication":
      return readJobs(parts, { signal, deadline: nodeDeadline });
    case "backupJobs":
      return readPlan(parts, { signal, deadline: nodeDeadline });
    case "votes":
      return readAllVotes(parts, { signal, deadline: nodeDeadline });
    case "rights":
      return readRights(parts, { signal, deadline: listDeadline });
    case "rules":
      return readRules(parts, { signal, deadline: listDeadline });
    default:
      return parts.client.tryDoors(signal);
  }
}

async function readNode({ client, picture, now }: ReadingParts, node: string, options: CallOptions) {
  const data = await orDenied(
    picture,
    "node",
    client.call({ request: "nodeStatus", at: { node }, ...options }).then((status) => ({ status })),
  );
  if (!data) return;
  const value = readNodeDetails(data.status, client.clusterTime());
  const before = picture.nodes.get(node)?.value.bootedAt ?? null;
  // The same boot, told by how long ago it was, is the same moment.
  if (before !== null && value.bootedAt !== null && Math.abs(value.bootedAt - before) < usualJitter) {
    value.bootedAt = before;
  }
  picture.nodes.set(node, { value, readAt: now() });
}

async function readGuest({ client, picture, now }: ReadingParts, id: number, options: CallOptions) {
  const row = picture.inventory.guests.find((guest) => guest.id === id);
  if (!row || !nodeNamed(picture, row.node)?.online) return;
  const at = { node: row.node, guest: row.kind, vmid: id };
  const [status, config, snapshots] = await Promise.all([
    client.call({ request: "guestStatus", at, ...options }).then(fieldsOf),
    client.call({ request: "guestConfig", at, ...options }).then(readGuestConfig),
    client.call({ request: "guestSnapshots", at, ...options }).then(readSnapshots),
  ]);
  // `status` knows running and stopped, `qmpstatus` what QEMU says of itself.
  const said = wordsAt(status, "qmpstatus") ?? wordsAt(status, "status");
  if (said !== null) {
    const value = { node: row.node, status: said, lock: wordsAt(status, "lock") };
    picture.fresh.set(id, { value, readAt: now() });
  }
  const known = picture.guests.get(id)?.value.addresses ?? [];
  const isOn = said === "running";
  const asks = isOn && (row.kind === "lxc" || (config.agent && flagAt(status, "agent") !== false));
  const addresses = asks
    ? await addressesOf(client, at, { ...options, deadline: agentDeadline })
    : isOn
      ? known
      : [];
  picture.guests.set(id, {
    value: {
      config,
      snapshots,
      addresses: addresses ?? known,
      agent: row.kind === "lxc" || !config.agent ? null : asks && addresses !== null,
    },
    readAt: now(),
  });
}

/** Null when nobody answers, or where it is not allowed (VM.Monitor, or VM.GuestAgent.Audit from version 9 on). */
async function addressesOf(
  client: ProxmoxClient,
  at: { node: string; guest: "qemu" | "lxc"; vmid: number },
  options: CallOptions,
): Promise<string[] | null> {
  const { node, guest, vmid } = at;
  const request = guest === "lxc" ? "containerNetwork" : "guestAgentNetwork";
  try {
    return readAddresses(await client.call({ request, at: { node, vmid }, ...options }));
  } catch (error) {
    if (options.signal.aborted || !(error instanceof OpsError)) throw error;
    return null;
  }
}

async function readStorage({ client, picture, now }: ReadingParts, key: string, options: CallOptions) {
  const rows = rowsByStorage(picture.inventory.storages).get(key) ?? [];
  const row = rows.find(
    ({ node, status, content }) =>
      status === "available" && content.includes("backup") && nodeNamed(picture, node)?.online,
  );
  if (!row) return;
  const { node, name: storage } = row;
  const value = await client.call({
    request: "storageContent",
    at: { node, storage },
    parameters: { content: "backup" },
    ...options,
  });
  picture.backups.set(key, { value: readBackups(value), readAt: now() });
}

async function readJobs({ client, picture, now }: ReadingParts, options: CallOptions) {
  const jobs = await orDenied(
    picture,
    "replication",
    client.call({ request: "replicationJobs", ...options }).then((list) => ({ list })),
  );
  if (!jobs) return;
  const online = listOf(jobs.list).length > 0 ? picture.inventory.nodes.filter((node) => node.online) : [];
  const told = await Promise.all(
    online.map(({ name: node }) =>
      // A node that does not answer says nothing of its jobs; the others do.
      client.call({ request: "nodeReplication", at: { node }, ...options }).catch((error: unknown) => {
        if (options.signal.aborted || !(error instanceof OpsError)) throw error;
        return null;
      }),
    ),
  );
  picture.replication = { value: readReplication(jobs.list, told), readAt: now() };
}

/** Each node reads a schedule by its own clock; they are taken to have one time zone. */
async function readPlan({ client, picture, now }: ReadingParts, options: CallOptions) {
  const jobs = await orDenied(
    picture,
    "backupJobs",
    client.call({ request: "backupJobs", ...options }).then((list) => ({ list })),
  );
  if (!jobs) return;
  const node = picture.inventory.nodes.find((each) => each.online)?.name;
  const time = node === undefined ? null : await zoneOf(client, node, options);
  const zone = time ?? picture.backupPlan?.value.zone ?? null;
  picture.backupPlan = { value: { jobs: readBackupJobs(jobs.list), zone }, readAt: now() };
}

/** Null where the node does not answer or does not tell it to this user. */
async function zoneOf(client: ProxmoxClient, node: string, options: CallOptions): Promise<string | null> {
  try {
    return readZone(await client.call({ request: "nodeTime", at: { node }, ...options }));
  } catch (error) {
    if (options.signal.aborted || !(error instanceof OpsError)) throw error;
    return null;
  }
}

/** A node by itself has no votes to tell of. */
async function readAllVotes({ client, picture, now }: ReadingParts, options: CallOptions) {
  if (!picture.state.cluster) {
    picture.votes = null;
    return;
  }
  const [nodes, device] = await Promise.all([
    orDenied(picture, "votes", client.call({ request: "configNodes", ...options })),
    orDenied(picture, "device", client.call({ request: "quorumDevice", ...options })),
  ]);
  const value = readVotes(nodes, device);
  picture.votes = value && { value, readAt: now() };
}

/** HA knows rules from version 9 on, and groups before. */
async function readRules({ client, picture }: ReadingParts, options: CallOptions) {
  const major = Number.parseInt(picture.version ?? "", 10);
  const asked = <Value>(what: string, work: Promise<unknown>, read: (data: unknown) => Value) =>
    orDenied(picture, what, work.then(read));
  const resources = await asked("haResources", client.call({ request: "haResources", ...options }), listOf);
  picture.haGroups = new Map(
    (resources ?? []).flatMap((entry) => {
      const id = Number(/^(?:vm|ct):(\d{1,9})$/.exec(wordsAt(entry, "sid") ?? "")?.[1]);
      const group = wordsAt(entry, "group");
      return Number.isInteger(id) && group !== null ? [[id, group] as const] : [];
    }),
  );
  const request = major >= 9 ? ("haRules" as const) : ("haGroups" as const);
  const rules = await asked("rules", client.call({ request, ...options }), listOf);
  if (!rules) return;
  picture.rules = rules.slice(0, 100).flatMap((rule) => {
    const name = wordsAt(rule, "rule") ?? wordsAt(rule, "group");
    const parts = ["type", "affinity", "resources", "nodes"].flatMap((key) => wordsAt(rule, key) ?? []);
    return name === null ? [] : [printable(`${name}: ${parts.join(", ")}`)];
  });
}

/** What Proxmox VE leaves out of its lists without a word, by the right that it takes and the paths that give it. */
const silentRights: readonly { right: string; path: string }[] = [
  { right: "VM.Audit", path: "/vms" },
  { right: "Datastore.Audit", path: "/storage" },
  { right: "Sys.Audit", path: "/nodes" },
];

async function readRights({ client, picture }: ReadingParts, options: CallOptions) {
  const granted = fieldsOf(await client.call({ request: "permissions", ...options })) ?? {};
  const has = (right: string, path: string) =>
    Object.entries(granted).some(
      ([at, rights]) =>
        (at === "/" || at === path || at.startsWith(`${path}/`)) && fieldsOf(rights)?.[right] !== undefined,
    );
  picture.granted = new Map(
    Object.entries(granted).map(([path, rights]) => {
      const fields = fieldsOf(rights) ?? {};
      return [path, new Map(Object.keys(fields).map((right) => [right, flagAt(fields, right) === true]))];
    }),
  );
  picture.lacking = silentRights.filter(({ right, path }) => !has(right, path));
  // PVE::Storage::check_volume_access: to see a backup takes more than to look at the storage.
  picture.seesBackups =
    has("Datastore.Allocate", "/storage") ||
    (has("Datastore.AllocateSpace", "/storage") && has("VM.Backup", "/vms"));
}
