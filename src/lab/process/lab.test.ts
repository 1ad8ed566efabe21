import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { estateSchema } from "../../shared/estate.ts";
import { amtSystemSchema } from "../../shared/systems/amt.ts";
import { sshSystemSchema } from "../../shared/systems/ssh.ts";
import { findLab, LabControl } from "../control.ts";
import { amtFiles } from "../servers/amt/credentials.ts";
import { credentialFiles, unknownHost } from "../servers/ssh/credentials.ts";
import { TestMachine } from "../shell/testing.ts";
import { nonProduction } from "../world/site.ts";
import { usualFolders } from "./folder.ts";
import { type Lab, startLab } from "./start.ts";

const template = new URL("../../../resources/lab/atelier.yaml", import.meta.url);
const usual = { speed: 1, seed: 1, hosts: 0, bouncePort: 0, template };

describe("a running lab", () => {
  let folder: string;
  let lab: Lab;
  let control: LabControl;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "passerelle-lab-"));
    lab = await startLab({ ...usual, hosts: 3, folder });
    control = new LabControl(lab.control);
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  it("writes an estate file that fits the schema and leads into the lab", async () => {
    const estate = estateSchema.parse(parse(await readFile(lab.estate, "utf8")));
    expect(Object.keys(estate.environments)).toEqual(["production", "non-production"]);
    expect(estate.reach.hops.bounce?.port).toBe(lab.ports.get("bounce"));
    const hosts = sshSystemSchema.parse(estate.systems["atelier-hosts"]).hosts;
    const further = sshSystemSchema.parse(estate.systems["further-hosts"]).hosts;
    expect(Object.keys(further)).toEqual(["host-001", "host-002", "host-003"]);
    for (const machine of lab.world.machines.values()) {
      if (machine.role === "bounce") continue;
      const host = hosts[machine.id] ?? further[machine.id];
      expect(host?.address).toBe(machine.address);
      expect(host?.parent ?? null).toBe(machine.tower);
      expect(host?.environment === "non-production").toBe(nonProduction.includes(machine.id));
    }
  });

  it("leads to the towers' management engines, with the pin of the one that has TLS", async () => {
    const estate = estateSchema.parse(parse(await readFile(lab.estate, "utf8")));
    const { machines } = amtSystemSchema.parse(estate.systems["atelier-amt"]);
    for (const [id, { address }] of Object.entries(machines)) {
      expect(address).toBe(lab.world.machine(id).address);
    }
    expect(machines["tower-a"]?.tls).toBeUndefined();
    expect(machines["tower-b"]?.tls).toMatchObject({ pin: expect.stringMatching(/^(?!(?:00:){31})/) });
    const { ports } = await control.status();
    expect(Object.keys(ports)).toEqual(expect.arrayContaining(["amt tower-a", "amt-redirection tower-b"]));
  });

  it("keeps keys and secrets to their owner", async () => {
    const modes = async (name: string) => (await stat(join(folder, name))).mode & 0o777;
    expect(await modes("keys")).toBe(0o700);
    expect(await modes("secrets")).toBe(0o700);
    for (const name of [
      ...Object.values(credentialFiles),
      ...Object.values(amtFiles),
      "keys/hosts.json",
      "control.json",
      "atelier.yaml",
    ]) {
      expect([name, await modes(name)]).toEqual([name, 0o600]);
    }
  });

  it("leaves one host out of known_hosts", async () => {
    const lines = (await readFile(join(folder, credentialFiles.knownHosts), "utf8")).trim().split("\n");
    expect(lines).toHaveLength(13);
    expect(lines.join("\n")).not.toContain(`${lab.world.machine(unknownHost).address} `);
    expect(lines[0]).toMatch(
      new RegExp(`^\\[127\\.0\\.0\\.1\\]:${lab.ports.get("bounce")} ssh-ed25519 AAAA\\S+$`),
    );
  });

  it("takes commands, and refuses those it does not know in both languages", async () => {
    const after = await control.fault("link-slow", "web-1", "100");
    expect(after.faults).toEqual([{ name: "link-slow", target: "web-1", detail: "100" }]);
    expect((await control.clear()).faults).toEqual([]);
    const powered = await control.power("off", "db-2");
    expect(powered.machines.find((machine) => machine.id === "db-2")?.power).toBe("off");
    await control.power("on", "db-2");
    await expect(control.fault("nosuch")).rejects.toMatchObject({ code: "lab.wrong-fault" });
    await expect(control.power("on", "nobody")).rejects.toMatchObject({ code: "lab.usage" });
    await expect(control.send(["format", "disk"])).rejects.toMatchObject({ code: "lab.usage" });
    await expect(control.send(["x".repeat(300)])).rejects.toMatchObject({ code: "general.unexpected" });
  });

  it("does not switch on a VM whose tower is off", async () => {
    await control.power("off", "tower-b");
    await expect(control.power("on", "web-2")).rejects.toMatchObject({ code: "lab.cannot-power-on" });
  });

  it("listens to nobody without the token, nor under another name", async () => {
    const { url, token } = JSON.parse(await readFile(lab.control, "utf8"));
    const body = JSON.stringify({ words: ["fault", "bounce-down"] });
    const ask = async (headers: Record<string, string>) =>
      (await fetch(url, { method: "POST", headers, body })).status;
    expect(await ask({})).toBe(403);
    expect(await ask({ authorization: `Bearer ${"x".repeat(token.length)}` })).toBe(403);
    const elsewhere = url.replace("127.0.0.1", "localhost");
    const status = await fetch(elsewhere, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body,
    }).then(
      (response) => response.status,
      () => 403,
    );
    expect(status).toBe(403);
    expect((await control.status()).faults).toEqual([]);
  });

  it("has an end to expressions that would backtrack for ever", async () => {
    const machine = new TestMachine();
    const script = `echo ${"a".repeat(60)}b | grep -cE '^(a|aa|a+)+$'; echo ${"a".repeat(60)}b | sed -E 's/^(a+)+$/x/'`;
    expect((await machine.run(script)).output).toBe(`0\n${"a".repeat(60)}b\n`);
  });

  it("refuses a second lab in its folder, and is found in it", async () => {
    // The lock of this very process counts as left behind; another live process holds it here.
    const lock = join(folder, "lab.pid");
    await writeFile(lock, String(process.ppid));
    await expect(startLab({ ...usual, folder })).rejects.toMatchObject({ code: "lab.already-running" });
    expect((await (await findLab(folder)).status()).machines).toHaveLength(14);
    await expect(findLab(join(folder, "elsewhere"))).rejects.toMatchObject({ code: "lab.not-running" });
  });
});

describe("the lab's folder", () => {
  it("is taken over when the process that held it is another by now", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passerelle-lab-"));
    const lock = join(folder, "lab.pid");
    await writeFile(lock, String(process.ppid));
    await expect(startLab({ ...usual, folder })).rejects.toMatchObject({ code: "lab.already-running" });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    await (await startLab({ ...usual, folder })).close();
    await rm(folder, { recursive: true });
  });

  it("keeps its keys from one start to the next", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passerelle-lab-"));
    const keys: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      const lab = await startLab({ ...usual, folder });
      keys.push(
        (await readFile(join(folder, "keys/hosts.json"), "utf8")) +
          (await readFile(join(folder, credentialFiles.userKey), "utf8")),
      );
      await lab.close();
    }
    expect(keys[0]).toBe(keys[1]);
    await rm(folder, { recursive: true });
  });

  it("says so when it cannot be used, and holds nothing open", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passerelle-lab-"));
    const lab = await startLab({ ...usual, folder });
    await lab.close();
    await writeFile(join(folder, "keys/hosts.json"), '{"tower-a": {"priv');
    await expect(startLab({ ...usual, folder })).rejects.toMatchObject({ code: "lab.cannot-start" });
    await expect(stat(join(folder, "lab.pid"))).rejects.toMatchObject({ code: "ENOENT" });
    await writeFile(join(folder, "file"), "");
    await expect(startLab({ ...usual, folder: join(folder, "file") })).rejects.toMatchObject({
      code: "lab.cannot-start",
    });
    await rm(folder, { recursive: true });
  });

  it("lies where each system keeps such things", () => {
    expect(usualFolders({ XDG_STATE_HOME: "/state" }, "linux")[0]).toBe("/state/passerelle/lab");
    expect(usualFolders({ LOCALAPPDATA: "/local" }, "win32")[1]).toBe("/local/Passerelle/lab-2");
    expect(usualFolders({}, "darwin")[0]).toMatch(/Library\/Application Support\/Passerelle\/lab$/);
  });
});
