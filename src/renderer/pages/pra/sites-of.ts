import type { PraRunView, PraSide } from "../../../shared/pra.ts";

/** The side that production belongs to once a run is through. */
export function wantedOf({ direction }: Pick<PraRunView, "direction">): PraSide {
  return direction === "return" ? "production" : "recovery";
}

/** The plan's sites by what a run goes from and to: on the way back it leaves the recovery site. */
export function sitesOf({ direction, from, to }: Pick<PraRunView, "direction" | "from" | "to">) {
  const [production, recovery] = direction === "return" ? [to, from] : [from, to];
  return { production: production ?? "?", recovery: recovery ?? "?" };
}
