import { createHash, randomBytes } from "node:crypto";

/** A Digest challenge that can be answered. `qop` null: the server speaks RFC 2069, without a nonce count. */
export interface Challenge {
  realm: string;
  nonce: string;
  opaque: string | null;
  stale: boolean;
  algorithm: "MD5" | "SHA-256";
  /** Whether the server named the algorithm; it is repeated only then. */
  named: boolean;
  qop: "auth" | "auth-int" | null;
}

const longestHeader = 16_384;
const longestValue = 2048;
const piece = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s,"]+)))?/y;

/**
 * The Digest challenges in the values of WWW-Authenticate headers, in the server's order (RFC 7235 section 4.1, RFC
 * 7616 section 3.3). Other schemes, and challenges with an algorithm or protection that is not known here, are left
 * out. Never throws.
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap((header) =>
    parametersOf(header.slice(0, longestHeader)).flatMap((parameters) => usable(parameters) ?? []),
  );
}

/** The parameters of each Digest challenge of one header. */
function parametersOf(header: string): Map<string, string>[] {
  const found: Map<string, string>[] = [];
  let current: Map<string, string> | null = null;
  piece.lastIndex = 0;
  for (let match = piece.exec(header); match; match = piece.exec(header)) {
    const name = (match[1] ?? "").toLowerCase();
    const value = match[2]?.replace(/\\([\s\S])/g, "$1") ?? match[3];
    if (value === undefined) {
      current = name === "digest" ? new Map() : null;
      if (current) found.push(current);
    } else if (current && !current.has(name)) {
      current.set(name, value);
    }
  }
  return found;
}

function usable(parameters: ReadonlyMap<string, string>): Challenge | null {
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  const opaque = parameters.get("opaque") ?? null;
  if (realm === undefined || nonce === undefined || nonce === "") return null;
  if ([realm, nonce, opaque ?? ""].some((value) => value.length > longestValue || /[^ -~]/.test(value))) {
    return null;
  }
  const name = parameters.get("algorithm");
  const algorithm = (name ?? "MD5").toUpperCase();
  if (algorithm !== "MD5" && algorithm !== "SHA-256") return null;
  const offered = parameters
    .get("qop")
    ?.toLowerCase()
    .split(/[\s,]+/);
  const qop = offered ? (["auth", "auth-int"] as const).find((each) => offered.includes(each)) : null;
  if (qop === undefined) return null;
  const stale = parameters.get("stale")?.toLowerCase() === "true";
  return { realm, nonce, opaque, stale, algorithm, named: name !== undefined, qop };
}

/** H(user:realm:password): what answers every challenge of one realm, so that the password need not be kept. */
export interface LoginKey {
  user: string;
  realm: string;
  algorithm: Challenge["algorithm"];
  hash: string;
}

/** The key of a user for the realm and algorithm of a challenge. */
export function loginKey(challenge: Challenge, user: string, password: string): LoginKey {
  const { realm, algorithm } = challenge;
  return { user, realm, algorithm, hash: hashOf(algorithm, `${user}:${realm}:${password}`) };
}

/** Whether a key was made for the realm and algorithm of a challenge. */
export function keyFits(key: LoginKey | null, challenge: Challenge): key is LoginKey {
  return key !== null && key.realm === challenge.realm && key.algorithm === challenge.algorithm;
}

/**
 * One nonce in use: each answer raises its count, which starts at 1 and has eight hex digits (RFC 7616 section 3.4;
 * newer AMT firmware refuses shorter ones).
 */
export class Nonce {
  readonly challenge: Challenge;
  readonly #key: LoginKey;
  readonly #random: () => string;
  #count = 0;

  constructor(challenge: Challenge, key: LoginKey, random = () => randomBytes(16).toString("hex")) {
    this.challenge = challenge;
    this.#key = key;
    this.#random = random;
  }

  /** How often it was used. */
  get count(): number {
    return this.#count;
  }

  /** The Authorization header for the next request. */
  authorization(method: string, uri: string, body: string): string {
    const { realm, nonce, opaque, algorithm, named, qop } = this.challenge;
    this.#count += 1;
    const count = this.#count.toString(16).padStart(8, "0");
    const own = this.#random();
    const request = qop === "auth-int" ? `${method}:${uri}:${hashOf(algorithm, body)}` : `${method}:${uri}`;
    const middle = qop === null ? nonce : `${nonce}:${count}:${own}:${qop}`;
    const response = hashOf(algorithm, `${this.#key.hash}:${middle}:${hashOf(algorithm, request)}`);
    const words = [
      `username=${quoted(this.#key.user)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${response}"`,
    ];
    if (named) words.push(`algorithm=${algorithm}`);
    if (opaque !== null) words.push(`opaque=${quoted(opaque)}`);
    if (qop !== null) words.push(`qop=${qop}`, `nc=${count}`, `cnonce="${own}"`);
    return `Digest ${words.join(", ")}`;
  }
}

function quoted(words: string): string {
  return `"${words.replace(/["\\]/g, "\\$&")}"`;
}

function hashOf(algorithm: Challenge["algorithm"], words: string): string {
  return createHash(algorithm === "MD5" ? "md5" : "sha256")
    .update(words, "utf8")
    .digest("hex");
}
