import type { Problem } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { Item } from "../list-watch/items.ts";
import type { Gatherer, Mirrored, ReleasePart } from "./kind.ts";
import { type ChartFacts, readRelease } from "./release-payload.ts";
import { problem, resourceIds, type Seen } from "./seen.ts";

/** How many payloads are fetched in one round: each may have a megabyte. */
const mostFetched = 25;

/** One revision of a release by the labels that Helm puts on its Secret. Source: helm.sh, storage driver `secrets`. */
export function releasePart({ metadata }: Item): ReleasePart | null {
  const { namespace, labels, uid } = metadata;
  const revision = Number(labels.version);
  if (namespace === null || !labels.name || !Number.isSafeInteger(revision)) return null;
  return {
    is: "release",
    namespace,
    secret: metadata.name,
    uid,
    name: labels.name,
    revision,
    status: (labels.status ?? "unknown").slice(0, 100),
  };
}

/**
 * Helm releases: the newest revision of each. Its chart is in the Secret's value, which is fetched once per revision,
 * read and dropped.
 */
export class ReleaseGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  /** By the UID of the Secret; null: it is none that can be read. */
  readonly #charts = new Map<string, ChartFacts | null>();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const releases = new Map<string, Mirrored>();
    for (const [key, { newest, revisions }] of newestOf(objects)) {
      const chart = this.#charts.get(newest.uid) ?? null;
      const seen = seenRelease(this.#access.system, newest, revisions, chart);
      releases.set(key, { seen, attached: null, part: null });
    }
    return releases;
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const newest = [...newestOf(objects).values()].map((each) => each.newest);
    const uids = new Set(newest.map(({ uid }) => uid));
    for (const uid of this.#charts.keys()) if (!uids.has(uid)) this.#charts.delete(uid);
    const unknown = newest.filter(({ uid }) => !this.#charts.has(uid)).slice(0, mostFetched);
    for (const { namespace, secret, uid } of unknown) {
      const body = await this.#access.ask({
        path: `/api/v1/namespaces/${namespace}/secrets/${secret}`,
        signal,
      });
      this.#charts.set(uid, await readRelease(body));
    }
    return unknown.length > 0;
  }
}

function seenRelease(
  system: string,
  { namespace, name, revision, status }: ReleasePart,
  revisions: number,
  chart: ChartFacts | null,
): Seen {
  return {
    id: resourceIds.release(system, namespace, name),
    kind: "release",
    name,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.namespace": namespace,
      "kubernetes.status": status,
      "helm.chart": chart?.chart ?? null,
      "helm.chartVersion": chart?.version ?? null,
      "helm.appVersion": chart?.appVersion ?? null,
      "helm.revision": revision,
      "helm.revisions": revisions,
      "helm.deployedAt": chart?.deployedAt ?? null,
    },
    problems: problemsOf(status),
  };
}

function problemsOf(status: string): Problem[] {
  if (status === "deployed" || status === "superseded") return [];
  const words =
    status === "failed"
      ? text("Its last change failed.", "Sa dernière modification a échoué.")
      : text(
          `It is not in place (${status}); a change is under way, or was broken off.`,
          `Elle n'est pas en place (${status}) ; une modification est en cours, ou a été interrompue.`,
        );
  return [problem("release-status", "warning", words)];
}

function newestOf(objects: Iterable<Mirrored>): Map<string, { newest: ReleasePart; revisions: number }> {
  const found = new Map<string, { newest: ReleasePart; revisions: number }>();
  for (const { part } of objects) {
    if (part?.is !== "release") continue;
    const key = `${part.namespace}/${part.name}`;
    const before = found.get(key);
    const newest = before && before.newest.revision > part.revision ? before.newest : part;
    found.set(key, { newest, revisions: (before?.revisions ?? 0) + 1 });
  }
  return found;
}
