import { createHmac, timingSafeEqual } from "node:crypto";
import { type HostKey, parseHostKey } from "./host-key.ts";

/** Whether a line of known_hosts speaks of a host, under the name it would be looked up by. */
type HostMatcher = (name: string) => boolean;

/** One line of a known_hosts file that holds a key. `line` counts from 1. */
export interface KnownHostsEntry {
  line: number;
  marker: "none" | "revoked";
  matches: HostMatcher;
  key: HostKey;
}

export interface KnownHostsFile {
  entries: KnownHostsEntry[];
  /** Lines that were passed over, and why. */
  skipped: { line: number; why: "certificate-authority" | "unreadable" }[];
}

/**
 * The name that a host is listed under: the bare address on port 22, else `[address]:port`; lower case
 * (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
 */
export function knownHostsName(address: string, port: number): string {
  const bare = address.toLowerCase();
  return port === 22 ? bare : `[${bare}]:${port}`;
}

/** Reads a known_hosts file (sshd(8)). Never throws: what it cannot read is listed in `skipped`. */
export function parseKnownHosts(content: string): KnownHostsFile {
  const file: KnownHostsFile = { entries: [], skipped: [] };
  for (const [index, raw] of content.split("\n").entries()) {
    const words = raw.trim().split(/[ \t]+/);
    const line = index + 1;
    if (words[0] === undefined || words[0] === "" || words[0].startsWith("#")) continue;
    const marker = words[0].startsWith("@") ? words.shift() : undefined;
    if (marker === "@cert-authority") {
      file.skipped.push({ line, why: "certificate-authority" });
      continue;
    }
    const [patterns, type, encoded] = words;
    const matches = patterns === undefined ? null : hostMatcher(patterns);
    const key = encoded === undefined ? null : decodeKey(encoded);
    if (!matches || !key || key.type !== type || (marker !== undefined && marker !== "@revoked")) {
      file.skipped.push({ line, why: "unreadable" });
      continue;
    }
    file.entries.push({ line, marker: marker === "@revoked" ? "revoked" : "none", matches, key });
  }
  return file;
}

/** The line that makes a key known for a host, without a line end. */
export function knownHostsLine(address: string, port: number, key: HostKey): string {
  return `${knownHostsName(address, port)} ${key.type} ${key.blob.toString("base64")}`;
}

function decodeKey(encoded: string): HostKey | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  return parseHostKey(Buffer.from(encoded, "base64"));
}

function hostMatcher(patterns: string): HostMatcher | null {
  if (patterns.startsWith("|")) return hashedMatcher(patterns);
  const tests = patterns
    .split(",")
    .filter((pattern) => pattern !== "" && pattern !== "!")
    .map((pattern) => {
      const negated = pattern.startsWith("!");
      return { negated, test: globMatcher((negated ? pattern.slice(1) : pattern).toLowerCase()) };
    });
  if (tests.length === 0) return null;
  return (name) => {
    const matching = tests.filter(({ test }) => test(name));
    return matching.length > 0 && matching.every(({ negated }) => !negated);
  };
}

/** `|1|salt|hash`: HMAC-SHA1 of the name with the salt as key (HashKnownHosts, ssh-keygen -H). */
function hashedMatcher(word: string): HostMatcher | null {
  const [before, version, salt, hash, ...rest] = word.split("|");
  if (before !== "" || version !== "1" || !salt || !hash || rest.length > 0) return null;
  const key = Buffer.from(salt, "base64");
  const wanted = Buffer.from(hash, "base64");
  if (key.length === 0 || wanted.length !== 20) return null;
  return (name) => timingSafeEqual(createHmac("sha1", key).update(name).digest(), wanted);
}

/** `*` and `?` as in ssh_config(5) PATTERNS; linear in pattern times name, whatever the pattern. */
function globMatcher(pattern: string): (name: string) => boolean {
  return (name) => {
    let at = 0;
    let of = 0;
    let star = -1;
    let resumeAt = 0;
    while (at < name.length) {
      const wanted = pattern[of];
      if (wanted === "*") {
        star = of++;
        resumeAt = at;
      } else if (wanted === "?" || wanted === name[at]) {
        of++;
        at++;
      } else if (star >= 0) {
        of = star + 1;
        at = ++resumeAt;
      } else return false;
    }
    while (pattern[of] === "*") of++;
    return of === pattern.length;
  };
}
