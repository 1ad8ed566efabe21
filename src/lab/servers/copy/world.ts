import type { EstateCopy } from "../../../shared/estate-copy.ts";
import type { CopiedSite } from "../../world/world.ts";
import { copiedNames } from "./copied-site.ts";
import { copiedHypervisors } from "./hypervisors.ts";
import { CopiedMachines } from "./machines.ts";
import { CopyAddresses } from "./parts.ts";
import { usedAddresses } from "./used-addresses.ts";

/** A copied estate, with what of it stands in the World and where the rest is put. */
export interface CopiedParts {
  copy: EstateCopy;
  addresses: CopyAddresses;
  machines: CopiedMachines;
  site: CopiedSite;
}

/** Lays out what a copied estate has for the World, as it is at `now` (world time). */
export function copiedWorld(copy: EstateCopy, { seed, now }: { seed: number; now: number }): CopiedParts {
  const addresses = new CopyAddresses(usedAddresses(copy));
  const machines = new CopiedMachines(copy, addresses);
  const virtual = copiedHypervisors({ copy, machines, addresses, seed, now });
  return { copy, addresses, machines, site: { machines: machines.all, virtual, regions: copiedNames(copy) } };
}
