import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openClusters } from "../../../../lab/servers/proxmox/testing/test-clusters.ts";
import { TestViewer } from "../../../rfb/testing/viewer.ts";
import { OpenedProxmox } from "../testing/opened.ts";
import { Typist } from "./testing/typist.ts";

const size = { columns: 100, rows: 30 };

/** The lab was written by what Proxmox publishes, without a look at this client: here they meet. */
describe("consoles on the lab's clusters", () => {
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

  async function open(nodes: readonly string[], secret: string, user: string): Promise<OpenedProxmox> {
    const login = user.includes("!") ? { token: "keychain:forge" } : {};
    const pins = nodes.map((name) => lab.servers.pins?.get(`proxmox ${name}`) ?? "");
    const made = new OpenedProxmox(nodes.map(lab.portOf), { name: undefined, pins, user, ...login });
    made.secret = await lab.secret(secret);
    made.now = Date.now();
    opened.push(made);
    await made.observe();
    return made;
  }
  const forge = () => open(["forge-1", "forge-2"], "proxmox-forge-token", "ops@pve!passerelle");
  const annexe = () => open(["annexe-2", "annexe-1"], "proxmox-annexe-password", "root@pam");
  const screenOf = async ({ system }: OpenedProxmox, resource: string) => {
    const source = await system.openScreen?.(resource, AbortSignal.timeout(20_000));
    if (!source) throw new Error("no screen");
    return new TestViewer(source);
  };
  const shellOf = async ({ system }: OpenedProxmox, resource: string) => {
    const shell = await system.openShell?.(resource, size, AbortSignal.timeout(20_000));
    if (!shell) throw new Error("no shell");
    return new Typist(shell);
  };

  it("the screen of a VM is seen with a token, and ends with its VM", async () => {
    const system = await forge();
    const viewer = await screenOf(system, "forge/vms/104");
    expect(viewer.source.name).toContain("shop-3");
    await viewer.greet();
    viewer.source.write(Buffer.from("03000000000002000001", "hex"));
    await viewer.until(() => viewer.firstPixels === 1);
    await lab.call("forge-2", "POST", "/nodes/forge-1/qemu/104/status/stop");
    await viewer.until(() => viewer.ends.length > 0);
    expect(viewer.ends).toMatchObject([{ error: { code: "proxmox.guest-stopped" } }]);
    await system.observe(["forge/vms/104"]);
  });

  it("a container, a node and a serial port are typed into", async () => {
    const system = await forge();
    const container = await shellOf(system, "forge/vms/108");
    await container.types("hostname\r", "\r\nproxy-1\r\n");
    await container.types("echo é漢\r", "\r\né漢\r\n");
    container.shell.write("exit\r");
    await container.until(() => container.ends.length > 0);
    expect(container.ends).toEqual([{ exitCode: null, error: null }]);
    const node = await shellOf(system, "forge/nodes/forge-3");
    await node.types("hostname\r", "\r\nforge-3\r\n");
    const offer = () => system.system.consoles?.("forge/vms/104")?.[0];
    expect(offer()).toMatchObject({
      kind: "serial",
      unavailable: { en: expect.stringContaining("no serial") },
    });
    await expect(shellOf(system, "forge/vms/104")).rejects.toMatchObject({
      code: "proxmox.without-serial-port",
    });
    await lab.call("forge-1", "PUT", "/nodes/forge-1/qemu/104/config", { serial0: "socket" });
    system.now += 11 * 60_000;
    await system.observe(["forge/vms/104"]);
    expect(offer()).toEqual({ kind: "serial", unavailable: null });
    const serial = await shellOf(system, "forge/vms/104");
    await serial.types("hostname\r", "\r\nshop-3\r\n");
    await system.system.close();
    for (const { ends } of [node, serial]) expect(ends).toEqual([{ exitCode: null, error: null }]);
  });

  it("consoles of version 8 open with a password, and no terminal with a token", async () => {
    const system = await annexe();
    const [vm] = [...system.declared.values()].filter(
      ({ id, kind }) => kind === "vm" && system.system.consoles?.(id)?.[1]?.unavailable === null,
    );
    const node = await shellOf(system, "forge/nodes/annexe-1");
    await node.types("hostname\r", "\r\nannexe-1\r\n");
    const viewer = await screenOf(system, vm?.id ?? "");
    await viewer.greet();
    const byToken = await open(["annexe-1"], "proxmox-annexe-token", "ops@pve!passerelle");
    expect(byToken.system.consoles?.("forge/nodes/annexe-1")?.[0]?.unavailable?.en).toContain("version 8");
    await expect(shellOf(byToken, "forge/nodes/annexe-1")).rejects.toMatchObject({
      code: "proxmox.token-without-terminal",
    });
    (await screenOf(byToken, vm?.id ?? "")).source.close();
  });

  it("a guest that moves, and a node that dies, end a console with the way back", async () => {
    const system = await forge();
    const [moving, dying] = [await screenOf(system, "forge/vms/105"), await shellOf(system, "forge/vms/109")];
    await moving.greet();
    const { data } = await lab.call("forge-1", "POST", "/nodes/forge-2/qemu/105/migrate", {
      target: "forge-1",
      online: 1,
    });
    expect(await lab.taskEnd("forge-1", data)).toBe("OK");
    await moving.until(() => moving.ends.length > 0);
    expect(moving.ends).toMatchObject([
      { error: null, returns: { en: expect.stringContaining("moved to the node forge-1") } },
    ]);
    // It is not known yet where it is: that is found out on the way.
    await (await screenOf(system, "forge/vms/105")).greet();
    lab.world.inject(["host-dies", "forge-3"]);
    await dying.until(() => dying.ends.length > 0);
    expect(dying.ends[0]?.error).toMatchObject({ code: "proxmox.node-lost" });
    system.now += 61_000;
    await system.observe();
    expect(system.system.consoles?.("forge/vms/109")?.[0]?.unavailable?.en).toContain("not in the cluster");
  });

  it("says what is missing to a user without the privilege", async () => {
    const system = await open(["forge-1"], "proxmox-forge-viewer-token", "viewer@pve!look");
    const said = (resource: string) =>
      system.system.consoles?.(resource)?.map((each) => each.unavailable?.en);
    expect(said("forge/vms/108")).toEqual([expect.stringContaining("VM.Console on /vms/108")]);
    expect(said("forge/nodes/forge-1")).toEqual([expect.stringContaining("Sys.Console on /nodes/forge-1")]);
    await expect(screenOf(system, "forge/vms/104")).rejects.toMatchObject({
      code: "proxmox.not-allowed",
      message: expect.stringContaining("VM.Console on /vms/104"),
    });
  });
});
