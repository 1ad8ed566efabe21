import type { Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { Dated, Picture } from "./picture.ts";
import type { Backup, ReplicationJob, StorageRow } from "./records.ts";
import { replicationTrouble } from "./replication-trouble.ts";
import { full, isOnline, nearlyFull, percent, problem, type Seen } from "./seen.ts";

/** A storage, as each node that has it tells; a shared one is told by several. */
export function storageSeen(picture: Picture, rows: readonly StorageRow[]): Seen {
  const well = rows.find(({ status }) => status === "available");
  const { capacity = null, used = null } = well ?? {};
  const share = percent(used, capacity);
  const [first] = rows;
  return {
    facts: {
      "storage.type": first?.type ?? null,
      "storage.capacity": capacity,
      "storage.free": capacity === null || used === null ? null : Math.max(0, capacity - used),
      "storage.used": share,
      "proxmox.content": first?.content ?? [],
      "proxmox.shared": first?.shared ?? null,
      "proxmox.onNodes": rows.map(({ node }) => node).sort(),
    },
    problems: [...absences(picture, rows, well !== undefined), ...fullness(share)],
  };
}

function absences(picture: Picture, rows: readonly StorageRow[], isSomewhere: boolean): Problem[] {
  const asked = rows.filter(({ node }) => isOnline(picture, node));
  if (asked.length === 0) {
    const words = text(
      "No node that has it answers, so its state is not known.",
      "Aucun nœud qui le porte ne répond : son état n'est pas connu.",
    );
    return [problem("node-offline", "unknown", words)];
  }
  const without = asked.filter(({ status }) => status !== "available").map(({ node }) => node);
  if (without.length === 0) return [];
  const words = text(
    `It is not available on ${without.join(", ")}.`,
    `Il n'est pas disponible sur ${without.join(", ")}.`,
  );
  return [problem("storage-away", isSomewhere ? "warning" : "critical", words)];
}

function fullness(share: number | null): Problem[] {
  if (share === null || share < nearlyFull) return [];
  const words = text(`It is ${share} % full.`, `Il est plein à ${share} %.`);
  return [problem("storage-full", share >= full ? "critical" : "warning", words)];
}

/** So many failures in a row are no passing trouble. */
const manyFailures = 3;

/** A replication job; `guest` is the name of what it copies. */
export function replicationSeen(
  job: ReplicationJob,
  { guest, readAt, now }: { guest: string; readAt: number; now: number },
): Seen {
  const { run } = job;
  const facts = {
    "replication.guest": guest,
    "replication.from": job.source,
    "replication.to": job.target,
    "replication.schedule": job.disabled ? null : job.schedule,
    "replication.last": run?.lastAt ?? null,
    "replication.next": run?.nextAt ?? null,
    "replication.duration": run?.seconds ?? null,
    "replication.failures": run?.failures ?? null,
  };
  const dates = Object.fromEntries(Object.keys(facts).map((key) => [key, readAt]));
  return { facts, problems: job.disabled ? [] : replicationProblems(job, now), readAt: dates };
}

function replicationProblems(job: ReplicationJob, now: number): Problem[] {
  const trouble = replicationTrouble(job, now);
  switch (trouble?.kind) {
    case undefined:
      return [];
    case "unknown": {
      const source = job.source ?? "—";
      const words = text(
        `Nothing is known of its runs: the node ${source} does not tell.`,
        `On ne sait rien de ses exécutions : le nœud ${source} ne les indique pas.`,
      );
      return [problem("replication-unknown", "unknown", words)];
    }
    case "failed": {
      const { failures, error } = trouble;
      const why = error ?? "—";
      const words = text(
        `It failed ${failures} times in a row: ${why}`,
        `Échec de suite : ${failures} fois. ${why}`,
      );
      return [problem("replication-failed", failures >= manyFailures ? "critical" : "warning", words)];
    }
    case "late": {
      const { minutes } = trouble;
      const words = text(
        `It should have run ${minutes} minutes ago.`,
        `Elle aurait dû s'exécuter il y a ${minutes} minutes.`,
      );
      return [problem("replication-late", "warning", words)];
    }
  }
}

/** A backup; `of` is the resource of its guest, where that is still there. A backup that fails leaves nothing behind. */
export function backupSeen(
  backup: Dated<Backup>,
  { of, storage, offSite }: { of: string | null; storage: string; offSite: boolean | null },
): Seen {
  const { value, readAt } = backup;
  const facts = {
    "backup.of": of ?? String(value.guest),
    "backup.state": value.verified === "failed" ? "failed" : "good",
    "backup.offSite": offSite,
    "proxmox.id": String(value.guest),
    "vm.kind": value.kind === null ? null : value.kind === "lxc" ? "container" : "vm",
    "backup.madeAt": value.madeAt,
    "backup.size": value.size,
    "backup.storage": storage,
    "backup.location": storage,
    "backup.volume": value.volume,
    "backup.notes": value.notes,
    "backup.protected": value.protected,
    "backup.verified": value.verified,
  };
  const words = text(
    "Its verification failed: it may not be restorable.",
    "Sa vérification a échoué : elle n'est peut-être pas restaurable.",
  );
  return {
    facts,
    problems: value.verified === "failed" ? [problem("backup-broken", "critical", words)] : [],
    readAt: Object.fromEntries(Object.keys(facts).map((key) => [key, readAt])),
  };
}
