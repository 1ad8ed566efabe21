import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestApi } from "../../../../lab/servers/kubernetes/testing/test-api.ts";
import { logRequestSchema } from "../../../../shared/logs.ts";
import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import { TestServer } from "../../../reach/testing/ssh-server.ts";
import { hopAt, Surroundings } from "../../../reach/testing/surroundings.ts";
import type { System } from "../../system.ts";
import { kubernetesSystem } from "../index.ts";
import { quiet, until } from "../testing/surroundings.ts";

let lab: TestApi;
let bounce: TestServer;
let around: Surroundings;
let folder: string;
let system: System;

beforeEach(async () => {
  lab = await TestApi.start();
  await lab.settle(60_000);
  bounce = await TestServer.start({ forwarding: "allow" });
  around = new Surroundings();
  around.know(bounce.hostKey, { address: "127.0.0.1", port: bounce.port });
  around.update({ bounce: hopAt(bounce) });
  folder = await mkdtemp(join(tmpdir(), "streams-"));
  const cluster = { server: `https://192.0.2.30:${lab.port}`, "insecure-skip-tls-verify": true };
  const kubeconfig = {
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user: "operator" } }],
    clusters: [{ name: "lab", cluster }],
    users: [{ name: "operator", user: { token: "operator-token" } }],
  };
  await writeFile(join(folder, "config"), JSON.stringify(kubeconfig));
  system = kubernetesSystem.create(
    kubernetesSystemSchema.parse({ type: "kubernetes", via: "bounce", kubeconfig: "config" }),
    {
      id: "east",
      reach: around.reach,
      secrets: { resolve: () => Promise.reject(new Error("no secret")) },
      questions: around.questions,
      now: Date.now,
      estateFolder: () => folder,
    },
  );
});
afterEach(async () => {
  await system.close();
  await around.close();
  await bounce.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

test("logs, a shell and a port of a pod behind a bounce: WebSockets in TLS in SSH", async () => {
  const pod = lab.cluster.pods.all().find(({ metadata }) => metadata.labels?.app === "storefront");
  const resource = `east/pods/${pod?.metadata.namespace}/${pod?.metadata.name}`;
  const request = logRequestSchema.parse({ resources: [resource], follow: false, tail: 2 });
  const [source] = (await system.logs?.(resource)?.sources(resource, request, quiet)) ?? [];
  let log = "";
  for await (const chunk of source?.read(request, quiet, () => undefined) ?? [])
    log += Buffer.from(chunk).toString();
  expect(log.trimEnd().split("\n")).toHaveLength(2);

  expect(system.consoles?.(resource)).toEqual([{ kind: "shell", unavailable: null }]);
  const shell = await system.openShell?.(resource, { columns: 80, rows: 24 }, quiet);
  let words = "";
  shell?.onData((bytes) => {
    words += Buffer.from(bytes).toString();
  });
  const end = new Promise((resolve) => shell?.onEnd(resolve));
  shell?.resume();
  await until(() => /[$#] $/.test(words));
  shell?.write("exit\r");
  expect(await end).toEqual({ exitCode: 0, error: null });

  const stream = await system.ports?.(resource)?.connect(resource, 8080, quiet);
  stream?.end("GET / HTTP/1.1\r\nHost: pod.example\r\nConnection: close\r\n\r\n");
  expect(stream && (await text(stream))).toContain("HTTP/1.1 200 OK");
});

test("a bounce that dies ends the shell in words", async () => {
  const pod = lab.cluster.pods.all().find(({ metadata }) => metadata.labels?.app === "storefront");
  const resource = `east/pods/${pod?.metadata.namespace}/${pod?.metadata.name}`;
  const shell = await system.openShell?.(resource, { columns: 80, rows: 24 }, quiet);
  const end = new Promise((resolve) => shell?.onEnd(resolve));
  shell?.resume();
  await bounce.close();
  expect(await end).toMatchObject({ exitCode: null, error: { code: "kubernetes.stream-broken" } });
});
