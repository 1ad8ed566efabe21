import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClusters } from "../../../../lab/servers/proxmox/testing/test-clusters.ts";
import type { ProxmoxSystemConfig } from "../../../../shared/systems/proxmox.ts";
import { OpenedProxmox } from "../testing/opened.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4lYT1nHn1m8bJkXb0l2gEo5f1m0WzvGmS7rj8nS2pT ops@desk";

/** The lab was written by what Proxmox publishes, without a look at these actions: here they meet. */
describe("what is done to guests, on the lab's clusters", () => {
  let lab: Awaited<ReturnType<typeof openClusters>>;
  /** Version 9, where HA looks after everything. */
  let forge: OpenedProxmox;
  /** Version 8, with local disks and without HA. */
  let annexe: OpenedProxmox;

  beforeAll(async () => {
    lab = await openClusters(2000);
    forge = await open(["forge-1", "forge-2", "forge-3"], "proxmox-forge-token", {
      user: "ops@pve!passerelle",
      token: "keychain:forge",
    });
    annexe = await open(["annexe-1", "annexe-2"], "proxmox-annexe-password", { user: "root@pam" });
    await Promise.all([forge.observe(), annexe.observe()]);
  });
  afterAll(async () => {
    await forge.close();
    await annexe.close();
    await lab.close();
    expect(lab.failures).toEqual([]);
  });

  async function open(nodes: readonly string[], secret: string, config: Partial<ProxmoxSystemConfig>) {
    const made = new OpenedProxmox(nodes.map(lab.portOf), {
      name: undefined,
      pins: nodes.map((name) => lab.servers.pins?.get(`proxmox ${name}`) ?? ""),
      ...config,
    });
    made.secret = await lab.secret(secret);
    made.now = Date.now();
    return made;
  }

  /** A guest by its name, that other tests leave alone. */
  function guest(system: OpenedProxmox, name: string): string {
    const found = [...system.declared.values()].find((each) => each.kind === "vm" && each.name === name);
    if (!found) throw new Error(`no guest ${name}`);
    return found.id;
  }
  /** Runs an action to its proof. */
  async function prove(system: OpenedProxmox, action: string, id: string, input = {}) {
    const ran = await system.run(action, id, input);
    expect(ran.probe, `${action}: ${ran.probe.text.en}`).toMatchObject({ state: "needed" });
    expect(ran.verification, `${action}: ${ran.verification?.text.en}`).toMatchObject({ proven: true });
    expect(ran.committed).toBeGreaterThan(0);
    return ran;
  }
  const undo = (
    system: OpenedProxmox,
    action: string,
    { context, input, probe }: Awaited<ReturnType<typeof prove>>,
  ) => system.action(action).undo?.(context, input, probe);
  async function look(system: OpenedProxmox, id: string) {
    system.now += 700_000;
    await system.observe([id]);
  }

  it("a VM goes through every state", async () => {
    const id = guest(annexe, "door-1");
    for (const [action, power, input = {}] of [
      ["proxmox.reboot", "on"],
      ["proxmox.suspend", "suspended"],
      ["proxmox.resume", "on"],
      ["proxmox.suspend", "suspended", { toDisk: true }],
      ["proxmox.resume", "on"],
      ["proxmox.reset", "on"],
      ["proxmox.shutdown", "off", { seconds: 60 }],
      ["proxmox.start", "on"],
      ["proxmox.stop", "off"],
    ] as const) {
      const { verification, lines } = await prove(annexe, action, id, input);
      expect(verification?.data).toMatchObject({ power });
      expect(lines()).toContain("TASK OK");
    }
    expect((await annexe.run("proxmox.stop", id)).probe.state).toBe("done");
  });

  it("a container is started again, and knows neither reset nor suspension", async () => {
    const id = guest(annexe, "annexe-dns-1");
    await prove(annexe, "proxmox.reboot", id);
    const offered = annexe.system.actions.filter((each) => each.appliesTo(annexe.resource(id)));
    const ids = offered.map((each) => each.id);
    expect(ids).toContain("proxmox.shutdown");
    for (const none of ["reset", "suspend", "resume", "clone"]) expect(ids).not.toContain(`proxmox.${none}`);
  });

  it("HA is asked where it looks after a guest, and the guest itself is the proof", async () => {
    const id = guest(forge, "shop-1");
    const off = await prove(forge, "proxmox.shutdown", id);
    expect(off.lines()).toContain("Requesting HA stop");
    await prove(forge, "proxmox.start", id);
    const moved = await prove(forge, "proxmox.migrate", id, { node: "forge-1" });
    expect(moved.probe.steps?.[0]?.en).toMatch(/^Ask HA/);
    // The task of the node that HA had move it was followed as well.
    expect(moved.lines()).toContain("starting online/live migration");
    expect(await undo(forge, "proxmox.migrate", moved)).toMatchObject({
      proven: true,
      data: { node: "forge-3" },
    });
  });

  it("local disks are copied along only where that is allowed, and containers go by a restart", async () => {
    const id = guest(annexe, "annexe-web-1");
    const held = await annexe.run("proxmox.migrate", id, { node: "annexe-2" });
    expect(held.probe).toMatchObject({ state: "impossible" });
    expect(held.probe.text.en).toMatch(/disks on its node alone: local-zfs:vm-104-disk-0 \(.*GiB\)/);
    const [, local] = annexe.action("proxmox.migrate").fieldsFor?.(annexe.resource(id)) ?? [];
    expect(local).toMatchObject({ name: "withLocalDisks", initial: true });
    await prove(annexe, "proxmox.migrate", id, { node: "annexe-2", withLocalDisks: true });
    const container = guest(annexe, "annexe-dns-2");
    const live = await annexe.run("proxmox.migrate", container, { node: "annexe-1" });
    expect(live.probe.text.en).toMatch(/does not move live/);
    const moved = await prove(annexe, "proxmox.migrate", container, { node: "annexe-1", restart: true });
    expect(moved.verification?.data).toEqual({ node: "annexe-1", power: "on" });
  });

  it("a snapshot is taken, rolled back to and deleted", async () => {
    const id = guest(forge, "wiki-1");
    const taken = await prove(forge, "proxmox.snapshot-create", id, { name: "before", vmstate: true });
    const again = await forge.run("proxmox.snapshot-create", id, { name: "before" });
    expect(again.probe.state).toBe("impossible");
    await look(forge, id);
    const [field] = forge.action("proxmox.snapshot-rollback").fieldsFor?.(forge.resource(id)) ?? [];
    expect(field?.choices.map(({ value }) => value)).toEqual(["before"]);
    await prove(forge, "proxmox.snapshot-rollback", id, { snapshot: "before" });
    await prove(forge, "proxmox.snapshot-delete", id, { snapshot: "before" });
    expect(await undo(forge, "proxmox.snapshot-create", taken)).toMatchObject({ proven: true });
  });

  it("a VM is backed up, put back in its place, and made once more beside itself", async () => {
    const id = guest(forge, "desk-1");
    const notes = "before the move, 100 % {{sure}}";
    const made = await prove(forge, "proxmox.backup", id, { storage: "backup", notes });
    const { volume } = made.verification?.data ?? {};
    forge.now += 700_000;
    await forge.observe();
    const point =
      [...forge.declared.keys()].find((each) => forge.facts(each)["backup.volume"] === volume) ?? "";
    expect(forge.facts(point)["backup.notes"]).toBe("before the move, 100 % {sure}");
    const restored = await prove(forge, "proxmox.restore", point);
    expect(restored.probe.observed).toMatchObject({ existed: true, name: "desk-1", disks: ["scsi0"] });
    const beside = await prove(forge, "proxmox.restore-new", id, { backup: point, name: "desk-copy" });
    const { id: number } = beside.probe.observed;
    expect(number).not.toBe(112);
    expect(await undo(forge, "proxmox.restore-new", beside)).toMatchObject({ proven: true });
    // It is gone: there is nothing left to undo, and nothing else is touched.
    expect(await undo(forge, "proxmox.restore-new", beside)).toMatchObject({ proven: true });
    expect((await lab.call("forge-1", "GET", "/nodes/forge-1/qemu/112/status/current")).status).toBe(200);
  });

  it("a backup is tried out in a VM without network, which is gone afterwards", async () => {
    const id = guest(forge, "wiki-1");
    const { volume } =
      (await prove(forge, "proxmox.backup", id, { storage: "backup" })).verification?.data ?? {};
    forge.now += 700_000;
    await forge.observe();
    const point =
      [...forge.declared.keys()].find((each) => forge.facts(each)["backup.volume"] === volume) ?? "";
    const written: unknown[] = [];
    const more = { journal: async (event: unknown) => void written.push(event) };
    // What the test is told by the agent is what the restored disks hold, not what the scratch VM is called.
    const sha256 = createHash("sha256").update("wiki-1\n").digest("hex");
    const ran = await forge.run("proxmox.test-restore", point, { file: "/etc/hostname", sha256 }, more);
    expect(ran.verification, ran.verification?.text.en).toMatchObject({
      proven: true,
      data: { objects: 1, mounted: ["/"], sha256, of: id },
    });
    const made = ran.probe.observed.id;
    expect(ran.probe.observed).toMatchObject({ name: "restore-test-wiki-1", restorePoint: point });
    const gone = await lab.call("forge-1", "GET", `/nodes/${ran.probe.observed.node}/qemu/${made}/config`);
    expect(gone.status).toBe(500);
    expect(written).toMatchObject([
      {
        type: "backup.restore-tested",
        subject: id,
        data: { of: id, restorePoint: point, guest: made, objects: 1, good: true, sha256 },
      },
    ]);
    const wrong = await forge.run(
      "proxmox.test-restore",
      point,
      { file: "/etc/hostname", sha256: "0".repeat(64) },
      more,
    );
    expect(wrong.verification).toMatchObject({ proven: false, disproven: true });
    expect(wrong.verification?.text.en).toMatch(/not the one that was expected/);
    expect(written.at(-1)).toMatchObject({ data: { good: false } });
  });

  it("a container comes back from its backup once it is off", async () => {
    const id = guest(annexe, "annexe-dns-1");
    const { volume } =
      (await prove(annexe, "proxmox.backup", id, { storage: "backup" })).verification?.data ?? {};
    annexe.now += 700_000;
    await annexe.observe();
    const point =
      [...annexe.declared.keys()].find((each) => annexe.facts(each)["backup.volume"] === volume) ?? "";
    const running = await annexe.run("proxmox.restore", point);
    expect(running.probe).toMatchObject({ state: "impossible" });
    expect(running.probe.text.en).toMatch(/shut it down first/);
    await prove(annexe, "proxmox.shutdown", id);
    await prove(annexe, "proxmox.restore", point);
  });

  it("a template becomes a VM that cloud-init is told of, with keys as they were given", async () => {
    const id = guest(forge, "forge-debian-template");
    forge.secret = await lab.secret("proxmox-forge-token");
    const wish = {
      name: "web-9",
      user: "ops",
      passwordFrom: "keychain:web-9",
      keys: `${key}\n# a comment\n\n${key}2`,
      addresses: "ip=192.0.2.77/24,gw=192.0.2.1",
      nameServers: "192.0.2.53, 192.0.2.54",
      searchDomain: "lab.example",
    };
    const ran = await prove(forge, "proxmox.clone", id, wish);
    const { made, node } = ran.verification?.data ?? {};
    const { data } = await lab.call("forge-1", "GET", `/nodes/${node}/qemu/${made}/config`);
    expect(data).toMatchObject({
      ...{ name: "web-9", ciuser: "ops", ipconfig0: wish.addresses, searchdomain: "lab.example" },
      ...{ nameserver: "192.0.2.53 192.0.2.54", sshkeys: encodeURIComponent(`${key}\n${key}2`) },
    });
    expect(JSON.stringify([ran.probe, ran.applied, ran.verification, ran.lines()])).not.toContain(
      forge.secret,
    );
    // It runs: it is not deleted under whoever uses it.
    const kept = await undo(forge, "proxmox.clone", ran);
    expect(kept).toMatchObject({ proven: false, disproven: true });
    await lab.taskEnd(
      "forge-1",
      (await lab.call("forge-1", "POST", `/nodes/${node}/qemu/${made}/status/stop`)).data,
    );
    expect(await undo(forge, "proxmox.clone", ran)).toMatchObject({ proven: true });
    const gone = await lab.call("forge-1", "GET", `/nodes/${node}/qemu/${made}/config`);
    expect(gone.status).toBe(500);
  });
});
