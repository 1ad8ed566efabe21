import type { PraApplicationView, PraSide } from "../../shared/pra.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import type { Resource } from "../../shared/resource.ts";
import type { KnownData } from "./known-data.ts";

export type LastGood = NonNullable<PraApplicationView["lastGood"]>;

/** One piece of an application's data, and the last moment of it that could be brought back; null: none. */
export interface DataPiece {
  resource: string;
  lastGood: LastGood | null;
}

/**
 * The pieces of an application's data. What is protected can be brought back by its newest backup or by a replication of
 * it, whichever is newer; a replication of something else is a piece by itself. While production is at the recovery site,
 * it is what stands there that has to be brought back.
 */
export function dataOf(
  { protects, replicatedBy }: Pick<PraPlan["applications"][string], "protects" | "replicatedBy">,
  known: KnownData,
  side: PraSide,
): DataPiece[] {
  const carried = known.isCarried(side);
  const byGuest = new Map<string, string[]>();
  const apart: string[] = [];
  for (const id of replicatedBy) {
    const guest = known.get(id)?.facts["replication.guest"]?.value;
    if (typeof guest === "string" && protects.includes(guest))
      byGuest.set(guest, [...(byGuest.get(guest) ?? []), id]);
    else apart.push(id);
  }
  return [
    ...protects.map((resource) => {
      const at = carried ? known.counterpart(resource) : resource;
      const backup = at === null ? null : known.protection.protectionOf(at)?.lastGood;
      const ways: (LastGood | null)[] = [
        backup ? { at: backup.at, by: backup.restorePoint, name: backup.name } : null,
        ...(byGuest.get(resource) ?? []).map((id) => replicatedUntil(known.get(id))),
      ];
      return { resource: at ?? resource, lastGood: newest(ways) };
    }),
    ...apart.map((id) => ({ resource: id, lastGood: replicatedUntil(known.get(id)) })),
  ];
}

/** The last moment whose data all pieces have; null where one has none, or there is no piece. */
export function lastGoodOf(pieces: readonly DataPiece[]): LastGood | null {
  let oldest: LastGood | null = null;
  for (const { lastGood } of pieces) {
    if (lastGood === null) return null;
    if (oldest === null || lastGood.at < oldest.at) oldest = lastGood;
  }
  return oldest;
}

/** Up to when the target of a replication has its source's data, by its last measure; null where nothing was measured. */
export function replicatedUntil(replication: Resource | null): LastGood | null {
  const lag = replication?.facts["replication.lag"];
  if (!replication || typeof lag?.value !== "number" || lag.value < 0) return null;
  const measured = replication.facts["replication.measured"]?.value;
  const at = (typeof measured === "number" ? measured : lag.at) - lag.value * 1000;
  return { at, by: replication.id, name: replication.name };
}

function newest(ways: readonly (LastGood | null)[]): LastGood | null {
  return ways.reduce((best, way) => (way !== null && (best === null || way.at > best.at) ? way : best), null);
}
