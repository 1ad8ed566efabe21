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
    lab.world.virtual.guestsOn(node).filter(({ power, template }) => power === "on" && !template);

  it("a node is emptied through HA, containers by a restart when asked for, and filled again", async () => {
    const cluster = await forge();
    const before = runningOn("forge-1").map(({ name }) => name);
    const kept = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1");
    const { probe, verification } = await cluster.run("proxmox.evacuate", "forge/nodes/forge-1", {
      containers: true,
      limit: 3,
    });
    expect(verification).toMatchObject({ proven: true });
    expect(runningOn("forge-1")).toEqual([]);
    const vms = before.join(",");
    const back = await cluster.run("proxmox.return-guests", "forge/nodes/forge-1", {
      vms,
      containers: true,
      limit: 3,
    });
    expect(
      runningOn("forge-1")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...before].sort());
  });
});
