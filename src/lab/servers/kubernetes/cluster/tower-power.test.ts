import { afterEach, beforeEach, expect, it } from "vitest";
import { TestEngine } from "../../amt/testing.ts";
import { words } from "../store/object.ts";
import { Cluster } from "./cluster.ts";
import { isActive, isReady } from "./pod-state.ts";

/** What CIM_PowerManagementService takes: off, on, and a cycle. */
const power = { on: 2, cycle: 5, off: 8 } as const;
const accepted = 0;

let tower: TestEngine;
let cluster: Cluster;
beforeEach(() => {
  tower = new TestEngine("tower-a");
  cluster = new Cluster({ world: tower.world });
});
afterEach(() => {
  cluster.close();
  tower.world.close();
});

const onTower = () =>
  cluster.nodes
    .all()
    .filter(({ metadata }) => metadata.labels?.["topology.kubernetes.io/zone"] === "tower-a");
const readiness = () =>
  onTower().map(({ status }) => status.conditions.find(({ type }) => type === "Ready")?.status);
const boots = () => onTower().map(({ status }) => status.nodeInfo.bootID);
const there = () => onTower().flatMap(({ metadata }) => cluster.index.onNode(metadata.name));

it("loses the nodes of a tower that is switched off over AMT, and gives their pods up after the toleration", () => {
  expect(tower.requestPower(power.off)).toBe(accepted);
  tower.clock.advance(11_000);
  expect(readiness()).toEqual(["Unknown", "Unknown", "Unknown", "Unknown"]);
  for (const { spec } of onTower()) {
    expect(spec.taints?.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      "node.kubernetes.io/unreachable:NoSchedule",
      "node.kubernetes.io/unreachable:NoExecute",
    ]);
  }
  const workers = there().filter((pod) => pod.metadata.ownerReferences?.[0]?.kind !== "DaemonSet");
  expect(workers.filter(isReady)).toEqual([]);
  expect(workers.every(({ metadata }) => metadata.deletionTimestamp === undefined)).toBe(true);
  tower.clock.advance(300_000);
  for (const { metadata } of workers.filter(isActive)) {
    expect(cluster.pods.get(metadata.namespace, metadata.name)?.metadata.deletionTimestamp).toBeDefined();
  }
  const reasons = cluster
    .collection("events")
    .all()
    .map((event) => words(event, "reason"));
  expect(reasons).toEqual(expect.arrayContaining(["NodeNotReady", "TaintManagerEviction"]));
  tower.clock.advance(20_000);
  const storefront = cluster.index
    .inNamespace("shop")
    .filter((pod) => pod.metadata.labels?.app === "storefront" && isActive(pod));
  expect(storefront.filter(isReady)).toHaveLength(4);
  expect(tower.requestPower(power.on)).toBe(accepted);
  tower.clock.advance(60_000);
  expect(readiness()).toEqual(["True", "True", "True", "True"]);
  expect(there().filter(({ metadata }) => metadata.deletionTimestamp)).toEqual([]);
});

it("brings every node of a tower back with another boot after a power cycle", () => {
  const before = boots();
  expect(tower.requestPower(power.cycle)).toBe(accepted);
  tower.clock.advance(20_000);
  expect(readiness()).not.toContain("True");
  tower.clock.advance(60_000);
  expect(readiness()).toEqual(["True", "True", "True", "True"]);
  for (const [index, boot] of boots().entries()) expect(boot).not.toBe(before[index]);
  const restarted = there().map((pod) => pod.status.containerStatuses?.[0]?.restartCount ?? 0);
  expect(restarted.filter((count) => count > 0).length).toBeGreaterThan(4);
});
