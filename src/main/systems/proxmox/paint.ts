import type { Declaration } from "../../../shared/resource.ts";
import type { DeclaredBook } from "../declared-book.ts";
import { backupJobSeen, takenBy } from "./backup-jobs.ts";
import type { ProxmoxClient } from "./client/session.ts";
import { type Dated, type Picture, type ResourceIds, rowsByStorage } from "./picture.ts";
import type { Backup } from "./records.ts";
import { clusterSeen, nodeSeen, type Seen } from "./seen.ts";
import { guestSeen } from "./seen-guest.ts";
import { backupSeen, replicationSeen, storageSeen } from "./seen-storage.ts";

export interface PaintParts {
  book: DeclaredBook;
  ids: ResourceIds;
  picture: Picture;
  client: Pick<ProxmoxClient, "failedDoors">;
  /** The name in the estate file; null: the cluster's own. */
  name: string | null;
  /** What the cluster goes by until it has told its name. */
  fallback: string;
  common: Pick<Declaration, "system" | "site" | "environment" | "staleAfter">;
  /** Names of the storages that stand at another site. */
  offSite: readonly string[];
  now: number;
}

/** The name that a cluster is shown by. */
export function clusterName({ name, fallback, picture }: Pick<PaintParts, "name" | "fallback" | "picture">) {
  return name ?? picture.state.cluster?.name ?? fallback;
}

/** Puts all that is in the picture into the book, and drops what is not in it any more. */
export function paint(parts: PaintParts): void {
  const { book, ids, picture, client, common, now } = parts;
  const cluster = clusterName(parts);
  const kept = new Set<string>();
  const put = (
    declaration: Pick<Declaration, "id" | "kind" | "name" | "parent"> & { runsOn?: string },
    seen: Seen,
  ) => {
    kept.add(declaration.id);
    book.put({ declaration: { ...declaration, ...common }, ...seen });
  };
  put(
    { id: ids.cluster, kind: "cluster", name: cluster, parent: common.site },
    clusterSeen(picture, client.failedDoors, now),
  );
  for (const node of picture.inventory.nodes) {
    put(
      { id: ids.node(node.name), kind: "host", name: node.name, parent: ids.cluster },
      nodeSeen(picture, node, cluster, now),
    );
  }
  const backups = backupsByGuest(picture);
  const names = new Map(picture.inventory.guests.map(({ id, name }) => [id, name]));
  for (const guest of picture.inventory.guests) {
    put(
      { id: ids.guest(guest.id), kind: "vm", name: guest.name, parent: ids.node(guest.node) },
      guestSeen(picture, guest, cluster, backups.get(guest.id) ?? [], now),
    );
  }
  for (const [key, rows] of rowsByStorage(picture.inventory.storages)) {
    const [first] = rows;
    if (!first) continue;
    const parent = first.shared ? ids.cluster : ids.node(first.node);
    put({ id: ids.storage(key), kind: "volume", name: first.name, parent }, storageSeen(picture, rows));
  }
  for (const job of picture.replication?.value ?? []) {
    const guest = names.get(job.guest) ?? `VM ${job.guest}`;
    const parent = names.has(job.guest) ? ids.guest(job.guest) : ids.cluster;
    const readAt = picture.replication?.readAt ?? now;
    put(
      { id: ids.replication(job.id), kind: "replication", name: `${guest} → ${job.target}`, parent },
      replicationSeen(job, { guest, readAt, now }),
    );
  }
  for (const job of picture.backupPlan?.value.jobs ?? []) {
    const { value, readAt } = picture.backupPlan ?? { value: { zone: null }, readAt: now };
    const protects = takenBy(job, picture.inventory.guests).map(({ id }) => ids.guest(id));
    put(
      { id: ids.backupJob(job.id), kind: "backup-policy", name: job.id, parent: ids.cluster },
      backupJobSeen(job, { protects, zone: value.zone, readAt }),
    );
  }
  paintBackups(parts, names, put);
  book.keepOnly(kept);
}

function paintBackups(
  { ids, picture, offSite }: PaintParts,
  names: ReadonlyMap<number, string>,
  put: (declaration: Pick<Declaration, "id" | "kind" | "name" | "parent">, seen: Seen) => void,
): void {
  for (const [key, { value, readAt }] of picture.backups) {
    const storage = key.slice(key.lastIndexOf("/") + 1);
    // The storage of one node stands where the node does; of a shared one only the estate file knows.
    const isShared = !key.includes("/");
    const isElsewhere = offSite.includes(storage) ? true : isShared && offSite.length === 0 ? null : false;
    for (const backup of value) {
      const guest = names.get(backup.guest) ?? null;
      put(
        {
          id: ids.backup(key, backup.volume),
          kind: "restore-point",
          name: backupName(backup, guest),
          parent: guest === null ? ids.storage(key) : ids.guest(backup.guest),
        },
        backupSeen({ value: backup, readAt } satisfies Dated<Backup>, {
          of: guest === null ? null : ids.guest(backup.guest),
          storage,
          offSite: isElsewhere,
        }),
      );
    }
  }
}

/** Such as `db-1, 2026-02-03 03:00 UTC`: the moment is what tells the backups of a guest apart. */
function backupName({ guest, madeAt, volume }: Backup, name: string | null): string {
  if (madeAt === null) return volume.slice(volume.lastIndexOf("/") + 1);
  const moment = new Date(madeAt).toISOString().slice(0, 16).replace("T", " ");
  return `${name ?? guest}, ${moment} UTC`;
}

function backupsByGuest(picture: Picture): Map<number, Backup[]> {
  const byGuest = new Map<number, Backup[]>();
  for (const { value } of picture.backups.values()) {
    for (const backup of value) {
      const of = byGuest.get(backup.guest) ?? [];
      of.push(backup);
      byGuest.set(backup.guest, of);
    }
  }
  return byGuest;
}
