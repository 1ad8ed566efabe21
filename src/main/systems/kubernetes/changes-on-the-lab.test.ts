import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Flavour } from "../../../lab/servers/kubernetes/api/flavour.ts";
import { TestApi, testAuthority } from "../../../lab/servers/kubernetes/testing/test-api.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import { kubernetesSystemSchema } from "../../../shared/systems/kubernetes.ts";
import { clusterActions } from "./actions.ts";
import { ClusterAccess } from "./cluster-access.ts";
import { DrainDesk } from "./drain/desk.ts";
import { ClusterManifests } from "./manifests/index.ts";
import { Rights } from "./rights.ts";
import { contextFor, resource } from "./testing/context.ts";
import { dialLoopback, quiet } from "./testing/surroundings.ts";

let lab: TestApi;
let folder: string;
let access: ClusterAccess;

beforeEach(() => begin("openshift"));
afterEach(end);

async function begin(flavour: Flavour): Promise<void> {
  lab = await TestApi.start(0, flavour);
  await lab.settle(60_000);
  folder = await mkdtemp(join(tmpdir(), "lab-changes-"));
  const authority = Buffer.from(testAuthority).toString("base64");
  const config = {
    "current-context": "lab",
    contexts: [{ name: "lab", context: { cluster: "lab", user: "operator" } }],
    clusters: [
      {
        name: "lab",
        cluster: { server: `https://127.0.0.1:${lab.port}`, "certificate-authority-data": authority },
      },
    ],
    users: [{ name: "operator", user: { token: "operator-token" } }],
  };
  await writeFile(join(folder, "config"), JSON.stringify(config));
  access = new ClusterAccess({
    system: "east",
    config: kubernetesSystemSchema.parse({ type: "kubernetes", kubeconfig: "config" }),
    folder: () => folder,
    reach: { dial: dialLoopback },
    secrets: { resolve: () => Promise.reject(new Error("no secret")) },
    now: () => lab.clock.now(),
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      return lab.settle(milliseconds);
    },
    random: () => 0.5,
  });
}

async function end(): Promise<void> {
  access.close();
  await lab.close();
  await rm(folder, { recursive: true });
}

/** Runs an action up to its proof, and gives how to undo it. */
async function change(action: string, id: string, kind: ResourceKind, input: Record<string, unknown> = {}) {
  const parts = { access, rights: new Rights(access), desk: new DrainDesk() };
  const chosen = clusterActions(parts).find((each) => each.id === action);
  if (!chosen) throw new Error(`no action ${action}`);
  const { context } = contextFor(resource(id, kind));
  const parsed = chosen.input.parse(input);
  const probe = await chosen.probe(context, parsed);
  if (probe.state !== "needed") return { probe, verification: null, undo: null };
  const applied = await chosen.apply(context, parsed, probe);
  const verification = await chosen.verify(context, parsed, probe, applied);
  return { probe, verification, undo: () => chosen.undo?.(context, parsed, probe) };
}

const storefront = "east/workloads/Deployment/shop/storefront";

test("a Deployment is edited, and rolled back by its ReplicaSets", async () => {
  const manifests = new ClusterManifests(access);
  const { yaml, version } = await manifests.read(storefront, quiet);
  const [image = ""] = /registry\.\S+/.exec(yaml) ?? [];
  const edit = { resource: storefront, yaml: yaml.replace(image, `${image}-fixed`), version };
  expect(await manifests.check(edit, quiet)).toMatchObject({ outcome: "changed", faults: [] });
  const edited = await change("kubernetes.edit", storefront, "workload", edit);
  expect(edited.probe.steps?.map(({ en }) => en).join("\n")).toContain(`${image} → ${image}-fixed`);
  expect(edited.verification).toMatchObject({ proven: true });
  expect((await manifests.check(edit, quiet)).outcome).toBe("unchanged");
  await lab.settle(60_000);
  const back = await change("kubernetes.roll-back", storefront, "workload");
  expect(back.probe.steps?.map(({ en }) => en).join("\n")).toContain(`${image}-fixed → ${image}`);
  expect(back.verification).toMatchObject({ proven: true });
  expect((await manifests.read(storefront, quiet)).yaml).toContain(`image: ${image}\n`);
  expect(await back.undo?.()).toMatchObject({ proven: true });
  expect((await manifests.read(storefront, quiet)).yaml).toContain(`image: ${image}-fixed\n`);
});

test("what the server refuses of an edit stands at its line, whatever version the object has by now", async () => {
  const manifests = new ClusterManifests(access);
  const { yaml, version } = await manifests.read(storefront, quiet);
  const lines = yaml.split("\n");
  const at = lines.findIndex((line) => /^ {2}replicas:/.test(line));
  lines[at] = "  replicas: -1";
  const refused = await manifests.check({ resource: storefront, yaml: lines.join("\n"), version }, quiet);
  expect(refused).toMatchObject({ outcome: "refused", faults: [{ line: at + 1, column: 3 }] });
  lines[at] = "  replicas: 4";
  const { verification } = await change("kubernetes.scale", storefront, "workload", { replicas: 3 });
  expect(verification?.proven).toBe(true);
  const outdated = await manifests.check({ resource: storefront, yaml: lines.join("\n"), version }, quiet);
  expect(outdated.outcome).toBe("outdated");
  expect(outdated.faults[0]).toMatchObject({ line: at + 1 });
});

test("a rollout and a pool are paused and resumed, a pod is evicted and made anew", async () => {
  expect((await change("kubernetes.pause-rollout", storefront, "workload")).verification?.proven).toBe(true);
  expect((await change("kubernetes.roll-back", storefront, "workload")).probe.state).toBe("impossible");
  expect((await change("kubernetes.resume-rollout", storefront, "workload")).verification?.proven).toBe(true);
  const pool = lab.cluster
    .collection("machineconfigpools.machineconfiguration.openshift.io")
    .all()
    .find(({ spec }) => spec?.paused !== true);
  const worker = `east/machine-pools/${pool?.metadata.name}`;
  expect((await change("kubernetes.pause-pool", worker, "machine-pool")).verification?.proven).toBe(true);
  expect((await change("kubernetes.resume-pool", worker, "machine-pool")).verification?.proven).toBe(true);
  const [pod] = lab.cluster.pods.all().filter(({ metadata }) => metadata.name.startsWith("storefront-"));
  const id = `east/pods/shop/${pod?.metadata.name}`;
  const allowed = { localData: true };
  expect((await change("kubernetes.evict", id, "pod", allowed)).verification?.proven).toBe(true);
});

test.each(["StatefulSet", "DaemonSet"] as const)(
  "a %s is rolled back by its ControllerRevisions",
  async (type) => {
    const sets = type === "StatefulSet" ? lab.cluster.statefulSets : lab.cluster.daemonSets;
    const [set] = sets.all();
    const id = `east/workloads/${type}/${set?.metadata.namespace}/${set?.metadata.name}`;
    const { yaml, version } = await new ClusterManifests(access).read(id, quiet);
    const [image = ""] = /registry\.\S+/.exec(yaml) ?? [];
    const edit = { yaml: yaml.replace(image, `${image}-fixed`), version };
    expect((await change("kubernetes.edit", id, "workload", edit)).verification?.proven).toBe(true);
    await lab.settle(300_000);
    const back = await change("kubernetes.roll-back", id, "workload");
    expect(back.verification).toMatchObject({ proven: true });
    expect((await new ClusterManifests(access).read(id, quiet)).yaml).toContain(`image: ${image}\n`);
  },
);

test("a node of a cluster from before policy/v1 is drained by its evictions and budgets", async () => {
  await end();
  await begin("old");
  const held = lab.cluster.pods.all().find(({ metadata }) => metadata.name.startsWith("storefront-"));
  const node = `east/nodes/${held?.spec.nodeName}`;
  const allowed = { localData: true, unmanaged: true };
  const { probe, verification } = await change("kubernetes.drain", node, "node", allowed);
  expect(probe.steps?.map(({ en }) => en).join("\n")).toContain("PodDisruptionBudget storefront");
  expect(verification).toMatchObject({ proven: true });
});
