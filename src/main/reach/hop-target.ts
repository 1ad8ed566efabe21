import type { Hop } from "../../shared/estate-access.ts";
import type { SshTarget } from "./reach.ts";

/** A hop of the estate as a target to log in to. */
export function hopTarget(id: string, hop: Hop): SshTarget {
  return {
    id,
    name: hop.name ?? id,
    address: hop.address,
    port: hop.port,
    user: hop.user,
    authentication: hop.authentication,
    via: hop.via ?? null,
    allowlist: hop.allowlist ?? null,
    hostKey: hop.hostKey ?? null,
  };
}
