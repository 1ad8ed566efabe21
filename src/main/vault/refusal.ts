import type { OpsError } from "../../shared/errors.ts";
import { refused, service, type VaultTrouble, vaultFault } from "./faults.ts";

/** Reasons that Vault words itself, within a status; the first that fits is taken. */
const reasons: readonly (readonly [status: number, words: RegExp, trouble: VaultTrouble])[] = [
  [400, /check-and-set/, "version-mismatch"],
  [400, /wrapping token (is not valid|does not exist)|not a valid wrapping token/, "wrapping-spent"],
  [400, /lease not found|invalid lease/, "lease-unknown"],
  [400, /missing client token/, "not-signed-in"],
  [400, /vault is sealed/, "sealed"],
  [400, /not initialized/, "not-initialised"],
  [403, /invalid token|bad token|token not found|token expired/, "token-refused"],
  [403, /missing client token/, "not-signed-in"],
  [404, /unsupported operation/, "unsupported"],
  [500, /local node not active|no active/, "no-active-node"],
  [500, /vault is sealed/, "sealed"],
  [503, /sealed/, "sealed"],
  [503, /not initialized|not yet initialized/, "not-initialised"],
];

/** What a status means where its words say nothing more (https://developer.hashicorp.com/vault/api-docs, HTTP status codes). */
const meanings: Readonly<Record<number, VaultTrouble>> = {
  403: "not-allowed",
  404: "not-found",
  405: "unsupported",
  412: "behind",
  429: "too-many-requests",
  472: "no-active-node",
  473: "no-active-node",
  501: "not-initialised",
  503: "unavailable",
};

/** The OpsError of an answer that is no success. `words` are its reasons, which are not repeated. */
export function refusal(name: string, status: number, words: string): OpsError {
  const known = reasons.find(([of, pattern]) => of === status && pattern.test(words));
  const trouble = known?.[2] ?? meanings[status];
  if (trouble) return vaultFault(trouble, name);
  return status >= 500 ? service.failing(name, status) : refused(name, status);
}
