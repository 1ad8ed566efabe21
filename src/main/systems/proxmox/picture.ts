import type { OpsError } from "../../../shared/errors.ts";
import type { BackupPlan } from "./backup-jobs.ts";
import type { GuestConfig, GuestSnapshots } from "./guest-details.ts";
import type {
  Backup,
  ClusterState,
  GuestRow,
  HaState,
  Inventory,
  NodeDetails,
  NodeRow,
  ReplicationJob,
  StorageRow,
  TaskRow,
} from "./records.ts";
import type { Votes } from "./votes.ts";

/** Something that was read at a moment (epoch milliseconds). */
export interface Dated<Value> {
  value: Value;
  readAt: number;
}

/** What is read of a guest besides its line in the cluster's list. */
export interface GuestDetails {
  config: GuestConfig;
  snapshots: GuestSnapshots;
  addresses: string[];
  /** Whether its agent has answered; null where there is none to ask. */
  agent: boolean | null;
}

/** The state of a guest as its node said it, which the cluster's list follows some seconds later. */
export interface FreshState {
  node: string;
  status: string;
  lock: string | null;
}

/** All that was read of a cluster, as it was read. */
export interface Picture {
  version: string | null;
  state: ClusterState;
  inventory: Inventory;
  /** When the lines of the inventory were read. */
  readAt: number;
  ha: HaState | null;
  tasks: readonly TaskRow[];
  rules: readonly string[] | null;
  haGroups: ReadonlyMap<number, string>;
  nodes: Map<string, Dated<NodeDetails>>;
  guests: Map<number, Dated<GuestDetails>>;
  fresh: Map<number, Dated<FreshState>>;
  replication: Dated<readonly ReplicationJob[]> | null;
  /** What is backed up by schedule; null before that was read, and where it may not be. */
  backupPlan: Dated<BackupPlan> | null;
  /** The votes of the cluster; null for a node by itself, and before they were read. */
  votes: Dated<Votes> | null;
  /** By the key of their storage. */
  backups: Map<string, Dated<readonly Backup[]>>;
  /** What could not be read for want of rights, each once. */
  denied: Map<string, OpsError>;
  /** Rights without which lists are shorter than what there is. */
  lacking: readonly { right: string; path: string }[];
  /** The privileges that the user has, by path, and whether each reaches what is below; null before that was read. */
  granted: ReadonlyMap<string, ReadonlyMap<string, boolean>> | null;
  /** Whether backups are shown to the user; null before that was read. */
  seesBackups: boolean | null;
}

/** A picture of nothing. */
export function emptyPicture(): Picture {
  return {
    version: null,
    state: { cluster: null, members: [] },
    inventory: { nodes: [], guests: [], storages: [] },
    readAt: 0,
    ha: null,
    tasks: [],
    rules: null,
    haGroups: new Map(),
    nodes: new Map(),
    guests: new Map(),
    fresh: new Map(),
    replication: null,
    backupPlan: null,
    votes: null,
    backups: new Map(),
    denied: new Map(),
    lacking: [],
    granted: null,
    seesBackups: null,
  };
}

/** How far the cluster's list may lag behind what a node says (pvestatd tells every ten seconds), in milliseconds. */
const listLag = 12_000;

/** A guest's line, with what its node said of it later. */
export function asKnown(picture: Picture, row: GuestRow): GuestRow {
  const fresh = picture.fresh.get(row.id);
  if (!fresh || picture.readAt - fresh.readAt > listLag || fresh.value.node !== row.node) return row;
  return { ...row, status: fresh.value.status, lock: fresh.value.lock };
}

/** The node of that name, as the cluster's list has it. */
export function nodeNamed(picture: Picture, name: string): NodeRow | undefined {
  return picture.inventory.nodes.find((node) => node.name === name);
}

/** What tells a storage apart: a shared one is one, whichever node it is seen from. */
export function storageKey({ shared, node, name }: Pick<StorageRow, "shared" | "node" | "name">): string {
  return shared ? name : `${node}/${name}`;
}

/** The lines of each storage, by its key. */
export function rowsByStorage(rows: readonly StorageRow[]): Map<string, StorageRow[]> {
  const byKey = new Map<string, StorageRow[]>();
  for (const row of rows) {
    const of = byKey.get(storageKey(row)) ?? [];
    of.push(row);
    byKey.set(storageKey(row), of);
  }
  return byKey;
}

/** The resources of a system, by what they are. */
export function resourceIds(system: string) {
  const part = (words: string) => words.split("/").map(encodeURIComponent).join("/");
  return {
    cluster: `${system}/cluster`,
    node: (name: string) => `${system}/nodes/${name}`,
    guest: (id: number) => `${system}/vms/${id}`,
    storage: (key: string) => `${system}/storages/${part(key)}`,
    replication: (id: string) => `${system}/replication/${part(id)}`,
    backupJob: (id: string) => `${system}/backup-jobs/${part(id)}`,
    backup: (key: string, volume: string) => `${system}/backups/${part(key)}/${encodeURIComponent(volume)}`,
  };
}
export type ResourceIds = ReturnType<typeof resourceIds>;
