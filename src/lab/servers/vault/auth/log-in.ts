import { listOf, numberOf, secondsOf, type VaultCall } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import type { Token } from "../core/tokens.ts";

/** What the token of a log-in is to be like, as every way to log in has it. */
export interface TokenTerms {
  policies: string[];
  ttl: number;
  maxTtl: number;
  period: number;
  uses: number;
}

/** Reads `token_policies`, `token_ttl` and the like, and their older names. */
export function readTerms(call: VaultCall): TokenTerms {
  const older = listOf(call, "policies");
  return {
    policies: listOf(call, "token_policies").concat(older),
    ttl: secondsOf(call, "token_ttl"),
    maxTtl: secondsOf(call, "token_max_ttl"),
    period: secondsOf(call, "token_period"),
    uses: numberOf(call, "token_num_uses", 0),
  };
}

export function shownTerms({ policies, ttl, maxTtl, period, uses }: TokenTerms): Record<string, unknown> {
  return {
    token_policies: policies,
    token_ttl: ttl,
    token_max_ttl: maxTtl,
    token_period: period,
    token_num_uses: uses,
  };
}

/** The token of somebody who has logged in. */
export function logIn(
  cluster: VaultCluster,
  call: Pick<VaultCall, "namespace">,
  terms: TokenTerms,
  who: { path: string; displayName: string; meta: Record<string, string> },
): Token {
  const { policies, ttl, maxTtl, period, uses } = terms;
  return cluster.tokens.create({
    policies: [...new Set(["default", ...policies])].sort(),
    namespace: call.namespace,
    ttl: ttl || maxTtl || 32 * 86_400,
    maxTtl: maxTtl || 32 * 86_400,
    period,
    uses,
    ...who,
  });
}
