import type { Mirrored } from "../kinds/kind.ts";
import { attachedTo, type Seen } from "../kinds/seen.ts";

/** How many certificates of one kind of object become resources. */
const mostRows = 5000;

/**
 * The certificates that end first, by `KEY`; how many are left out, and how many objects may not be read, is told of the cluster
 * under `what`.
 */
export function boundedRows(
  rows: readonly { key: string; seen: Seen }[],
  {
    cluster,
    what,
    refused,
    most = mostRows,
  }: { cluster: string; what: string; refused: number; most?: number },
): Map<string, Mirrored> {
  const kept =
    rows.length <= most ? rows : [...rows].sort((one, other) => endOf(one) - endOf(other)).slice(0, most);
  const found = new Map<string, Mirrored>(
    kept.map(({ key, seen }) => [key, { seen, attached: null, part: null }]),
  );
  const left = rows.length - kept.length;
  const lines = {
    ...(left > 0 && { "kubernetes.certificatesLeftOut": `${what}: ${left}` }),
    ...(refused > 0 && { "kubernetes.certificatesRefused": `${what}: ${refused}` }),
  };
  if (left > 0 || refused > 0) {
    found.set(cluster, { seen: null, attached: attachedTo(cluster, { lines }), part: null });
  }
  return found;
}

function endOf({ seen }: { seen: Seen }): number {
  const end = seen.facts["certificate.notAfter"];
  return typeof end === "number" ? end : Number.MAX_SAFE_INTEGER;
}
