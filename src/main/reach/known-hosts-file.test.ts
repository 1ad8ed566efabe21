import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HostKey, parseHostKey } from "./host-key.ts";
import { knownHostsLine, knownHostsName, parseKnownHosts } from "./known-hosts-file.ts";

/** A key blob of a type with the given body, as RFC 4253, 6.6 lays it out. */
function keyOf(type: string, body: Buffer): HostKey {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const key = parseHostKey(Buffer.concat([length, Buffer.from(type), body]));
  if (!key) throw new Error("not a key");
  return key;
}
const key = keyOf("ssh-ed25519", Buffer.alloc(36, 7));
const base64 = key.blob.toString("base64");
const matches = (patterns: string, name: string) =>
  parseKnownHosts(`${patterns} ssh-ed25519 ${base64}`).entries.some((entry) => entry.matches(name));

const hostNames = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
const ports = fc.integer({ min: 1, max: 65535 });

describe("the known_hosts format", () => {
  it("reads back every line that it writes", () => {
    fc.assert(
      fc.property(hostNames, ports, fc.uint8Array({ minLength: 1, maxLength: 600 }), (host, port, body) => {
        const written = keyOf("ssh-ed25519", Buffer.from(body));
        const { entries, skipped } = parseKnownHosts(`${knownHostsLine(host, port, written)}\n`);
        expect(skipped).toEqual([]);
        expect(entries).toHaveLength(1);
        expect(entries[0]?.matches(knownHostsName(host, port))).toBe(true);
        expect(entries[0]?.key.fingerprint).toBe(written.fingerprint);
      }),
    );
  });

  it("finds hashed names and nothing else by them", () => {
    fc.assert(
      fc.property(hostNames, hostNames, ports, (host, other, port) => {
        const salt = randomBytes(20);
        const name = knownHostsName(host, port);
        const hash = createHmac("sha1", salt).update(name).digest("base64");
        const patterns = `|1|${salt.toString("base64")}|${hash}`;
        expect(matches(patterns, name)).toBe(true);
        expect(matches(patterns, knownHostsName(other, port))).toBe(knownHostsName(other, port) === name);
      }),
    );
  });

  it("never throws and keeps good lines whatever stands beside them", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 20 }), (garbage) => {
        const content = [...garbage.map((line) => line.replaceAll("\n", " ")), `good ssh-ed25519 ${base64}`];
        const { entries } = parseKnownHosts(content.join("\n"));
        expect(entries.some((entry) => entry.line === content.length && entry.matches("good"))).toBe(true);
        for (const entry of entries) entry.matches("anything.example");
      }),
    );
  });

  it("understands lists, wildcards, negation and ports", () => {
    expect(matches("a.example,192.0.2.1", "192.0.2.1")).toBe(true);
    expect(matches("*.example,!db.example", "web.example")).toBe(true);
    expect(matches("*.example,!db.example", "db.example")).toBe(false);
    expect(matches("!db.example", "web.example")).toBe(false);
    expect(matches("web-?", "web-1")).toBe(true);
    expect(matches("web-?", "web-10")).toBe(false);
    expect(matches("[*.example]:2222", "[a.example]:2222")).toBe(true);
    expect(matches("Tower.EXAMPLE", knownHostsName("tower.example", 22))).toBe(true);
    expect(matches(`${"*a".repeat(60)}b`, "a".repeat(250))).toBe(false);
  });

  it("marks revoked keys, passes over authorities and comments, and tells what it could not read", () => {
    const { entries, skipped } = parseKnownHosts(
      [
        "# a comment",
        "",
        `@revoked * ssh-ed25519 ${base64} with a comment`,
        `@cert-authority *.example ssh-ed25519 ${base64}`,
        `web.example ssh-rsa ${base64}`,
        "web.example ssh-ed25519",
        `@unheard-of web.example ssh-ed25519 ${base64}`,
      ].join("\r\n"),
    );
    expect(entries.map(({ line, marker }) => ({ line, marker }))).toEqual([{ line: 3, marker: "revoked" }]);
    expect(skipped).toEqual([
      { line: 4, why: "certificate-authority" },
      { line: 5, why: "unreadable" },
      { line: 6, why: "unreadable" },
      { line: 7, why: "unreadable" },
    ]);
  });
});
