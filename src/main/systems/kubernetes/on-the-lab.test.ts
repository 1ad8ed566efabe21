import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestApi, testAuthority } from "../../../lab/servers/kubernetes/testing/test-api.ts";
import { drainPodSchema } from "../../../shared/drain.ts";
import { kubernetesSystemSchema } from "../../../shared/systems/kubernetes.ts";
import { clusterActions } from "./actions.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { DrainDesk } from "./drain/desk.ts";
import { happeningsOf } from "./events/happenings.ts";
import { scopeOf } from "./events/scope.ts";
import { ClusterObserver } from "./observe.ts";
import { Rights } from "./rights.ts";
import { contextFor, resource } from "./testing/context.ts";
import { RecordingSink } from "./testing/recording-sink.ts";
import { dialLoopback, quiet } from "./testing/surroundings.ts";

let lab: TestApi;
let folder: string;
let access: ClusterAccess;
let sink: RecordingSink;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-cluster-"));
  sink = new RecordingSink();
  lab = await TestApi.start();
  await begin();
});
afterEach(async () => {
  access.close();
  await lab.close();
  await rm(folder, { recursive: true });
});

async function begin(): Promise<void> {
  await lab.settle(60_000);
  await writeKubeconfig("operator");
  access = accessTo();
}

/** Another kind of cluster in place of the usual one. */
async function start(flavour: "old" | "openshift"): Promise<void> {
  access.close();
  await lab.close();
  lab = await TestApi.start(0, flavour);
  await begin();
}

/** World time moves on with what the client waits. */
function accessTo(): ClusterAccess {
  return new ClusterAccess({
    system: "east",
    config: kubernetesSystemSchema.parse({ type: "kubernetes", kubeconfig: "config" }),
    folder: () => folder,
    reach: {
      dial: async (place, signal) => {
        signal.throwIfAborted();
        return dialLoopback(place);
      },
    },
    secrets: { resolve: () => Promise.reject(new Error("no secret")) },
    now: () => lab.clock.now(),
    wait: async (milliseconds, signal) => {
      signal.throwIfAborted();
      await lab.settle(milliseconds);
    },
    random: () => 0.5,
    times: { connect: 2000 },
  });
}

async function writeKubeconfig(user: string): Promise<void> {
  const words = JSON.stringify({
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user } }],
    clusters: [
      {
        name: "lab",
        cluster: {
          server: `https://127.0.0.1:${lab.port}`,
          "certificate-authority-data": Buffer.from(testAuthority).toString("base64"),
        },
      },
    ],
    users: [{ name: user, user: { token: `${user}-token` } }],
  });
  await writeFile(join(folder, "config"), words);
}

test("a server that is taken at its word is told", async () => {
  const path = join(folder, "config");
  const words = JSON.parse(await readFile(path, "utf8"));
  words.clusters[0].cluster = { server: words.clusters[0].cluster.server, "insecure-skip-tls-verify": true };
  await writeFile(path, JSON.stringify(words));
  await observed();
  const said = sink.last.get("east/cluster");
  const problems = said && "problems" in said ? said.problems : [];
  expect(problems.map(({ code }) => code)).toEqual(["kubernetes.certificate-unchecked"]);
});

async function observed(): Promise<void> {
  const observer = new ClusterObserver({
    access,
    rights: new Rights(access),
    namespaces: [],
    site: "atelier",
    environment: null,
    every: 30_000,
  });
  await observer.observe(sink, quiet);
  await observer.close();
}

test("reads the lab's cluster as kubectl would", async () => {
  await observed();
  const kinds = new Map<string, number>();
  for (const { kind } of sink.declared) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  for (const kind of ["cluster", "node", "namespace", "workload", "pod", "volume"]) {
    expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
  expect(sink.health("east/cluster")).toBe("ok");
  for (const { id, kind } of sink.declared) if (kind === "node") expect(sink.health(id)).toBe("ok");
  for (const { id, kind, parent } of sink.declared) {
    if (kind === "pod")
      expect(
        sink.declared.some((each) => each.id === parent),
        id,
      ).toBe(true);
  }
});

test("what is measured, scheduled and installed is read too, and what happened", async () => {
  await observed();
  const named = (kind: string, type?: string) =>
    sink.declared.filter(
      (each) => each.kind === kind && (type === undefined || sink.facts(each.id)["kubernetes.type"] === type),
    );
  const figures = named("node").map(({ id }) => sink.facts(id)["cpu.used"]);
  expect(figures.every((each) => typeof each === "number")).toBe(true);
  expect(named("workload", "CronJob").length).toBeGreaterThan(0);
  expect(named("workload", "Job").length).toBeGreaterThan(0);
  const releases = named("release").map(({ id }) => sink.facts(id)["helm.chartVersion"]);
  expect(releases.length).toBeGreaterThan(0);
  for (const version of releases) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  const pod = named("pod").find(({ name }) => name.startsWith("storefront"))?.name;
  await lab.ask(`/api/v1/namespaces/shop/pods/${pod}`, { method: "DELETE" });
  await lab.settle(60_000);
  const stop = new AbortController();
  const known = { has: () => true, parentOf: () => null };
  const scope = scopeOf(access, known, [], access.clusterId);
  if (!scope) throw new Error("no events");
  for await (const { happenings, error } of happeningsOf({ access, known, scope }, stop.signal)) {
    expect(error).toBeNull();
    expect(happenings.length).toBeGreaterThan(0);
    stop.abort();
  }
});

test("an OpenShift cluster shows its version, operators, pools and routes", async () => {
  await start("openshift");
  await observed();
  const count = (kind: string) => sink.declared.filter((each) => each.kind === kind).length;
  expect(sink.facts("east/cluster")).toMatchObject({
    "openshift.version": expect.stringMatching(/^4\./),
    "openshift.channel": expect.any(String),
  });
  expect(count("operator")).toBeGreaterThan(3);
  expect(count("machine-pool")).toBeGreaterThan(1);
  const types = sink.declared.map(({ id }) => sink.facts(id)["kubernetes.type"]);
  expect(types).toContain("Route");
});

test("an old cluster is asked in the versions that it speaks", async () => {
  await start("old");
  await observed();
  const spaces = sink.declared.filter(({ kind }) => kind === "namespace").map(({ id }) => sink.facts(id));
  expect(spaces.some((facts) => Array.isArray(facts["kubernetes.budgets"]))).toBe(true);
});

test("drains a node of the lab: what is to leave runs elsewhere afterwards", async () => {
  await observed();
  const rights = new Rights(access);
  await rights.refresh(quiet);
  const desk = new DrainDesk();
  const drain = clusterActions({ access, rights, desk }).find(({ id }) => id === "kubernetes.drain");
  const id = sink.declared.find(({ kind }) => kind === "node")?.id ?? "";
  const { context } = contextFor(resource(id, "node"));
  const input = drain?.input.parse({ localData: true, unmanaged: true }) ?? {};
  const probe = await drain?.probe(context, input);
  expect(probe?.state).toBe("needed");
  const lines = drainPodSchema.array().parse(probe?.observed.pods);
  expect(lines.some(({ plan }) => plan === "evict")).toBe(true);
  expect(lines.some(({ plan }) => plan === "skip-daemon-set")).toBe(true);
  if (!drain || !probe) return;
  const applied = await drain.apply(context, input, probe);
  expect(await drain.verify(context, input, probe, applied)).toMatchObject({ proven: true });
  expect(drain.unavailable?.(context.resource)).toBeNull();
});

test("a viewer sees everything and is told what they may not do", async () => {
  await writeKubeconfig("viewer");
  await observed();
  expect(sink.declared.some(({ kind }) => kind === "pod")).toBe(true);
  const rights = new Rights(access);
  await rights.refresh(quiet);
  const actions = clusterActions({ access, rights, desk: new DrainDesk() });
  const cordon = actions.find(({ id }) => id === "kubernetes.cordon");
  expect(cordon?.unavailable?.(resource("east/nodes/x", "node"))).not.toBeNull();
});

test.each([
  ["kube-down", /^reach\.|^kubernetes\.closed/],
  ["kube-hang", /^kubernetes\.timed-out/],
  ["kube-html", /^kubernetes\.not-kubernetes/],
  ["kube-busy", /^kubernetes\.busy/],
  ["kube-huge", /^kubernetes\.garbage/],
  ["kube-truncated", /^kubernetes\.truncated/],
] as const)(
  "with %s nothing is called well, and everything is well again afterwards",
  async (fault, code) => {
    await observed();
    const id = sink.declared.find(({ kind }) => kind === "node")?.id ?? "";
    lab.world.inject([fault]);
    access.api.reset();
    await observed();
    expect(sink.health("east/cluster")).toMatch(/^error /);
    expect(sink.health("east/cluster")?.slice("error ".length)).toMatch(code);
    lab.world.clear();
    access.api.reset();
    await observed();
    expect(sink.health("east/cluster")).toBe("ok");
    expect(sink.health(id)).toBe("ok");
  },
);

test("a drain names the budget that never allows, and goes on when it does", async () => {
  await observed();
  const rights = new Rights(access);
  const desk = new DrainDesk();
  const actions = clusterActions({ access, rights, desk });
  const drain = actions.find(({ id }) => id === "kubernetes.drain");
  const held = sink.declared.find(({ kind, name }) => kind === "pod" && name.startsWith("storefront"));
  const node = String(sink.facts(held?.id ?? "")["kubernetes.node"]);
  const { context, trail } = contextFor(resource(`east/nodes/${node}`, "node"));
  const input = drain?.input.parse({ localData: true, unmanaged: true }) ?? {};
  lab.world.inject(["kube-pdb-never"]);
  desk.onChange(() => {
    if (trail.progress.some((words) => words.includes("PodDisruptionBudget"))) lab.world.clear();
  });
  const probe = await drain?.probe(context, input);
  if (!drain || !probe) throw new Error("no drain");
  const applied = await drain.apply(context, input, probe);
  expect(await drain.verify(context, input, probe, applied)).toMatchObject({ proven: true });
  expect(trail.progress.some((words) => words.includes("PodDisruptionBudget"))).toBe(true);
});
