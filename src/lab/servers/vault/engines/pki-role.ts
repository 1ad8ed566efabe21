import { isIP } from "node:net";
import { isTrue, listOf, numberOf, secondsOf, textOf, type VaultCall } from "../core/call.ts";
import { badRequest } from "../core/failure.ts";
import type { Names } from "../crypto/x509.ts";

/** For which names certificates are issued, and how. */
export interface PkiRole {
  domains: string[];
  allowsBare: boolean;
  allowsSubdomains: boolean;
  allowsAny: boolean;
  allowsAddresses: boolean;
  allowsLocalhost: boolean;
  keyType: string;
  keyBits: number;
  /** Seconds. */
  ttl: number;
  maxTtl: number;
  generatesLease: boolean;
  told: Record<string, unknown>;
}

export function readRole(call: VaultCall): PkiRole {
  const maxTtl = secondsOf(call, "max_ttl", 32 * 86_400) || 32 * 86_400;
  return {
    domains: listOf(call, "allowed_domains"),
    allowsBare: isTrue(call, "allow_bare_domains"),
    allowsSubdomains: isTrue(call, "allow_subdomains"),
    allowsAny: isTrue(call, "allow_any_name"),
    allowsAddresses: isTrue(call, "allow_ip_sans", true),
    allowsLocalhost: isTrue(call, "allow_localhost", true),
    keyType: textOf(call, "key_type", "rsa"),
    keyBits: numberOf(call, "key_bits", 0),
    ttl: secondsOf(call, "ttl", maxTtl) || maxTtl,
    maxTtl,
    generatesLease: isTrue(call, "generate_lease"),
    told: { ...call.body },
  };
}

/** Throws VaultFailure for a name that the role does not allow. */
export function checkNames(role: PkiRole, { commonName, alternative }: Names): void {
  for (const name of [commonName, ...alternative]) {
    if (isIP(name)) {
      if (!role.allowsAddresses)
        throw badRequest("IP Subject Alternative Names are not allowed in this role");
      continue;
    }
    const isAllowed =
      role.allowsAny ||
      (role.allowsLocalhost && name === "localhost") ||
      role.domains.some(
        (domain) =>
          (role.allowsBare && name === domain) || (role.allowsSubdomains && name.endsWith(`.${domain}`)),
      );
    if (!isAllowed)
      throw badRequest(
        name === commonName
          ? `common name ${name} not allowed by this role`
          : `subject alternate name ${name} not allowed by this role`,
      );
  }
}
