import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentCode } from "../../src/lab/servers/proxmox/access/totp.ts";
import { openClusters } from "../../src/lab/servers/proxmox/testing/test-clusters.ts";

/** What is used here of a client that is generated from the schema that Proxmox publishes. */
interface PveResult {
  statusCode: number;
  reasonPhrase: string;
  isSuccessStatusCode: boolean;
  response: { data: unknown };
}
interface PveClient {
  apiToken: string;
  login(user: string, password: string, realm: string, otp?: string): Promise<boolean>;
  get(path: string, parameters?: object): Promise<PveResult>;
  create(path: string, parameters?: object): Promise<PveResult>;
  delete(path: string, parameters?: object): Promise<PveResult>;
  waitForTaskToFinish(upid: string, wait: number, limit: number): Promise<boolean>;
  getExitStatusTask(upid: string): Promise<string>;
  version: { version(): Promise<PveResult> };
  cluster: { resources: { resources(type?: string): Promise<PveResult> } };
}
const { PveClient: Client } = createRequire(import.meta.url)("@corsinvest/cv4pve-api-javascript") as {
  PveClient: new (host: string, port: number) => PveClient;
};

const run = promisify(execFile);
let lab: Awaited<ReturnType<typeof openClusters>>;
beforeAll(async () => {
  lab = await openClusters(200);
});
afterAll(async () => {
  await lab.close();
  expect(lab.failures).toEqual([]);
});

const ended = async (client: PveClient, { response, reasonPhrase }: PveResult): Promise<string> => {
  expect(reasonPhrase).toBe("OK");
  const upid = String(response.data);
  expect(await client.waitForTaskToFinish(upid, 50, 20_000)).toBe(true);
  return client.getExitStatusTask(upid);
};

describe("a client that is not ours on the lab's Proxmox VE", () => {
  it("reads a cluster with a token and has it work", async () => {
    const client = new Client("127.0.0.1", lab.portOf("forge-2"));
    client.apiToken = `ops@pve!passerelle=${await lab.secret("proxmox-forge-token")}`;
    expect((await client.version.version()).response.data).toMatchObject({ release: "9.0" });
    const { data } = (await client.cluster.resources.resources("vm")).response;
    expect((data as unknown[]).length).toBeGreaterThan(10);
    const path = "/nodes/forge-1/qemu/112";
    // What the HA manager keeps is started and stopped by it, later; this one shall do as it is told at once.
    expect((await client.delete("/cluster/ha/resources/vm:112")).reasonPhrase).toBe("OK");
    for (const [name, parameters] of [
      ["status/start", {}],
      ["snapshot", { snapname: "by-another-client", vmstate: true }],
      ["status/shutdown", { forceStop: 1 }],
    ] as const) {
      expect(await ended(client, await client.create(`${path}/${name}`, parameters))).toBe("OK");
    }
    const backup = await client.create("/nodes/forge-1/vzdump", {
      vmid: "112",
      storage: "backup",
      mode: "stop",
    });
    expect(await ended(client, backup)).toBe("OK");
    const removed = await client.delete(`${path}/snapshot/by-another-client`);
    expect(await ended(client, removed)).toBe("OK");
    const refused = await client.create(`${path}/status/start`, { colour: "red" });
    expect(refused).toMatchObject({ statusCode: 400, reasonPhrase: "Parameter verification failed." });
  });

  it("logs in by password, and is told no with a wrong one", async () => {
    const client = new Client("127.0.0.1", lab.portOf("annexe-1"));
    expect(await client.login("root", "wrong", "pam")).toBe(false);
    expect(await client.login("root", await lab.secret("proxmox-annexe-password"), "pam")).toBe(true);
    expect((await client.get("/cluster/status")).isSuccessStatusCode).toBe(true);
    const all = (await client.get("/nodes/annexe-2/lxc")).response.data as { vmid: number; status: string }[];
    const running = all.find(({ status }) => status === "running");
    expect(running).toBeDefined();
    const path = `/nodes/annexe-2/lxc/${running?.vmid}/migrate`;
    expect((await client.create(path, { target: "annexe-1" })).reasonPhrase).toContain("live migration");
    const moved = await client.create(path, { target: "annexe-1", restart: true });
    expect(await ended(client, moved)).toBe("OK");
  });

  it("is curl, too: a challenge is answered, and the authority vouches for the node", async () => {
    const password = await lab.secret("proxmox-annexe-password");
    const post = async (...fields: string[]) => {
      const { stdout } = await run("curl", [
        "--silent",
        "--cacert",
        `${lab.folder}/keys/proxmox-annexe-authority.crt`,
        "--resolve",
        `annexe-1:${lab.portOf("annexe-1")}:127.0.0.1`,
        ...fields.flatMap((field) => ["--data-urlencode", field]),
        `https://annexe-1:${lab.portOf("annexe-1")}/api2/json/access/ticket`,
      ]);
      return JSON.parse(stdout).data as { ticket: string; NeedTFA?: number };
    };
    const challenge = await post("username=admin@pve", `password=${password}`);
    expect(challenge.NeedTFA).toBe(1);
    const code = currentCode(await lab.secret("proxmox-annexe-totp"), Date.now());
    const whole = await post(
      "username=admin@pve",
      `password=totp:${code}`,
      `tfa-challenge=${challenge.ticket}`,
    );
    expect(whole.ticket).toMatch(/^PVE:admin@pve:[0-9A-F]{8}::/);
  });
});
