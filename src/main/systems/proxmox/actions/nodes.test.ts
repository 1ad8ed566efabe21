import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakePve, type Seen } from "../testing/fake-pve.ts";
import { OpenedProxmox } from "../testing/opened.ts";
import {
  laySample,
  sampleGuest,
  sampleResources,
  sampleTime,
  sampleUpid,
} from "../testing/sample-cluster.ts";

let pve: FakePve;
let opened: OpenedProxmox;
/** Seconds that the nodes have run, and the state that HA tells of its guest. */
let uptime: number;
let service: { node: string; state: string };
let tasks: object[];

const node = "forge/nodes/pve-1";

beforeEach(async () => {
  uptime = 86_400;
  service = { node: "pve-1", state: "started" };
  tasks = [];
  pve = laySample(new FakePve())
    .on("GET /cluster/ha/status/current", () => ({
      data: [
        { id: "lrm:pve-1", type: "lrm", node: "pve-1", status: "pve-1 (active, now)" },
        { id: "service:vm:100", type: "service", sid: "vm:100", request_state: "started", ...service },
      ],
    }))
    .on("GET /cluster/ha/rules", [])
    .on("GET /cluster/resources", () => ({
      // Storages that both nodes have, so that guests may move.
      data: sampleResources().map((row) =>
        "vmid" in row && row.vmid === 100 ? { ...row, node: service.node } : row,
      ),
    }))
    .on("GET /nodes/{node}/tasks", () => ({ data: tasks }))
    .on("GET /nodes/{node}/status", () => ({ data: { uptime, cpuinfo: { cores: 8, cpus: 16 } } }))
    .on("GET /nodes/{node}/qemu/{vmid}/migrate", { running: 1, local_disks: [], local_resources: [] })
    .on("GET /nodes/{node}/qemu/{vmid}/status/current", (_seen: Seen, match: RegExpExecArray) =>
      match[1] === service.node
        ? { data: { status: "running" } }
        : { status: 500, reason: "Configuration file 'nodes/x/qemu-server/100.conf' does not exist" },
    )
    .on("POST /cluster/ha/resources/{sid}/migrate", () => ({ data: null }));
  await pve.start();
  opened = new OpenedProxmox([pve.port], { pins: [pve.pin] });
  await opened.observe();
});
afterEach(async () => {
  await opened.close();
  await pve.stop();
});

const reboot = (given = {}) => opened.run("proxmox.node-reboot", node, { withGuests: true, ...given });

describe("the reboot of a node", () => {
  test("is refused where guests run on it, or where two nodes would lose their quorum and HA its guests", async () => {
    const { probe } = await opened.run("proxmox.node-reboot", node);
    expect(probe).toMatchObject({ state: "impossible", text: { en: expect.stringContaining("db-1") } });
    expect((await reboot()).probe.text.en).toContain("would have 1 of 2 votes, and it needs 2");
    service = { node: "pve-2", state: "started" };
    const fenced = await reboot({ withoutQuorum: true });
    expect(fenced.probe).toMatchObject({ state: "impossible" });
    expect(fenced.probe.text.fr).toContain("vm:100");
    expect(pve.count("POST /nodes/pve-1/status")).toBe(0);
  });

  test("takes place where a QDevice has the third vote, and is proven by a later boot", async () => {
    pve.on("GET /cluster/config/qdevice", { Algorithm: "Fifty-Fifty split", State: "Connected" });
    pve.on("POST /nodes/{node}/status", () => {
      uptime = 20;
      return { data: null };
    });
    const { probe, verification, committed } = await reboot();
    expect(probe.observed).toMatchObject({ votes: { expected: 3, needed: 2, present: 2 } });
    expect(verification).toMatchObject({ proven: true });
    expect(committed).toBe(1);
    const [sent] = pve.seen.filter(({ method, path }) => method === "POST" && path === "/nodes/pve-1/status");
    expect(sent?.parameters).toEqual({ command: "reboot" });
  });

  test("whose answer is lost is settled by the boot time, and by nothing less", async () => {
    pve.intercept = ({ method, path }, response) => {
      const isCommand = method === "POST" && path === "/nodes/pve-1/status";
      if (isCommand) response.destroy();
      return isCommand;
    };
    const action = opened.action("proxmox.node-reboot");
    const input = action.input.parse({ withGuests: true, withoutQuorum: true });
    const context = opened.contextOf(node);
    const probe = await action.probe(context, input);
    await expect(action.apply(context, input, probe)).rejects.toMatchObject({ code: "proxmox.closed" });
    expect(pve.count("POST /nodes/pve-1/status")).toBe(1);
    expect(await action.settle(context, input, probe)).toMatchObject({ effect: "unknown" });
    opened.now += 1_000_000;
    uptime += 1000;
    expect(await action.settle(context, input, probe)).toMatchObject({ effect: "did-not-happen" });
    uptime = 30;
    expect(await action.settle(context, input, probe)).toMatchObject({ effect: "happened" });
  });

  test("that the user is not allowed fails with the privilege that is missing", async () => {
    pve.on("POST /nodes/{node}/status", () => ({
      status: 403,
      reason: "Permission check failed (/nodes/pve-1, Sys.PowerMgmt)",
    }));
    const { verification } = await reboot({ withoutQuorum: true });
    // It is certain that nothing has happened: no unknown effect is left behind.
    expect(verification).toMatchObject({
      ...{ proven: false, disproven: true, data: { refused: "proxmox.not-allowed" } },
      text: { en: expect.stringContaining("Sys.PowerMgmt on /nodes/pve-1") },
    });
  });

  test("after which the node never comes back is not proven", async () => {
    pve.on("POST /nodes/{node}/status", () => {
      pve.on("GET /nodes/{node}/status", () => {
        opened.now += 600_000;
        return { status: 595, reason: "No route to host" };
      });
      return { data: null };
    });
    const { verification } = await reboot({ withoutQuorum: true });
    expect(verification).toMatchObject({ proven: false, data: { bootedAt: null } });
  });
});

describe("an evacuation through HA", () => {
  const evacuate = () => opened.run("proxmox.evacuate", node, { localDisks: true, withinLimits: false });

  test("is asked for once, and proven by where the guest is then", async () => {
    pve.on("POST /cluster/ha/resources/{sid}/migrate", () => {
      service = { node: "pve-2", state: "started" };
      return { data: { sid: "vm:100", "requested-node": "pve-2" } };
    });
    const { probe, verification } = await evacuate();
    expect(probe.observed).toMatchObject({ away: { 100: "pve-2" } });
    expect(verification).toMatchObject({ proven: true, data: { moved: 1 } });
    const path = "/cluster/ha/resources/vm:100/migrate";
    expect(pve.seen.filter((seen) => seen.path === path)).toMatchObject([{ parameters: { node: "pve-2" } }]);
  });

  test("that HA lets fall without a word is told after two minutes", async () => {
    const { verification } = await evacuate();
    expect(verification).toMatchObject({ proven: false, data: { moved: 0, left: ["db-1"] } });
    expect(verification?.text.en).toContain("HA has not taken up the request");
    expect(pve.count("POST /cluster/ha/resources/vm:100/migrate")).toBe(1);
  });

  test("whose task fails says why in its words", async () => {
    const upid = sampleUpid("qmigrate", "100", "pve-1", sampleTime).replace("console@pve", "root@pam");
    pve.on("POST /cluster/ha/resources/{sid}/migrate", () => {
      tasks = [{ upid, endtime: sampleTime + 5, status: "migration aborted" }];
      return { data: null };
    });
    pve
      .on("GET /nodes/{node}/tasks/{upid}/status", { status: "stopped", exitstatus: "migration aborted" })
      .on("GET /nodes/{node}/tasks/{upid}/log", []);
    const { verification } = await evacuate();
    expect(verification?.text.fr).toContain("Le déplacement par la HA a échoué : migration aborted.");
  });

  test("that another guest bars is told by which", async () => {
    pve.on("POST /cluster/ha/resources/{sid}/migrate", () => ({
      data: { sid: "vm:100", "blocking-resources": [{ sid: "vm:102", cause: "resource-affinity" }] },
    }));
    expect((await evacuate()).verification?.text.en).toContain(
      "keeps it apart from what runs there (vm:102)",
    );
  });

  test("does not begin where HA would bring the guest straight back", async () => {
    pve.on("GET /cluster/ha/rules", [
      { rule: "home", type: "node-affinity", nodes: "pve-1:2,pve-2:1", resources: "vm:100" },
    ]);
    const { probe } = await evacuate();
    expect(probe).toMatchObject({ state: "impossible" });
    expect(probe.text.en).toContain("The HA rule home prefers this node");
  });

  test.each([
    [{ local_resources: ["hostpci0"] }, "Devices of its node are passed through to it (hostpci0)"],
    [{ local_disks: [{ volid: "local:iso/x.iso", cdrom: 1 }] }, "A disc of this node alone is in its drive"],
    [
      { not_allowed_nodes: { "pve-2": { "blocking-ha-resources": [{ sid: "vm:9" }] } } },
      "to none of the other",
    ],
  ])("does not begin for what %j says", async (check, words) => {
    pve.on("GET /nodes/{node}/qemu/{vmid}/migrate", { running: 1, ...check });
    const { probe, committed } = await evacuate();
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toContain(words);
  });

  test("ends with what is missing when the user may not ask HA, and begins no further move", async () => {
    pve.on("GET /cluster/resources", () => ({
      data: [...sampleResources(), sampleGuest(102, "db-2"), sampleGuest(103, "db-3")],
    }));
    pve.on("POST /cluster/ha/resources/{sid}/migrate", () => ({
      status: 403,
      reason: "Permission check failed (/, Sys.Console)",
    }));
    await expect(evacuate()).rejects.toMatchObject({ code: "proxmox.not-allowed" });
    expect(pve.seen.filter(({ path, method }) => method === "POST" && /migrate$/.test(path))).toHaveLength(1);
  });
});
