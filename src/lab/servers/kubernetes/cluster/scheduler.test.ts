import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { Cluster } from "./cluster.ts";
import { place } from "./furnishing.ts";
import { isReady } from "./pod-state.ts";
import { amount } from "./quantity.ts";
import { type ApplicationPlan, regionApplications } from "./region-plan.ts";

const { identity, billing, portal, archive, "build-farm": buildFarm, sandbox } = regionApplications;
const carried: readonly ApplicationPlan[] = [identity, billing, portal, archive];

let clock: ManualClock;
let world: World;
let cluster: Cluster;

beforeEach(() => {
  clock = new ManualClock();
  world = new World({ seed: 5, clock });
  cluster = new Cluster({
    world,
    region: {
      id: "north",
      nodes: 3,
      applications: [buildFarm, sandbox],
      runs: () => true,
      onChange: () => () => undefined,
    },
  });
});
afterEach(() => {
  cluster.close();
  world.close();
});

const carry = () => {
  for (const { name, workloads } of carried)
    for (const plan of workloads) place(cluster, { ...plan, namespace: name });
  clock.advance(60_000);
};
const pods = (namespace: string) => cluster.index.inNamespace(namespace);
const whyNot = (namespace: string) =>
  pods(namespace)
    .filter(({ spec }) => !spec.nodeName)
    .map(({ status }) => status.conditions?.find(({ type }) => type === "PodScheduled")?.message);
const stop = ({ name }: ApplicationPlan) => {
  for (const set of [...cluster.deployments.all(), ...cluster.statefulSets.all()])
    if (set.metadata.namespace === name)
      cluster.collection(set.kind === "Deployment" ? "deployments.apps" : "statefulsets.apps").put({
        ...set,
        spec: { ...set.spec, replicas: 0 },
      });
};

it("leaves pods pending that no node has the memory for, in the scheduler's words", () => {
  carry();
  expect(pods("identity").every(isReady)).toBe(true);
  expect(new Set(whyNot("portal"))).toEqual(new Set(["0/3 nodes are available: 3 Insufficient memory."]));
  expect(whyNot("archive")).toHaveLength(1);
});

it("places them once others have ended, and never keeps more on a node than it has", () => {
  carry();
  stop(buildFarm);
  stop(sandbox);
  clock.advance(60_000);
  for (const { name } of carried) expect([name, pods(name).every(isReady)]).toEqual([name, true]);
  for (const { metadata, status } of cluster.nodes.all()) {
    const kept = cluster.index
      .onNode(metadata.name)
      .flatMap(({ spec }) => spec.containers)
      .reduce(
        (sum, { resources }) => sum + amount(String(Object(Object(resources).requests).memory ?? "")),
        0,
      );
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(amount(String(Object(status.allocatable).memory)));
  }
});

it.each([
  ["250m", 0.25],
  ["2", 2],
  ["64Mi", 67_108_864],
  ["1.5Gi", 1_610_612_736],
  ["1G", 1e9],
  ["", 0],
  ["much", 0],
])("reads the quantity %j as %d", (words, figure) => {
  expect(amount(words)).toBeCloseTo(figure, 9);
});
