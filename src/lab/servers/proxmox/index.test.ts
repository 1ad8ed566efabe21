import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket, { createWebSocketStream } from "ws";
import { TestViewer } from "../rfb/testing/viewer.ts";
import { currentCode } from "./access/totp.ts";
import { openClusters } from "./testing/test-clusters.ts";

let lab: Awaited<ReturnType<typeof openClusters>>;
beforeEach(async () => {
  lab = await openClusters();
});
afterEach(async () => {
  await lab.close();
  expect(lab.failures).toEqual([]);
});

type Row = Record<string, string | number>;
const rows = async (node: string, path: string, parameters = {}): Promise<Row[]> => {
  const { data } = await lab.call(node, "GET", path, parameters);
  return data as Row[];
};
const one = async (node: string, path: string): Promise<Row> => {
  const { data } = await lab.call(node, "GET", path);
  return data as Row;
};
const logOf = async (node: string, upid: unknown): Promise<string> => {
  const [, of = ""] = String(upid).split(":");
  const lines = await rows(node, `/nodes/${of}/tasks/${encodeURIComponent(String(upid))}/log`, { limit: 0 });
  return lines.map(({ t }) => t).join("\n");
};

describe("who is let in", () => {
  it("asks for a second factor, then for a token against forged requests", async () => {
    const password = await lab.secret("proxmox-annexe-password");
    const logIn = (parameters: Record<string, string>) =>
      lab.call("annexe-1", "POST", "/access/ticket", { username: "admin@pve", ...parameters }, {});
    expect(await logIn({ password: "wrong" })).toMatchObject({
      status: 401,
      words: "authentication failure",
    });
    const first = (await logIn({ password })).data as Row;
    expect(first).toMatchObject({ NeedTFA: 1, username: "admin@pve" });
    const challenge = String(first.ticket);
    const incomplete = { cookie: `PVEAuthCookie=${encodeURIComponent(challenge)}` };
    expect((await lab.call("annexe-1", "GET", "/version", {}, incomplete)).status).toBe(401);
    const code = currentCode(await lab.secret("proxmox-annexe-totp"), Date.now());
    const whole = (await logIn({ password: `totp:${code}`, "tfa-challenge": challenge })).data as Row;
    const headers = { cookie: `PVEAuthCookie=${encodeURIComponent(String(whole.ticket))}` };
    expect((await lab.call("annexe-2", "GET", "/version", {}, headers)).data).toMatchObject({
      version: "8.4.1",
    });
    const stop = (more: Record<string, string>) =>
      lab.call("annexe-1", "POST", "/nodes/annexe-1/stopall", { vms: "1" }, { ...headers, ...more });
    expect(await stop({})).toMatchObject({ status: 401, words: "Permission denied - invalid csrf token" });
    expect((await stop({ csrfpreventiontoken: String(whole.CSRFPreventionToken) })).status).toBe(200);
    lab.world.inject(["proxmox-ticket-expired", "annexe"]);
    expect(await lab.call("annexe-1", "GET", "/version", {}, headers)).toMatchObject({ status: 401 });
  });

  it("lets a token that may only look do no more", async () => {
    const headers = {
      authorization: `PVEAPIToken=viewer@pve!look=${await lab.secret("proxmox-forge-viewer-token")}`,
    };
    const call = (method: string, path: string) => lab.call("forge-1", method, path, {}, headers);
    expect((await call("GET", "/nodes/forge-1/qemu/100/status/current")).status).toBe(200);
    expect(await call("POST", "/nodes/forge-1/qemu/100/status/stop")).toMatchObject({
      status: 403,
      words: "Permission check failed (/vms/100, VM.PowerMgmt)",
    });
    expect(await lab.call("forge-1", "GET", "/nodes", {}, {})).toMatchObject({
      status: 401,
      words: "No ticket",
    });
  });
});

describe("guests", () => {
  it("refuses what does not fit in the words of the real one", async () => {
    expect(await lab.call("forge-1", "GET", "/nodes/forge-1/qemu/555/config")).toMatchObject({
      status: 500,
      words: "Configuration file 'nodes/forge-1/qemu-server/555.conf' does not exist",
    });
    const wrong = await lab.call("forge-1", "POST", "/nodes/forge-1/qemu/100/snapshot", {
      snapname: "1x",
      foo: 1,
    });
    expect(wrong).toMatchObject({ status: 400, words: "Parameter verification failed." });
    expect(Object.keys(wrong.errors).sort()).toEqual(["foo", "snapname"]);
  });

  it("moves a running machine with its own disks only when told, and never one with a device of its node", async () => {
    const migrate = async (vmid: number, from: string, to: string, more = {}) => {
      const path = `/nodes/${from}/qemu/${vmid}/migrate`;
      const { data, words } = await lab.call("annexe-1", "POST", path, { target: to, online: 1, ...more });
      return data === null
        ? words
        : `${await lab.taskEnd("annexe-1", data)}\n${await logOf("annexe-1", data)}`;
    };
    expect(await migrate(100, "annexe-1", "annexe-2", { "with-local-disks": 1 })).toContain(
      "can't migrate VM which uses local devices: hostpci0",
    );
    const resources = await rows("annexe-1", "/cluster/resources", { type: "vm" });
    const movable = resources.find(
      ({ vmid, type, status }) => vmid !== 100 && type === "qemu" && status === "running",
    );
    const { vmid, node } = movable ?? { vmid: 0, node: "" };
    const [from, to] = node === "annexe-1" ? ["annexe-1", "annexe-2"] : ["annexe-2", "annexe-1"];
    expect(await migrate(Number(vmid), from ?? "", to ?? "")).toContain("without with-local-disks");
    expect(
      await lab.call("annexe-1", "POST", `/nodes/${from}/qemu/${vmid}/migrate`, { target: to ?? "" }),
    ).toMatchObject({
      status: 500,
      words: "can't migrate running VM without --online",
    });
    const done = await migrate(Number(vmid), from ?? "", to ?? "", { "with-local-disks": 1 });
    expect(done).toContain("migration finished successfully");
    const moved = await one("annexe-1", `/nodes/${to}/qemu/${vmid}/status/current`);
    expect(moved).toMatchObject({ status: "running" });
  });

  it("pauses, writes to disk, and ends one that does not listen only when forced", async () => {
    const path = "/nodes/annexe-1/qemu/104/status";
    const act = async (name: string, parameters = {}) => {
      const { data } = await lab.call("annexe-1", "POST", `${path}/${name}`, parameters);
      return lab.taskEnd("annexe-1", data);
    };
    expect(await act("suspend")).toBe("OK");
    expect(await one("annexe-1", `${path}/current`)).toMatchObject({
      status: "running",
      qmpstatus: "paused",
    });
    expect(await act("resume")).toBe("OK");
    expect(await act("suspend", { todisk: 1 })).toBe("OK");
    expect(await one("annexe-1", `${path}/current`)).toMatchObject({ status: "stopped", lock: "suspended" });
    expect(await act("resume")).toBe("OK");
    lab.world.inject(["guest-hangs", "annexe-web-1"]);
    expect(await act("shutdown", { timeout: 20 })).toBe("VM quit/powerdown failed - got timeout");
    expect(await one("annexe-1", `${path}/current`)).toMatchObject({ status: "running" });
    expect(await act("shutdown", { timeout: 20, forceStop: 1 })).toBe("OK");
    expect(await one("annexe-1", `${path}/current`)).toMatchObject({ status: "stopped" });
  });

  it("backs up, locks meanwhile, and makes the same or another of the archive", async () => {
    const path = "/nodes/forge-1/qemu/112";
    // Held until it was seen to lock: a busy computer may take longer to ask than the backup takes.
    lab.world.inject(["task-stuck", "forge"]);
    const { data: upid } = await lab.call("forge-1", "POST", "/nodes/forge-1/vzdump", {
      vmid: 112,
      storage: "backup",
    });
    const { data: second } = await lab.call("forge-1", "POST", `${path}/snapshot`, { snapname: "meanwhile" });
    expect(await lab.taskEnd("forge-1", second)).toBe("VM is locked (backup)");
    lab.world.clear();
    expect(await lab.taskEnd("forge-1", upid)).toBe("OK");
    const listed = await rows("forge-1", "/nodes/forge-1/storage/backup/content", {
      content: "backup",
      vmid: 112,
    });
    const newest = listed.sort((left, right) => Number(right.ctime) - Number(left.ctime))[0];
    const archive = String(newest?.volid);
    expect(archive).toMatch(/^backup:backup\/vzdump-qemu-112-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d\.vma\.zst$/);
    const restore = (parameters: Row) =>
      lab.call("forge-1", "POST", "/nodes/forge-1/qemu", { archive, ...parameters });
    expect((await restore({ vmid: 112 })).words).toContain("already exists");
    for (const parameters of [
      { vmid: 112, force: 1 },
      { vmid: 150, unique: 1 },
    ]) {
      const { data } = await restore(parameters);
      expect(await lab.taskEnd("forge-1", data)).toBe("OK");
    }
    const [same, other] = [
      await one("forge-1", `${path}/config`),
      await one("forge-1", "/nodes/forge-1/qemu/150/config"),
    ];
    expect(other.name).toBe(same.name);
    expect(other.smbios1).not.toBe(same.smbios1);
  });

  it("clones a template, and wants keys encoded once more than the request", async () => {
    const newid = Number((await lab.call("forge-1", "GET", "/cluster/nextid")).data);
    const { data } = await lab.call("forge-1", "POST", "/nodes/forge-1/qemu/9000/clone", {
      newid,
      name: "fresh-1",
    });
    expect(await lab.taskEnd("forge-1", data)).toBe("OK");
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUKkGlDpf9uRDhz5jFvcvzjD6KQB3F1wC0ikK2cYf5Q ops";
    const set = (parameters: Record<string, string>) =>
      lab.call("forge-1", "PUT", `/nodes/forge-1/qemu/${newid}/config`, parameters);
    expect((await set({ sshkeys: key })).errors.sshkeys).toContain("invalid urlencoded string");
    expect((await set({ sshkeys: encodeURIComponent("nonsense here") })).words).toBe(
      "SSH public key validation error",
    );
    expect((await set({ ipconfig0: "ip=nowhere" })).status).toBe(400);
    const cloud = {
      sshkeys: encodeURIComponent(key),
      ciuser: "ops",
      cipassword: "s3cret",
      ipconfig0: "ip=dhcp",
    };
    expect((await set(cloud)).status).toBe(200);
    const config = await one("forge-1", `/nodes/forge-1/qemu/${newid}/config`);
    expect(config).toMatchObject({
      name: "fresh-1",
      ciuser: "ops",
      cipassword: "**********",
      ipconfig0: "ip=dhcp",
    });
  });

  it("moves what the HA manager keeps a round later, and restarts it when its node dies", async () => {
    const { data } = await lab.call("forge-1", "POST", "/nodes/forge-1/qemu/100/migrate", {
      target: "forge-2",
      online: 1,
    });
    expect(String(data)).toContain(":hamigrate:100:");
    const nodeOf = async () =>
      (await rows("forge-2", "/cluster/resources", { type: "vm" })).find(({ vmid }) => vmid === 100);
    await expect.poll(nodeOf, { timeout: 5_000 }).toMatchObject({ node: "forge-2", status: "running" });
    lab.world.inject(["host-dies", "forge-2"]);
    const seen = async () =>
      (await rows("forge-1", "/cluster/resources", { type: "vm" })).find(({ vmid }) => vmid === 100);
    await expect
      .poll(seen, { timeout: 5_000 })
      .toMatchObject({ status: "running", node: expect.not.stringMatching("forge-2") });
  });
});

describe("faults", () => {
  it("refuses writes without quorum, and says 596 for a node that is gone", async () => {
    lab.world.inject(["host-dies", "annexe-2"]);
    expect(await lab.call("annexe-1", "GET", "/nodes/annexe-2/status")).toMatchObject({ status: 596 });
    expect((await rows("annexe-1", "/cluster/status"))[0]).toMatchObject({ quorate: 0 });
    expect(await lab.call("annexe-1", "POST", "/nodes/annexe-1/startall")).toMatchObject({
      status: 500,
      words: "cluster not ready - no quorum?",
    });
  });

  it("is down, hangs, talks nonsense or shows another certificate when it is told to", async () => {
    const seen = () =>
      new Promise<string>((resolve, reject) => {
        const port = lab.portOf("forge-1");
        const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.once("error", reject);
      });
    expect(await seen()).toBe(lab.servers.pins?.get("proxmox forge-1"));
    lab.world.inject(["proxmox-certificate-changed", "forge"]);
    expect(await seen()).not.toBe(lab.servers.pins?.get("proxmox forge-1"));
    lab.world.clear();
    expect(await seen()).toBe(lab.servers.pins?.get("proxmox forge-1"));
    lab.world.inject(["proxmox-garbage", "forge"]);
    await expect(lab.call("forge-1", "GET", "/version")).rejects.toThrow(SyntaxError);
    lab.world.clear();
    lab.world.inject(["proxmox-down", "forge"]);
    await expect(lab.call("forge-1", "GET", "/version")).rejects.toThrow("ECONNRESET");
  });

  it("fails a task where a fault lies, and nothing else is changed", async () => {
    lab.world.inject(["task-fails", "ledger-1"]);
    const { data } = await lab.call("forge-1", "POST", "/nodes/forge-1/qemu/100/snapshot", {
      snapname: "never",
    });
    expect(await lab.taskEnd("forge-1", data)).toMatch(/savevm-start/);
    expect(await logOf("forge-1", data)).toContain("TASK ERROR: ");
    const names = (await rows("forge-1", "/nodes/forge-1/qemu/100/snapshot")).map(({ name }) => name);
    expect(names).not.toContain("never");
  });
});

describe("consoles", () => {
  const open = async (path: string, { port, ticket }: Row) => {
    const query = new URLSearchParams({ port: String(port), vncticket: String(ticket) });
    const token = await lab.secret("proxmox-forge-token");
    const socket = new WebSocket(
      `wss://127.0.0.1:${lab.portOf("forge-1")}/api2/json${path}/vncwebsocket?${query}`,
      "binary",
      { rejectUnauthorized: false, headers: { authorization: `PVEAPIToken=ops@pve!passerelle=${token}` } },
    );
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return socket;
  };

  it("shows a machine's screen to whoever has the ticket, once", async () => {
    const path = "/nodes/forge-1/qemu/100";
    const { data } = await lab.call("forge-1", "POST", `${path}/vncproxy`, {
      websocket: 1,
      "generate-password": 1,
    });
    const ticket = data as Row;
    const socket = await open(path, ticket);
    const viewer = new TestViewer(createWebSocketStream(socket));
    expect(await viewer.logIn(String(ticket.password))).toBeNull();
    expect(viewer.name).toContain("ledger-1");
    viewer.request(false);
    expect((await viewer.update()).length).toBeGreaterThan(0);
    await expect(open(path, ticket)).rejects.toThrow("500");
    socket.terminate();
  });

  it("opens a container's shell for the ticket, and takes frames", async () => {
    const path = "/nodes/forge-1/lxc/108";
    const { data } = await lab.call("forge-1", "POST", `${path}/termproxy`);
    const { user, ticket, port } = data as Row;
    const socket = await open(path, { ticket: ticket ?? "", port: port ?? 0 });
    let seen = "";
    socket.on("message", (words: Buffer) => {
      seen += words.toString("utf8");
    });
    socket.send(`${user}:${ticket}\n`);
    await expect.poll(() => seen, { timeout: 5_000 }).toContain("OK");
    socket.send("1:100:30:0:9:hostname\n");
    await expect.poll(() => seen, { timeout: 5_000 }).toContain("proxy-1");
    socket.send(`0:5:exit\r`);
    await new Promise((resolve) => socket.once("close", resolve));
  });
});
