import {
  type FarSide,
  noCommonSecurity,
  passwordNeeded,
  passwordUnprotected,
  tlsMissing,
  userNeeded,
} from "./faults.ts";
import {
  type Login,
  type Protection,
  securityNames,
  securityType,
  veNCryptLogins,
} from "./security-types.ts";

/** What the console has for a log-in and what the estate demands of it. */
export interface LoginMeans {
  /** How the stream is protected before RFB begins. */
  already: Protection;
  /** What the estate demands; null: whatever the server offers, as long as no account password goes out unprotected. */
  demand: Exclude<Protection, "none"> | null;
  hasPassword: boolean;
  hasUser: boolean;
  /** Which kinds of TLS can be spoken after VeNCrypt. */
  possible: readonly Protection[];
}

const strength: Record<Protection, number> = { none: 0, anonymous: 1, certificate: 2 };

/**
 * One of the security types that a server offers. VeNCrypt is taken when TLS is demanded or nothing else is offered: its
 * types are known only afterwards. Throws OpsErrors `rfb.tls-missing`, `rfb.password-needed`, `rfb.no-common-security`.
 */
export function chooseSecurityType(offered: readonly number[], means: LoginMeans, farSide: FarSide): number {
  const has = (type: number) => offered.includes(type);
  if (!isMet(means.already, means)) {
    if (has(securityType.veNCrypt)) return securityType.veNCrypt;
    throw tlsMissing(farSide, securityNames(offered));
  }
  if (has(securityType.vncAuthentication) && means.hasPassword) return securityType.vncAuthentication;
  if (has(securityType.none)) return securityType.none;
  if (has(securityType.veNCrypt)) return securityType.veNCrypt;
  if (has(securityType.vncAuthentication)) throw passwordNeeded(farSide);
  throw noCommonSecurity(farSide, securityNames(offered));
}

/**
 * One of the types that VeNCrypt offers. Throws as `chooseSecurityType` does, besides `rfb.user-needed` and
 * `rfb.password-unprotected`.
 */
export function chooseVeNCryptType(offered: readonly number[], means: LoginMeans, farSide: FarSide): number {
  const candidates = offered.flatMap((type) => {
    const login = veNCryptLogins.get(type);
    const usable = login && (login.protection === "none" || means.possible.includes(login.protection));
    return usable
      ? [{ type, login: { ...login, protection: stronger(login.protection, means.already) } }]
      : [];
  });
  const strong = candidates.filter(({ login }) => isMet(login.protection, means));
  if (candidates.length === 0) throw noCommonSecurity(farSide, securityNames(offered));
  if (strong.length === 0) throw tlsMissing(farSide, securityNames(offered));
  const discreet = strong.filter(({ login }) => !isIndiscreet(login, means));
  if (discreet.length === 0) throw passwordUnprotected(farSide);
  const [best] = discreet
    .filter(({ login }) => hasProof(login, means))
    .toSorted((one, other) => rank(other.login, means) - rank(one.login, means));
  if (best) return best.type;
  throw means.hasPassword ? userNeeded(farSide) : passwordNeeded(farSide);
}

/** How a type of VeNCrypt that was chosen is to be gone on with. */
export function veNCryptLogin(type: number): Login {
  return veNCryptLogins.get(type) ?? { protection: "none", proof: "none" };
}

function isMet(protection: Protection, { demand }: LoginMeans): boolean {
  return demand === null || strength[protection] >= strength[demand];
}

/** A password in clear goes to whom a certificate names, or where the estate says that anybody may answer. */
function isIndiscreet({ protection, proof }: Login, { demand }: LoginMeans): boolean {
  return (
    proof === "plain" && protection !== "certificate" && !(protection === "anonymous" && demand !== null)
  );
}

function hasProof({ proof }: Login, { hasPassword, hasUser }: LoginMeans): boolean {
  if (proof === "none") return true;
  return hasPassword && (proof === "vnc" || hasUser);
}

/** Without a demand a certificate comes last, for nobody said that one can be verified here. */
function rank({ protection, proof }: Login, { demand }: LoginMeans): number {
  const proofs = { none: 0, vnc: 1, plain: 2 } as const;
  const unasked = demand === null && protection === "certificate";
  return (unasked ? -1 : strength[protection]) * 10 + proofs[proof];
}

function stronger(one: Protection, other: Protection): Protection {
  return strength[one] >= strength[other] ? one : other;
}
