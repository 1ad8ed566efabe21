import { secondsOf, timeWords, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest } from "../core/failure.ts";
import type { Lease } from "../core/leases.ts";
import { listBelow } from "../engines/paths.ts";
import type { Routes } from "./routes.ts";

/** `sys/leases`. */
export function leaseRoutes(cluster: VaultCluster): Routes {
  const { leases } = cluster;
  const named = (call: VaultCall, rest: string) => rest || wordOf(call, "lease_id");
  const revoke = (call: VaultCall, rest: string): VaultAnswer => {
    leases.revoke(named(call, rest));
    return { status: 204 };
  };
  const revokeBelow = (_call: VaultCall, rest: string): VaultAnswer => {
    if (rest === "") throw badRequest("missing prefix");
    for (const { id } of leases.below(rest.endsWith("/") ? rest : `${rest}/`)) leases.revoke(id);
    return { status: 204 };
  };
  const renew = (call: VaultCall, rest: string): VaultAnswer => {
    const lease = leases.renew(named(call, rest), secondsOf(call, "increment"));
    return {
      raw: {
        request_id: "",
        lease_id: lease.id,
        renewable: lease.renewable,
        lease_duration: left(lease, cluster.now()),
        data: null,
        warnings: null,
      },
    };
  };
  const list = (rest: string): VaultAnswer => ({
    data: {
      keys: listBelow(
        leases.below("").map(({ id }) => id),
        rest,
      ),
    },
  });
  return {
    "POST leases/lookup": (call) => lookup(leases.find(wordOf(call, "lease_id")), cluster.now()),
    "LIST leases/lookup": () => list(""),
    "LIST leases/lookup/*": (_call, rest) => list(rest),
    "POST leases/renew": renew,
    "POST leases/renew/*": renew,
    "POST renew": renew,
    "POST leases/revoke": revoke,
    "POST leases/revoke/*": revoke,
    "POST revoke": revoke,
    "POST leases/revoke-prefix/*": revokeBelow,
    "POST leases/revoke-force/*": revokeBelow,
  };
}

const left = ({ expiresAt }: Lease, now: number) => Math.max(0, Math.floor((expiresAt - now) / 1000));

function lookup(lease: Lease, now: number): VaultAnswer {
  return {
    data: {
      id: lease.id,
      issue_time: timeWords(lease.issuedAt),
      expire_time: timeWords(lease.expiresAt),
      last_renewal: lease.renewedAt === null ? null : timeWords(lease.renewedAt),
      renewable: lease.renewable,
      ttl: left(lease, now),
    },
  };
}
