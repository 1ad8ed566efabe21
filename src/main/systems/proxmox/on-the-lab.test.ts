import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openClusters } from "../../../lab/servers/proxmox/testing/test-clusters.ts";
import type { RemoteTasks } from "../../../shared/remote-tasks.ts";
import type { ProxmoxSystemConfig } from "../../../shared/systems/proxmox.ts";
import { OpenedProxmox } from "./testing/opened.ts";

/** The lab was written by what Proxmox publishes, without a look at this client: here they meet. */
describe("on the lab's clusters", () => {
  let lab: Awaited<ReturnType<typeof openClusters>>;
  const opened: OpenedProxmox[] = [];

  beforeEach(async () => {
    lab = await openClusters();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await lab.close();
    expect(lab.failures).toEqual([]);
  });

  async function open(
    nodes: readonly string[],
    secret: string,
    config: Partial<ProxmoxSystemConfig>,
  ): Promise<OpenedProxmox> {
    const made = new OpenedProxmox(nodes.map(lab.portOf), {
      name: undefined,
      pins: nodes.map((name) => lab.servers.pins?.get(`proxmox ${name}`) ?? ""),
      ...config,
    });
    made.secret = await lab.secret(secret);
    made.now = Date.now();
    opened.push(made);
    return made;
  }
  const forgeNodes = ["forge-1", "forge-2", "forge-3"];
  const forge = (user = "ops@pve!passerelle", secret = "proxmox-forge-token") =>
    open(forgeNodes, secret, { user, token: "keychain:forge" });
  const annexe = () => open(["annexe-1", "annexe-2"], "proxmox-annexe-password", { user: "root@pam" });
  const nextRound = async (system: OpenedProxmox) => {
    system.now += 61_000;
    await system.observe();
  };

  it("three nodes of version 9 are read whole, with a token", async () => {
    const system = await forge();
    await system.observe();
    expect(system.facts("forge/cluster")).toMatchObject({ "proxmox.quorum": "kept", "hypervisor.hosts": 3 });
    const kinds = [...system.declared.values()].map(({ kind }) => kind);
    for (const kind of ["host", "vm", "volume", "restore-point"]) expect(kinds).toContain(kind);
    for (const { id, kind } of system.declared.values()) {
      expect(system.error(id), id).toBeNull();
      const facts = system.facts(id);
      if (kind === "host") expect(facts["hypervisor.cores"], id).toBeGreaterThan(0);
      if (kind === "vm") expect(facts["vm.disks"], id).toBeGreaterThan(0);
      if (kind === "volume") expect(facts["storage.capacity"], id).toBeGreaterThan(0);
      if (kind === "restore-point") expect(system.declared.has(system.resource(id).parent ?? "")).toBe(true);
    }
    expect(system.problems("forge/cluster")).toEqual([]);
  });

  it("two nodes of version 8 are read with a password, and a ticket that ended is no error", async () => {
    const system = await annexe();
    await system.observe();
    expect(String(system.facts("forge/cluster")["hypervisor.version"])).toMatch(/^Proxmox VE 8\./);
    expect(system.problems("forge/cluster")).toEqual([]);
    lab.world.inject(["proxmox-ticket-expired", "annexe"]);
    lab.world.clear();
    await nextRound(system);
    expect(system.error("forge/cluster")).toBeNull();
  });

  it("a token without rights is told that it is shown nothing", async () => {
    const system = await forge("viewer@pve!bare", "proxmox-forge-viewer-token");
    await system.observe();
    expect(system.error("forge/cluster")).toBe("proxmox.nothing-shown");
  });

  it("a node that dies is told with what it held", async () => {
    const system = await forge();
    await system.observe();
    lab.world.inject(["host-dies", "forge-3"]);
    await nextRound(system);
    expect(system.error("forge/cluster")).toBeNull();
    expect(system.problems("forge/nodes/forge-3")).toContain("node-offline");
    expect(system.facts("forge/cluster")).toMatchObject({
      "proxmox.quorum": "kept",
      "proxmox.nodesOnline": 2,
    });
    const lost = [...system.declared.values()].filter(({ parent }) => parent === "forge/nodes/forge-3");
    expect(lost.length).toBeGreaterThan(0);
    for (const { id } of lost) expect(system.resource(id).health, id).toBe("unknown");
  });

  it("the loss of one of two nodes is the loss of the quorum", async () => {
    const system = await annexe();
    await system.observe();
    lab.world.inject(["quorum-lost", "annexe"]);
    await nextRound(system);
    expect(system.problems("forge/cluster")).toContain("no-quorum");
    expect(system.resource("forge/cluster").health).toBe("critical");
  });

  it.each([
    ["proxmox-garbage", /^proxmox.not-proxmox$/],
    ["proxmox-truncated", /^proxmox.closed$/],
    ["proxmox-huge", /^proxmox.garbage$/],
    // How far a connection comes before it is refused is a matter of moments.
    ["proxmox-down", /^(reach.refused|reach.unreachable|proxmox.tls-failed|proxmox.closed)$/],
  ])("%s makes everything unknown, and nothing is lost by it", async (fault, code) => {
    const system = await forge();
    await system.observe();
    const before = system.declared.size;
    lab.world.inject([fault, "forge"]);
    await nextRound(system);
    expect(system.error("forge/cluster")).toMatch(code);
    expect(system.declared.size).toBe(before);
    lab.world.clear();
    await nextRound(system);
    expect(system.error("forge/cluster")).toBeNull();
  });

  it("a task is followed to its end, with its log", async () => {
    const system = await forge();
    await system.observe();
    const off = [...system.declared.keys()].find(
      (id) =>
        id.startsWith("forge/vms/") &&
        system.facts(id)["power.state"] === "off" &&
        system.facts(id)["vm.template"] === false &&
        system.facts(id)["proxmox.ha"] !== "started",
    );
    const facts = system.facts(off ?? "");
    const place = `/nodes/${facts["vm.host"]}/qemu/${facts["proxmox.id"]}`;
    const { data: upid } = await lab.call("forge-2", "POST", `${place}/snapshot`, { snapname: "before" });
    const ending = new AbortController();
    let last: RemoteTasks | null = null;
    for await (const tasks of system.system.remoteTasks?.(off ?? "", ending.signal) ?? []) {
      last = tasks;
      if (tasks.tasks.some(({ id, state }) => id === upid && state !== "running")) break;
    }
    expect(last?.error).toBeNull();
    expect(last?.tasks.find(({ id }) => id === upid)).toMatchObject({
      name: "qmsnapshot",
      state: "done",
      resource: off,
    });
    const lines: string[] = [];
    for await (const part of system.system.remoteTaskLog?.(off ?? "", String(upid), ending.signal) ?? []) {
      lines.push(...part.lines);
    }
    expect(lines.at(-1)).toBe("TASK OK");
    for await (const tree of system.system.snapshots?.(off ?? "", ending.signal) ?? []) {
      expect(tree.snapshots.map(({ name }) => name)).toContain("before");
      break;
    }
    for await (const { happenings, error } of system.system.happenings?.("forge/cluster", ending.signal) ??
      []) {
      expect(error).toBeNull();
      expect(happenings.some(({ text }) => text.includes(String(upid)))).toBe(true);
      break;
    }
    ending.abort();
  });
});
