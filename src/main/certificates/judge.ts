import type { CertificateState } from "../../shared/certificates.ts";
import type { Health, Problem } from "../../shared/resource.ts";
import type { LocalText } from "../../shared/text.ts";
import { coversName } from "../x509/names.ts";
import type { CertificateRecord } from "./records.ts";
import { stateWords } from "./words.ts";

export interface Judgement {
  state: CertificateState;
  text: LocalText;
  problems: readonly Problem[];
  /** When it will stand, or be told, otherwise by time alone; epoch milliseconds. */
  until: number;
}

const day = 86_400_000;
const hour = 3_600_000;
/** What should renew itself has this long after it was to begin. */
const renewalGrace = 6 * hour;

/** How grave each state is; those that are left out need nobody. */
const gravity: Partial<Record<CertificateState, Health>> = {
  expired: "critical",
  revoked: "critical",
  "wrong-name": "critical",
  late: "critical",
  "weak-key": "warning",
  incomplete: "warning",
  untrusted: "warning",
  "not-yet": "warning",
  soon: "warning",
};

/** How one certificate stands by what is known of it. A pure function; `warn` in milliseconds before its end. */
export function judgeCertificate(record: CertificateRecord, warn: number, now: number): Judgement {
  const limits = limitsOf(record, warn);
  const state = stateOf(record, limits, now);
  const words = stateWords(state, record, now);
  const health = gravity[state];
  const problems = health ? [{ code: `certificate.${state}`, health, text: words }] : [];
  const turns = [record.notBefore, limits?.soonAt, limits?.lateAt, record.notAfter];
  const next = turns.reduce<number>(
    (first, at) => (typeof at === "number" && at > now ? Math.min(first, at) : first),
    // Days that are left are told in words, which grow old.
    now + (problems.length > 0 ? hour : day),
  );
  return { state, text: words, problems, until: next };
}

interface Limits {
  soonAt: number;
  lateAt: number;
}

/**
 * From when on it is told. One that renews itself is told only when it has not done so in time; one that lives shortly is told
 * when a third of its life is left, and not from its first day on. It is late in the last quarter of the warning.
 */
function limitsOf(
  { from, notBefore, notAfter, renewal, renewsAt }: CertificateRecord,
  warn: number,
): Limits | null {
  if (notAfter === null) return null;
  // The next log-in over SSH has another one signed, whenever that is.
  if (from === "ssh") return { soonAt: notAfter, lateAt: notAfter };
  if (renewal === "automatic" && renewsAt !== null) {
    const soonAt = Math.min(renewsAt + renewalGrace, notAfter);
    return { soonAt, lateAt: soonAt + (notAfter - soonAt) / 2 };
  }
  const life = notBefore === null ? Number.POSITIVE_INFINITY : notAfter - notBefore;
  const told = Math.min(warn, life / 3);
  return { soonAt: notAfter - told, lateAt: notAfter - told / 4 };
}

function stateOf(record: CertificateRecord, limits: Limits | null, now: number): CertificateState {
  const { notBefore, notAfter, trust, chainState } = record;
  if (record.revoked) return "revoked";
  if (notAfter !== null && now > notAfter) return "expired";
  if (hasWrongName(record)) return "wrong-name";
  if (limits && now >= limits.lateAt) return "late";
  if (isWeak(record)) return "weak-key";
  if (chainState === "incomplete" && (trust === null || trust === "untrusted")) return "incomplete";
  if (trust === "untrusted") return "untrusted";
  if (notBefore !== null && now < notBefore) return "not-yet";
  if (limits && now >= limits.soonAt) return "soon";
  if (limits === null) return "unknown";
  return trust === "pinned" && chainState === "self-signed" ? "self-signed" : "ok";
}

/** A pin is the certificate itself, whatever its names; a certificate without any names is judged by its subject. */
function hasWrongName({ servedAs, trust, names, subject }: CertificateRecord): boolean {
  if (servedAs === null || (trust !== "workstation" && trust !== "authority")) return false;
  return !coversName(names.length > 0 ? names : subject === null ? [] : [subject], servedAs);
}

/** By what browsers and OpenSSL refuse today (CA/Browser Forum, 6.1.5; SHA-1 since 2017). A pin asks nothing of the signature. */
function isWeak({ key, signature, trust, chainState }: CertificateRecord): boolean {
  const [, kind = "", bits = ""] = /^(RSA(?:-PSS)?|DSA) (\d+)$/.exec(key ?? "") ?? [];
  if (kind === "DSA" || (bits !== "" && Number(bits) < 2048)) return true;
  const isSigned = trust !== "pinned" && chainState !== "self-signed";
  return isSigned && /md5|sha-?1(?!\d)/i.test(signature ?? "");
}
