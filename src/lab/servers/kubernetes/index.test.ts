import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../world/clock.ts";
import { World } from "../../world/world.ts";
import { LabNetwork } from "../network.ts";
import type { LabServers } from "../server.ts";
import { apiPort, kubernetesFiles } from "./access/credentials.ts";
import { startKubernetes } from "./index.ts";
import { atelierSite } from "./site.ts";

const files = kubernetesFiles(atelierSite);
const { address } = atelierSite;
let folder: string;
let world: World;
let network: LabNetwork;
let servers: LabServers;
const failures: unknown[] = [];
const start = () =>
  startKubernetes({ world, network, folder, onFailure: (error) => failures.push(error) }, new Map());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-kubernetes-"));
  world = new World({ seed: 9, clock: new ManualClock() });
  network = new LabNetwork();
  servers = await start();
});
afterEach(async () => {
  await servers.close();
  world.close();
  await rm(folder, { recursive: true });
  expect(failures).toEqual([]);
});

it("keeps keys, tokens and kubeconfigs to their owner, and the same from one start to the next", async () => {
  const names = Object.values(files);
  const contents = () => Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  for (const name of names) {
    expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
  }
  const portless = (texts: string[]) => texts.map((text) => text.replace(/127\.0\.0\.1:\d+/, ""));
  const before = portless(await contents());
  await servers.close();
  servers = await start();
  expect(portless(await contents())).toEqual(before);
});

it("answers at its address behind the bounce, with a certificate that names it", async () => {
  const door = network.find(address, apiPort);
  expect(door?.state()).toBe("open");
  const [near, far] = duplexPair();
  door?.connect(far, { address: "192.0.2.1", port: 40_000 });
  const ca = await readFile(join(folder, files.authority), "utf8");
  const token = await readFile(join(folder, files.viewer), "utf8");
  const status = await new Promise((resolve, reject) => {
    const asked = request({
      path: "/api/v1/nodes",
      headers: { host: address, authorization: `Bearer ${token}` },
      // The name that is checked is the address that the kubeconfig says.
      createConnection: () => connect({ socket: near, ca, host: address, servername: "" }),
    });
    asked.once("response", (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    });
    asked.once("error", reject);
    asked.end();
  });
  expect(status).toBe(200);
  near.destroy();
});

it("leaves neither door nor port behind when its port is taken", async () => {
  const taken = servers.ports.get("kubernetes") ?? 0;
  const other = new LabNetwork();
  const again = startKubernetes(
    { world, network: other, folder, onFailure: (error) => failures.push(error) },
    new Map([["kubernetes", taken]]),
  );
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect(other.find(address, apiPort)).toBeNull();
});
