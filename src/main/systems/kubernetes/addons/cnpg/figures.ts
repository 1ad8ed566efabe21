import type { ClusterAccess } from "../../cluster-access.ts";
import type { Database } from "./database.ts";

/** What an instance measures of itself; null for what it does not say. */
export interface Figures {
  /** Seconds that it is behind what it replicates; null where it receives nothing, since then nothing tells. */
  lag: number | null;
  inRecovery: boolean | null;
  /** Whether it receives WAL from what it replicates. */
  isReceiving: boolean | null;
  /** Seconds since a WAL file was archived. */
  archivedBefore: number | null;
}

const metric = {
  lag: "cnpg_pg_replication_lag",
  recovery: "cnpg_pg_replication_in_recovery",
  receiver: "cnpg_pg_replication_is_wal_receiver_up",
  archived: "cnpg_pg_stat_archiver_seconds_since_last_archival",
} as const;

const port = 9187;
const mostBytes = 4 * 1024 * 1024;
const deadline = 10_000;
/** How many instances of a database are asked. */
const mostInstances = 5;

/**
 * Reads figures out of the text that an instance's exporter gives. Source: Prometheus text exposition format 0.0.4; the
 * default queries of CloudNativePG (`cnpg-default-monitoring`).
 */
export function figuresIn(words: string): Figures {
  const found = new Map<string, number>();
  for (const line of words.split("\n")) {
    const [, name = "", value = ""] = /^([a-z_]+)(?:\{[^}]*\})?\s+(\S+)/.exec(line) ?? [];
    const number = Number(value);
    if (value !== "" && Number.isFinite(number)) found.set(name, number);
  }
  const truth = (name: string) => (found.has(name) ? found.get(name) === 1 : null);
  const seconds = (name: string) => {
    const number = found.get(name);
    return number === undefined || number < 0 ? null : number;
  };
  const inRecovery = truth(metric.recovery);
  const isReceiving = truth(metric.receiver);
  // What has replayed everything that it received calls itself up to date, also when it receives nothing any more.
  const isTold = inRecovery !== false && isReceiving !== false;
  return {
    lag: isTold ? seconds(metric.lag) : null,
    inRecovery,
    isReceiving,
    archivedBefore: seconds(metric.archived),
  };
}

/**
 * Asks an instance's exporter through the API server; null when it cannot be asked, for want of rights (`get pods/proxy`) too.
 * Throws only when the signal is aborted.
 */
export async function readFigures(
  access: ClusterAccess,
  namespace: string,
  instance: string,
  signal: AbortSignal,
): Promise<Figures | null> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  const path = `/api/v1/namespaces/${namespace}/pods/${instance}:${port}/proxy/metrics`;
  try {
    const incoming = await access.api.stream({ path, accept: "text/plain", signal: bounded });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of incoming) {
      parts.push(part);
      bytes += part.length;
      if (bytes > mostBytes) return null;
    }
    return figuresIn(Buffer.concat(parts).toString("utf8"));
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

/** The figures of a database's instances, by their names; those that cannot be asked are left out. */
export async function figuresOf(
  access: ClusterAccess,
  { namespace, names, primary }: Pick<Database, "namespace" | "names" | "primary">,
  signal: AbortSignal,
): Promise<Map<string, Figures>> {
  const order = [...new Set([...(primary === null ? [] : [primary]), ...names])].slice(0, mostInstances);
  const asked = await Promise.all(
    order.map(async (name) => [name, await readFigures(access, namespace, name, signal)] as const),
  );
  return new Map(asked.flatMap(([name, figures]) => (figures ? [[name, figures]] : [])));
}
