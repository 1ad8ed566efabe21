import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HostKey, parseHostKey } from "./host-key.ts";
import { KnownHosts } from "./known-hosts.ts";
import { knownHostsLine } from "./known-hosts-file.ts";

let folder: string;
let own: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-known-hosts-"));
  own = join(folder, "known_hosts");
});
afterEach(() => rmSync(folder, { recursive: true }));

function key(fill: number, type = "ssh-ed25519"): HostKey {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const made = parseHostKey(Buffer.concat([length, Buffer.from(type), Buffer.alloc(36, fill)]));
  if (!made) throw new Error("not a key");
  return made;
}

describe("the verdict on a host key", () => {
  it("goes from unknown to known when the key is added, and to changed for any other key", () => {
    const hosts = new KnownHosts({ own });
    expect(hosts.verify("tower.example", 22, key(1), null).state).toBe("unknown");
    hosts.add("tower.example", 22, key(1));
    expect(hosts.verify("tower.example", 22, key(1), null).state).toBe("known");
    const changed = { state: "changed", file: own, line: 1 };
    expect(hosts.verify("tower.example", 22, key(2), null)).toEqual(changed);
    expect(hosts.verify("tower.example", 22, key(2, "ecdsa-sha2-nistp256"), null)).toEqual(changed);
    expect(statSync(own).mode & 0o777).toBe(0o600);
  });

  it("takes a key of the bare address on another port, but holds none against it", () => {
    const hosts = new KnownHosts({ own });
    hosts.add("tower.example", 22, key(1));
    expect(hosts.verify("tower.example", 2222, key(1), null).state).toBe("known");
    expect(hosts.verify("tower.example", 2222, key(2), null).state).toBe("unknown");
  });

  it("accepts any of several keys and asks for their types first", () => {
    const hosts = new KnownHosts({ own });
    hosts.add("tower.example", 22, key(1, "ssh-rsa"));
    hosts.add("tower.example", 22, key(2));
    expect(hosts.verify("tower.example", 22, key(2), null).state).toBe("known");
    expect(hosts.typesFor("tower.example", 22)).toEqual(["ssh-rsa", "ssh-ed25519"]);
    expect(hosts.typesFor("other.example", 22)).toEqual([]);
  });

  it("lets a pin decide, and a revocation before the pin", () => {
    const hosts = new KnownHosts({ own });
    hosts.add("tower.example", 22, key(1));
    expect(hosts.verify("tower.example", 22, key(2), key(2).fingerprint).state).toBe("known");
    expect(hosts.verify("tower.example", 22, key(1), key(2).fingerprint)).toEqual({
      state: "pinned-mismatch",
      pinned: key(2).fingerprint,
    });
    const extra = join(folder, "revoked");
    writeFileSync(extra, `@revoked * ${knownHostsLine("x", 22, key(2)).slice(2)}\n`);
    hosts.setFiles([extra]);
    expect(hosts.verify("tower.example", 22, key(2), key(2).fingerprint)).toEqual({
      state: "revoked",
      file: extra,
      line: 1,
    });
  });
});

describe("the known_hosts files", () => {
  it("are read again when they change", () => {
    const extra = join(folder, "team");
    const hosts = new KnownHosts({ own, files: [extra] });
    expect(hosts.verify("tower.example", 22, key(1), null).state).toBe("unknown");
    writeFileSync(extra, knownHostsLine("tower.example", 22, key(1)));
    expect(hosts.verify("tower.example", 22, key(1), null).state).toBe("known");
  });

  it("keep what stands in the own file when a key is added, even without a last line end", () => {
    writeFileSync(own, "# mine");
    const hosts = new KnownHosts({ own });
    hosts.add("tower.example", 2222, key(1));
    expect(readFileSync(own, "utf8")).toBe(`# mine\n${knownHostsLine("tower.example", 2222, key(1))}\n`);
  });

  it("stop every connection when one of them cannot be read", () => {
    const hosts = new KnownHosts({ own, files: [folder] });
    expect(() => hosts.verify("tower.example", 22, key(1), null)).toThrow(
      expect.objectContaining({ code: "reach.known-hosts-unreadable" }),
    );
  });

  it("say so when the own file cannot be written, and keep it as it was", () => {
    const locked = join(folder, "missing", "known_hosts");
    const hosts = new KnownHosts({ own: locked });
    expect(() => hosts.add("tower.example", 22, key(1))).toThrow(
      expect.objectContaining({ code: "reach.known-hosts-unwritable" }),
    );
    mkdirSync(join(folder, "missing"));
    chmodSync(join(folder, "missing"), 0o700);
    hosts.add("tower.example", 22, key(1));
    expect(hosts.verify("tower.example", 22, key(1), null).state).toBe("known");
  });

  it("tell which lines they pass over", () => {
    writeFileSync(own, "@cert-authority *.example ssh-ed25519 AAAA\nnonsense\n");
    expect(new KnownHosts({ own }).skipped()).toEqual([
      { file: own, line: 1, why: "certificate-authority" },
      { file: own, line: 2, why: "unreadable" },
    ]);
  });
});
