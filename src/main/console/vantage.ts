import type { Estate } from "../../shared/estate.ts";
import type { Status } from "../../shared/status.ts";
import { normalAddress } from "../reach/allowlist.ts";
import type { Vantage, VantagePoint } from "../reach/vantage.ts";

/**
 * From where the estate is entered: this workstation as each first hop has seen it, and the hops. A hop that is declared by
 * name is seen from an address that is not known.
 */
export function vantageOf(
  estate: Pick<Estate["reach"], "hops" | "allowlists"> | undefined,
  { hops }: Pick<Status["reach"], "hops">,
): Vantage {
  const declared = Object.entries(estate?.hops ?? {});
  const seen = hops.flatMap(({ name, seen: { address } }): VantagePoint[] =>
    address === null ? [] : [{ kind: "workstation", name, address }],
  );
  const unseen: VantagePoint = { kind: "workstation", name: null, address: null };
  return {
    points: [
      ...(seen.length > 0 ? seen : [unseen]),
      ...declared.map(
        ([id, hop]): VantagePoint => ({
          kind: "hop",
          name: hop.name ?? id,
          address: normalAddress(hop.address),
        }),
      ),
    ],
    ranges: estate?.allowlists ?? {},
  };
}
