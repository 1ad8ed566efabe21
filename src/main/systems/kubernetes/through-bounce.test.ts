import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Observation } from "../../../shared/resource.ts";
import { kubernetesSystemSchema } from "../../../shared/systems/kubernetes.ts";
import { makeSelfSigned } from "../../reach/testing/self-signed.ts";
import { TestServer } from "../../reach/testing/ssh-server.ts";
import { hopAt, Surroundings } from "../../reach/testing/surroundings.ts";
import type { System } from "../system.ts";
import { kubernetesSystem } from "./index.ts";
import { FakeApi } from "./testing/fake-api.ts";
import { node } from "./testing/objects.ts";
import { quiet, until } from "./testing/surroundings.ts";

const own = makeSelfSigned("api.example");
let api: FakeApi;
let bounce: TestServer;
let around: Surroundings;
let system: System;
const last = new Map<string, Observation>();
const sink = {
  declare: () => undefined,
  redeclare: () => undefined,
  observe: (observations: Observation[]) => {
    for (const each of observations) last.set(each.resource, each);
  },
};

beforeEach(async () => {
  api = await FakeApi.start({ cert: own.cert, key: own.key });
  api.store.put("nodes", node("node-1"));
  bounce = await TestServer.start({ forwarding: "allow" });
  around = new Surroundings();
  around.know(bounce.hostKey, { address: "127.0.0.1", port: bounce.port });
  around.update({ bounce: hopAt(bounce) });
  last.clear();
  await writeAuthority();
});
afterEach(async () => {
  await system.close();
  await around.close();
  await bounce.close();
  await api.close();
  await rm(folder, { recursive: true });
});

let folder: string;
async function writeAuthority(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "cluster-"));
  await writeFile(join(folder, "authority.pem"), own.cert);
  system = kubernetesSystem.create(
    kubernetesSystemSchema.parse({
      type: "kubernetes",
      via: "bounce",
      server: `https://192.0.2.30:${api.port}`,
      serverName: "api.example",
      certificateAuthority: "authority.pem",
      token: "keychain:east",
    }),
    {
      id: "east",
      reach: around.reach,
      secrets: { resolve: async () => ({ reveal: () => "token-1" }) },
      questions: around.questions,
      now: Date.now,
      estateFolder: () => folder,
    },
  );
}

test("a cluster behind a bounce is read over it, TLS in SSH, and says so when the bounce is gone", async () => {
  await system.observe(sink, quiet);
  expect(last.get("east/nodes/node-1")).toMatchObject({ health: "ok" });
  await system.observe(sink, quiet, ["east/nodes/node-1"]);
  await until(() => api.watches === 1);
  await bounce.close();
  await until(() => api.watches === 0);
  await system.observe(sink, quiet);
  expect(last.get("east/nodes/node-1")).toMatchObject({ error: { code: expect.stringMatching(/^reach\./) } });
});
