import type { FactValue, Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { DatabasePart, Gatherer, Mirrored } from "../../kinds/kind.ts";
import { cleaned, problem, resourceIds, type Seen } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { type Database, databaseOf } from "./database.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { cnpgIds } from "./names.ts";

/** Databases whose instances are asked for figures, in one reading. */
const mostAsked = 40;
const lanes = 4;
/** Milliseconds between two readings of their figures. */
const pause = 15_000;
/** CloudNativePG archives a WAL file every five minutes at the latest, unless told otherwise. */
const archiveLate = 15 * 60;

/** The figures of a database's instances, and when they were read; epoch milliseconds. */
interface Read {
  at: number;
  of: Map<string, Figures>;
}

export function databasePart(item: Item): DatabasePart | null {
  const database = databaseOf(item);
  return database && { is: "database", database };
}

/** Databases as services, with the figures of their instances, and as replications where they replicate others. */
export class DatabaseGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  #figures = new Map<string, Read>();
  #readAt: number | null = null;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const found = new Map<string, Mirrored>();
    for (const { part } of objects) {
      if (part?.is !== "database") continue;
      const figures = this.#figures.get(keyOf(part.database)) ?? null;
      const all = [this.#service(part.database, figures), this.#replication(part.database, figures)];
      for (const seen of all) if (seen) found.set(seen.id, { seen, attached: null, part: null });
    }
    return found;
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const now = this.#access.now();
    if (this.#readAt !== null && now - this.#readAt < pause) return false;
    this.#readAt = now;
    const left = [...objects]
      .flatMap(({ part }) => (part?.is === "database" ? [part.database] : []))
      .slice(0, mostAsked);
    const read: Map<string, Read> = new Map();
    const next = async (): Promise<void> => {
      for (let one = left.shift(); one; one = left.shift()) {
        const of = await figuresOf(this.#access, one, signal);
        if (of.size > 0) read.set(keyOf(one), { at: this.#access.now(), of });
      }
    };
    await Promise.all(Array.from({ length: lanes }, next));
    this.#figures = read;
    return true;
  }

  #service(database: Database, figures: Read | null): Seen {
    const { namespace, name, primary, replica } = database;
    const ofPrimary = primary === null ? undefined : figures?.of.get(primary);
    const standbys = [...(figures?.of ?? [])].filter(([instance]) => instance !== primary);
    const lags = standbys.flatMap(([, { lag }]) => lag ?? []);
    const archivedBefore = ofPrimary?.archivedBefore ?? null;
    const facts: Record<string, FactValue> = {
      "kubernetes.type": "Cluster (CloudNativePG)",
      "kubernetes.namespace": namespace,
      "kubernetes.status": database.phase,
      "cnpg.role": replica?.isReplica ? "replica" : "primary",
      "cnpg.primary": primary,
      "cnpg.instances": database.instances,
      "cnpg.ready": database.ready,
      "cnpg.fenced": database.fenced,
      "cnpg.hibernated": database.hibernated,
      "cnpg.lag": lags.length > 0 ? Math.max(...lags) : null,
      "cnpg.archivedAt":
        figures === null || archivedBefore === null ? null : Math.round(figures.at - archivedBefore * 1000),
    };
    return {
      id: cnpgIds.database(this.#access.system, namespace, name),
      kind: "service",
      name,
      parent: resourceIds.namespace(this.#access.system, namespace),
      facts,
      problems: problemsOf(database, archivedBefore),
    };
  }

  #replication({ namespace, name, primary, replica }: Database, figures: Read | null): Seen | null {
    if (!replica?.isReplica) return null;
    const own = primary === null ? undefined : figures?.of.get(primary);
    const { system } = this.#access;
    return {
      id: cnpgIds.replication(system, namespace, name),
      kind: "replication",
      name,
      parent: resourceIds.namespace(system, namespace),
      facts: {
        "kubernetes.namespace": namespace,
        "replication.from": replica.source,
        "replication.to": cnpgIds.database(system, namespace, name),
        "replication.lag": own?.lag ?? null,
        "replication.measured": own && own.lag !== null ? (figures?.at ?? null) : null,
      },
      problems:
        own?.isReceiving === false
          ? [
              problem(
                "cnpg-not-receiving",
                "critical",
                text(
                  `The replica receives nothing from ${replica.source}: how far it is behind is not known.`,
                  `Le réplica ne reçoit rien de ${replica.source} : son retard n'est pas connu.`,
                ),
              ),
            ]
          : [],
    };
  }
}

const keyOf = ({ namespace, name }: Pick<Database, "namespace" | "name">) => `${namespace}/${name}`;

function problemsOf(database: Database, archivedBefore: number | null): Problem[] {
  const { ready, instances, phase, fenced, hibernated, archiving, lastBackup, primary, target } = database;
  const problems: Problem[] = [];
  if (ready < instances && !hibernated) {
    problems.push(
      problem(
        "cnpg-not-ready",
        ready === 0 ? "critical" : "warning",
        text(
          `${ready} of ${instances} instances are ready: ${cleaned(phase)}.`,
          `${ready} instances prêtes sur ${instances} : ${cleaned(phase)}.`,
        ),
      ),
    );
  }
  if (fenced.length > 0) {
    problems.push(
      problem(
        "cnpg-fenced",
        "warning",
        text(
          `Fenced, PostgreSQL is stopped there: ${fenced.join(", ")}.`,
          `Isolées, PostgreSQL y est arrêté : ${fenced.join(", ")}.`,
        ),
      ),
    );
  }
  if (primary !== target) {
    problems.push(
      problem(
        "cnpg-switching",
        "warning",
        text(
          `The primary is changing from ${primary ?? "?"} to ${target ?? "?"}.`,
          `Le primaire passe de ${primary ?? "?"} à ${target ?? "?"}.`,
        ),
      ),
    );
  }
  if (archiving.status === "False") {
    problems.push(
      problem(
        "cnpg-archiving-failed",
        "critical",
        text(
          `The WAL is not archived, a restore ends before now: ${cleaned(archiving.message) || "no reason is given"}.`,
          `Les journaux WAL ne sont plus archivés, une restauration s'arrêterait avant maintenant : ${cleaned(archiving.message) || "sans raison indiquée"}.`,
        ),
      ),
    );
  } else if (archivedBefore !== null && archivedBefore > archiveLate && !hibernated) {
    const minutes = Math.round(archivedBefore / 60);
    problems.push(
      problem(
        "cnpg-archive-late",
        "warning",
        text(
          `The last WAL file was archived ${minutes} minutes ago.`,
          `Le dernier fichier WAL a été archivé il y a ${minutes} minutes.`,
        ),
      ),
    );
  }
  if (lastBackup.status === "False") {
    problems.push(
      problem(
        "cnpg-backup-failed",
        "critical",
        text(
          `The last backup failed: ${cleaned(lastBackup.message) || "no reason is given"}.`,
          `La dernière sauvegarde a échoué : ${cleaned(lastBackup.message) || "sans raison indiquée"}.`,
        ),
      ),
    );
  }
  return problems;
}
