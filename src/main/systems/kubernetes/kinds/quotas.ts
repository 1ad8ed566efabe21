import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { type Attached, at, attachedTo, problem, resourceIds } from "./seen.ts";

/** A share of a quota from which on it is told. */
const nearlyFull = 0.9;

/** A ResourceQuota, as a line of its namespace. */
export function attachedQuota(system: string, { metadata, object }: Item): Attached | null {
  if (metadata.namespace === null || object === null) return null;
  const hard = at(object, "status", "hard");
  if (typeof hard !== "object" || hard === null) return null;
  const uses = Object.entries(hard).map(([what, limit]) => {
    const used = at(object, "status", "used", what);
    const most = quantityOf(limit) ?? Number.POSITIVE_INFINITY;
    const share = (quantityOf(used) ?? 0) / most;
    // A quota of nothing forbids; it is not nearly used up.
    return {
      what,
      isFull: most > 0 && share >= nearlyFull,
      words: `${what} ${String(used ?? 0)}/${String(limit)}`,
    };
  });
  const full = uses.filter(({ isFull }) => isFull);
  const list = full
    .map(({ words }) => words)
    .join(", ")
    .slice(0, 500);
  return attachedTo(resourceIds.namespace(system, metadata.namespace), {
    lines: {
      "kubernetes.quotas": `${metadata.name}: ${uses.map(({ words }) => words).join(", ")}`.slice(0, 500),
    },
    problems:
      full.length === 0
        ? []
        : [
            problem(
              "quota-nearly-full",
              "warning",
              text(`Quota nearly used up: ${list}.`, `Quota presque épuisé : ${list}.`),
            ),
          ],
  });
}
