import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloneInput, cloudInitOf } from "./clone-input.ts";
import { readConditions } from "./migrate-conditions.ts";
import { fieldsIn } from "./restore-source.ts";
import { shareIn } from "./task.ts";

describe("the share that a log tells", () => {
  it.each([
    ["INFO:  12% (4.0 GiB of 32.0 GiB) in 10s, read: 400 MiB/s", 0.12],
    ["progress 30% (read 13500380216 bytes)", 0.3],
    ["drive-scsi0: transferred 2.1 GiB of 32.0 GiB (6.55%) in 5s", 0.0655],
    ["INFO: 100% (32.0 GiB of 32.0 GiB) in 1m", 1],
    ["INFO: 250% of nothing", null],
    ["INFO: archive file size: 16.76GB", null],
    ["", null],
  ])("%s", (line, share) => expect(shareIn(line)).toBe(share));

  it("is from 0 to 1, whatever it is told", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const share = shareIn(line);
        expect(share === null || (share >= 0 && share <= 1)).toBe(true);
      }),
    );
  });
});

describe("what stands against a move", () => {
  it("is read of VMs and of containers, which spell it otherwise", () => {
    const vm = readConditions({
      allowed_nodes: ["pve-2"],
      not_allowed_nodes: { "pve-3": { unavailable_storages: ["zfs"] } },
      local_disks: [{ volid: "zfs:vm-1-disk-0", size: 1024 }, { cdrom: 1 }],
      local_resources: ["hostpci0", "hostpci1"],
      "mapped-resources": ["hostpci1"],
    });
    expect(vm).toMatchObject({ allowed: ["pve-2"], localResources: ["hostpci0"] });
    expect(vm.localDisks).toEqual([{ volume: "zfs:vm-1-disk-0", size: 1024 }]);
    expect(vm.refused.get("pve-3")?.storages).toEqual(["zfs"]);
    const container = readConditions({ "allowed-nodes": ["pve-2"], "not-allowed-nodes": { "pve-3": {} } });
    expect(container.allowed).toEqual(["pve-2"]);
    expect(container.refused.get("pve-3")).toEqual({ storages: [], resources: [], rules: [] });
  });

  it("never fails for what it is told", () => {
    fc.assert(fc.property(fc.anything(), (data) => void readConditions(data)));
  });
});

describe("the config in a backup", () => {
  it("ends where its snapshots begin", () => {
    const words = "name: db-1\nscsi0: a:b,size=1G\nnote without colon\n\n[before]\nscsi1: a:c\n";
    expect(fieldsIn(words)).toEqual({ name: "db-1", scsi0: "a:b,size=1G" });
  });

  it("is read without fail, and never reaches what is not its own", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (words) => {
        expect(Object.getPrototypeOf(fieldsIn(`${words}\n__proto__: x`))).toBe(Object.prototype);
      }),
    );
  });
});

describe("what cloud-init is told", () => {
  const input = (more: object) => cloneInput.parse({ name: "web-1", ...more });
  const key = (comment: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4lYT1nHn1m8bJkXb0l ${comment}`;

  it("has keys in percent-encoding, since Proxmox VE decodes them once more than the form", () => {
    const { sshkeys } = cloudInitOf(input({ keys: `${key("a+b@desk")}\r\n${key("é")}` }), null);
    expect(sshkeys).not.toMatch(/[\s+/é]/);
    // The form is decoded first, then what is in it.
    const received = new URLSearchParams(new URLSearchParams({ sshkeys: sshkeys ?? "" }).toString());
    expect(decodeURIComponent(received.get("sshkeys") ?? "")).toBe(`${key("a+b@desk")}\n${key("é")}`);
  });

  it.each([
    { keys: "-----BEGIN OPENSSH PRIVATE KEY-----" },
    { keys: "ssh-ed25519 AAAA\nnot a key" },
    { addresses: "192.0.2.7" },
    { addresses: "ip=192.0.2.7/24,scsi0=/dev/sda" },
    { nameServers: "dns.example" },
    { user: "root; reboot" },
    { name: "two words" },
    { passwordFrom: "hunter2" },
    { more: 1 },
  ])("is refused before anything is sent: %o", (more) => {
    expect(cloneInput.safeParse({ name: "web-1", ...more }).success).toBe(false);
  });

  it("is nothing where nothing was said", () => {
    expect(Object.values(cloudInitOf(input({}), null)).filter((each) => each !== undefined)).toEqual([]);
  });
});
