import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openClusters } from "../../../../lab/servers/proxmox/testing/test-clusters.ts";
import type { ProxmoxSystemConfig } from "../../../../shared/systems/proxmox.ts";
import { OpenedProxmox } from "../testing/opened.ts";

/** The lab was written by what Proxmox publishes, without a look at these actions: here they meet. */
describe("what is done to nodes, on the lab's clusters", () => {
  let lab: Awaited<ReturnType<typeof openClusters>>;
  const opened: OpenedProxmox[] = [];

  beforeEach(async () => {
    lab = await openClusters(2000);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
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
    opened.push(made);
    await made.observe();
    return made;
  }
  const forge = () =>
    open(["forge-1", "forge-2", "forge-3"], "proxmox-forge-token", {
      user: "ops@pve!passerelle",
      token: "keychain:forge",
    });
  const annexe = () => open(["annexe-1", "annexe-2"], "proxmox-annexe-password", { user: "root@pam" });
  const runningOn = (node: string) =>
    lab.world.virtual
      .guestsOn(node)
      .filter(({ power, template }) => power === "on" && !template)
      .map(({ name }) => name)
      .sort();

  it("a node is emptied through HA, containers by a restart when asked for, and filled again", async () => {
    const cluster = await forge();
    const before = runningOn("forge-1");
    const kept = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1");
    expect(kept).toMatchObject({ probe: { state: "impossible" }, committed: 0 });
    expect(kept.probe.text.en).toContain("proxy-1: It is a container that runs");
    const asked = { containers: true, limit: 3 };
    const { probe, verification } = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", asked);
    expect(probe.steps).toHaveLength(before.length);
    expect(verification).toMatchObject({ proven: true, data: { moved: before.length, left: [] } });
    expect(runningOn("forge-1")).toEqual([]);
    const again = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", asked);
    expect(again.probe.state).toBe("done");
    const action = cluster.action("proxmox.return-guests");
    const earlier = () => [
      { task: "t", action: "proxmox.evacuate", verb: "apply" as const, at: 0, observed: probe.observed },
    ];
    const context = cluster.contextOf("forge/nodes/forge-1", { earlier });
    const input = action.input.parse(asked);
    const back = await action.probe(context, input);
    const applied = await action.apply(context, input, back);
    expect(await action.verify(context, input, back, applied)).toMatchObject({
      proven: true,
      data: { back: before.length, away: 0 },
    });
    expect(runningOn("forge-1")).toEqual(before);
  });

  it("what an evacuation moved comes back when it is undone, but for what somebody has moved on", async () => {
    const cluster = await forge();
    const asked = { containers: true, limit: 4 };
    const done = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", asked);
    const ledger = lab.world.virtual.guestsOn("forge-2").concat(lab.world.virtual.guestsOn("forge-3"));
    const moved = ledger.find(({ name }) => name === "shop-3");
    if (!moved) throw new Error("shop-3 was not moved");
    const other = moved.host === "forge-2" ? "forge-3" : "forge-2";
    lab.world.virtual.place(moved, other);
    const undone = await cluster.action("proxmox.evacuate").undo?.(done.context, done.input, done.probe);
    expect(undone).toMatchObject({ proven: true, data: { movedOn: 1, back: 3 } });
    expect(undone?.text.en).toContain("Moved on by somebody meanwhile, and left there: shop-3.");
  });

  it("an evacuation that is asked to end begins nothing more, and tells of what it cannot stop", async () => {
    const cluster = await forge();
    lab.world.inject(["task-stuck", "shop-3"]);
    const action = cluster.action("proxmox.evacuate");
    const input = action.input.parse({ allowStaying: true, limit: 2 });
    const context = cluster.contextOf("forge/nodes/forge-1", {
      output: (_stream, words) => {
        if (words.startsWith("ledger-1")) action.endEarly?.(cluster.resource("forge/nodes/forge-1"));
      },
    });
    const probe = await action.probe(context, input);
    const applied = await action.apply(context, input, probe);
    expect(applied.data).toMatchObject({ moved: ["100"], untried: 0 });
    const seen = await action.verify(context, input, probe, applied);
    expect(seen).toMatchObject({ proven: false });
    expect(seen.text.en).toContain("shop-3: It is still on its way");
    expect(runningOn("forge-1")).toContain("shop-3");
    lab.world.clear();
    const back = await cluster.run("proxmox.return-guests", "forge/nodes/forge-1", { vms: "100,shop-3" });
    expect(back.verification).toMatchObject({ proven: true, data: { back: 2 } });
  });

  it("a guest that is refused stays with its reason, and the others have gone", async () => {
    const cluster = await forge();
    lab.world.inject(["migration-refused", "ledger-1"]);
    const asked = { containers: true, limit: 4 };
    const { verification } = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", asked);
    expect(verification).toMatchObject({ proven: false, data: { left: ["ledger-1"] } });
    expect(verification?.text.fr).toMatch(/encore sur forge-1 \(1\) : ledger-1\. ledger-1 : Le déplacement/);
  });

  it("nothing moves while the quorum is lost", async () => {
    const cluster = await forge();
    lab.world.inject(["quorum-lost", "forge"]);
    const { probe } = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", { containers: true });
    expect(probe).toMatchObject({ state: "impossible", text: { en: expect.stringContaining("no quorum") } });
  });

  it("a node reboots when it is empty and enough votes are left, proven by another boot", async () => {
    const cluster = await forge();
    const full = await cluster.run("proxmox.node-reboot", "forge/nodes/forge-2");
    expect(full).toMatchObject({ probe: { state: "impossible" }, committed: 0 });
    expect(full.probe.text.en).toContain("Evacuate it first");
    await cluster.run("proxmox.evacuate", "forge/nodes/forge-2", { containers: true, limit: 8 });
    const { probe, verification, committed } = await cluster.run(
      "proxmox.node-reboot",
      "forge/nodes/forge-2",
    );
    expect(probe.observed).toMatchObject({ votes: { expected: 3, needed: 2, present: 2 } });
    expect(verification).toMatchObject({
      proven: true,
      text: { en: expect.stringContaining("booted anew") },
    });
    expect(committed).toBe(1);
  });

  it("a node that is shut down is proven by the others, and the next one must not go down after it", async () => {
    const cluster = await forge();
    await cluster.run("proxmox.evacuate", "forge/nodes/forge-3", { containers: true, limit: 8 });
    const { verification } = await cluster.run("proxmox.node-shutdown", "forge/nodes/forge-3");
    expect(verification).toMatchObject({ proven: true, data: { online: false } });
    const next = await cluster.run("proxmox.node-reboot", "forge/nodes/forge-2", {
      withGuests: true,
      withoutQuorum: true,
    });
    expect(next).toMatchObject({ probe: { state: "impossible" }, committed: 0 });
    expect(next.probe.text.en).toContain("would have 1 of 3 votes, and it needs 2");
    expect(next.probe.text.en).toContain("restart themselves");
  });

  it("one of two nodes goes down only where a person accepts that the quorum is lost", async () => {
    const cluster = await annexe();
    const refused = await cluster.run("proxmox.node-reboot", "forge/nodes/annexe-1", { withGuests: true });
    expect(refused.probe.state).toBe("impossible");
    expect(refused.probe.text.fr).toContain("la grappe aurait 1 voix sur 2, et il lui en faut 2");
    expect(refused.probe.text.fr).toContain("QDevice");
    expect(cluster.facts("forge/nodes/annexe-1")).toMatchObject({ "proxmox.quorumWithout": "lost" });
    const agreed = { withGuests: true, withoutQuorum: true };
    const { verification } = await cluster.run("proxmox.node-reboot", "forge/nodes/annexe-1", agreed);
    expect(verification).toMatchObject({ proven: true });
  });

  it("what has its disks or a device on its node alone says so before anything moves", async () => {
    const cluster = await annexe();
    const home = lab.world.virtual.host(
      [...lab.world.virtual.guests.values()].find(({ name }) => name === "camera-1")?.host ?? "",
    );
    const node = `forge/nodes/${home.name}`;
    const { probe } = await cluster.run("proxmox.evacuate", node, { containers: true });
    expect(probe.state).toBe("impossible");
    expect(probe.text.en).toContain("camera-1: Devices of its node are passed through to it");
    expect(probe.text.en).toContain("It has disks on this node alone");
    const { verification } = await cluster.run("proxmox.evacuate", node, {
      ...{ containers: true, localDisks: true, allowStaying: true },
    });
    expect(verification).toMatchObject({ proven: true, data: { left: ["camera-1"] } });
  });
});
