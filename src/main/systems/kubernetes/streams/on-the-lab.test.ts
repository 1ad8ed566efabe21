import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestApi } from "../../../../lab/servers/kubernetes/testing/test-api.ts";
import { type LogRequest, logRequestSchema } from "../../../../shared/logs.ts";
import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import type { LogReadingState, ShellSession } from "../../system.ts";
import { ClusterAccess } from "../cluster-access.ts";
import { dialLoopback, quiet, until } from "../testing/surroundings.ts";
import { ClusterLogs } from "./logs.ts";
import { ClusterPorts } from "./ports.ts";
import { PodShells } from "./shells.ts";

let lab: TestApi;
let folder: string;
let access: ClusterAccess;

beforeEach(async () => {
  lab = await TestApi.start();
  await lab.settle(60_000);
  folder = await mkdtemp(join(tmpdir(), "lab-streams-"));
  access = await accessAs("operator");
});
afterEach(async () => {
  access.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

async function accessAs(user: string): Promise<ClusterAccess> {
  const words = JSON.stringify({
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user } }],
    clusters: [
      { name: "lab", cluster: { server: `https://127.0.0.1:${lab.port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: user, user: { token: `${user}-token` } }],
  });
  await writeFile(join(folder, user), words);
  return new ClusterAccess({
    system: "east",
    config: kubernetesSystemSchema.parse({ type: "kubernetes", kubeconfig: user }),
    folder: () => folder,
    reach: { dial: dialLoopback },
    secrets: { resolve: () => Promise.reject(new Error("no secret")) },
    now: () => lab.clock.now(),
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      return lab.settle(milliseconds);
    },
    random: () => 0.5,
    times: { connect: 2000 },
  });
}

const asked = (part: Partial<LogRequest> = {}) =>
  logRequestSchema.parse({ resources: ["x"], follow: false, ...part });

async function linesOf(logs: ClusterLogs, resource: string, request: LogRequest): Promise<string[]> {
  const [source] = await logs.sources(resource, request, quiet);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source?.read(request, quiet, () => undefined) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8").trimEnd().split("\n");
}

interface LabPod {
  id: string;
  namespace: string;
  name: string;
}

function podsOf(app: string): LabPod[] {
  return lab.cluster.pods.all().flatMap(({ metadata, status }) => {
    const { namespace = "", name } = metadata;
    const wanted = metadata.labels?.app === app && status.phase === "Running";
    return wanted ? [{ id: `east/pods/${namespace}/${name}`, namespace, name }] : [];
  });
}

function aPod(app: string): LabPod {
  const [pod] = podsOf(app);
  if (!pod) throw new Error(`the lab has no pod of ${app}`);
  return pod;
}

test("reads the last lines of a pod, each with the cluster's time", async () => {
  const logs = new ClusterLogs(access, []);
  const lines = await linesOf(logs, aPod("orders").id, asked({ tail: 3 }));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z level=/);
});

test("finds the pods of a workload, a namespace and a node", async () => {
  const logs = new ClusterLogs(access, []);
  const { namespace, name } = aPod("storefront");
  const namesBehind = async (resource: string) =>
    (await logs.sources(resource, asked(), quiet)).map((source) => source.name);
  const ofWorkload = await namesBehind(`east/workloads/Deployment/${namespace}/storefront`);
  const expected = podsOf("storefront").filter((pod) => pod.namespace === namespace);
  expect(ofWorkload).toEqual(expected.map((pod) => pod.name).sort());
  expect(await namesBehind(`east/namespaces/${namespace}`)).toEqual(expect.arrayContaining(ofWorkload));
  const node = lab.cluster.pods.get(namespace, name)?.spec.nodeName ?? "";
  expect(await namesBehind(`east/nodes/${node}`)).toContain(name);
  expect(logs.has("east/volumes/shop/data")).toBe(false);
});

test("follows a log until its pod is gone, and tells what it does", async () => {
  const logs = new ClusterLogs(access, []);
  const pod = aPod("storefront");
  const request = asked({ follow: true, tail: 1 });
  const [source] = await logs.sources(pod.id, request, quiet);
  const told: LogReadingState["state"][] = [];
  let words = "";
  const reading = (async () => {
    for await (const chunk of source?.read(request, quiet, ({ state }) => told.push(state)) ?? []) {
      words += Buffer.from(chunk).toString();
    }
  })();
  await until(() => words !== "");
  await lab.settle(10_000);
  await until(() => words.split("\n").length > 3);
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
  await lab.ask(`${path}?gracePeriodSeconds=0`, { method: "DELETE" });
  await lab.settle(5_000);
  await reading;
  expect(told[0]).toBe("reading");
  const lines = words.trimEnd().split("\n");
  expect(new Set(lines).size).toBe(lines.length);
});

test("says which right is missing, and what is not there", async () => {
  const nobody = await accessAs("nobody");
  const pod = aPod("orders");
  await expect(new ClusterLogs(nobody, []).sources(pod.id, asked(), quiet)).rejects.toMatchObject({
    code: "kubernetes.forbidden",
  });
  await expect(new ClusterPorts(nobody).connect(pod.id, 80, quiet)).rejects.toMatchObject({
    code: "kubernetes.forbidden",
  });
  nobody.close();
  const logs = new ClusterLogs(access, []);
  await expect(logs.sources("east/pods/shop/absent", asked(), quiet)).rejects.toMatchObject({
    code: "kubernetes.pod-gone",
  });
  await expect(logs.sources(pod.id, asked({ container: "absent" }), quiet)).rejects.toMatchObject({
    code: "kubernetes.container-unknown",
  });
});

async function openShell(resource: string): Promise<{ shell: ShellSession; words: () => string }> {
  const shells = new PodShells({ access, rights: { missing: () => null }, seen: () => undefined });
  const shell = await shells.open(resource, { columns: 100, rows: 30 }, quiet);
  let words = "";
  shell.onData((bytes) => {
    words += Buffer.from(bytes).toString();
  });
  shell.resume();
  return { shell, words: () => words };
}

test("opens a shell in a pod, types, and hears how it ended", async () => {
  const pod = aPod("storefront");
  const { shell, words } = await openShell(pod.id);
  const ended = new Promise((resolve) => shell.onEnd(resolve));
  await until(() => /[$#] $/.test(words()));
  shell.write("echo $HOSTNAME\r");
  await until(() => words().includes(`\n${pod.name}`));
  shell.write("exit 3\r");
  expect(await ended).toEqual({ exitCode: 3, error: null });
});

test("leads to a port of a pod and to that of a workload, and says what does not listen", async () => {
  const ports = new ClusterPorts(access);
  const pod = aPod("storefront");
  const workload = `east/workloads/Deployment/${pod.namespace}/storefront`;
  expect(await ports.offered(workload, quiet)).toEqual([{ port: 8080, name: "" }]);
  const stream = await ports.connect(workload, 8080, quiet);
  stream.end("GET / HTTP/1.1\r\nHost: pod.example\r\nConnection: close\r\n\r\n");
  expect(await text(stream)).toContain("HTTP/1.1 200 OK");
  const refused = await ports.connect(pod.id, 81, quiet);
  await expect(text(refused)).rejects.toMatchObject({ code: "kubernetes.port-refused" });
});
