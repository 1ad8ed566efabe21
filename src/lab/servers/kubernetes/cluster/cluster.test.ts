import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import type { Pod } from "../store/kinds.ts";
import { items, type Meta, read, words } from "../store/object.ts";
import { Cluster } from "./cluster.ts";
import { isActive, isReady } from "./pod-state.ts";
import { removeObject } from "./removal.ts";

const clock = new ManualClock();
let world: World;
let cluster: Cluster;
const start = (extraPods = 0) => {
  world = new World({ seed: 5, clock });
  cluster = new Cluster({ world, extraPods });
};
afterEach(() => {
  cluster.close();
  world.close();
});

const of = (app: string) =>
  cluster.pods
    .all()
    .filter((pod) => pod.metadata.namespace === "shop" && pod.metadata.labels?.app === app && isActive(pod));
const budget = (name: string) => {
  const found = cluster.budgets.get("shop", name);
  if (!found) throw new Error(`no budget ${name}`);
  return cluster.disruption.statusOf(found);
};
const node = (name: string) => {
  const found = cluster.nodes.get(undefined, name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
};
const readiness = (name: string) => node(name).status.conditions.find(({ type }) => type === "Ready")?.status;
const end = (pod: Pod | undefined, grace: number | null = null) => {
  if (!pod) throw new Error("no pod");
  return removeObject(cluster, "pods", pod, { grace, orphan: false });
};
const reasons = () =>
  cluster
    .collection("events")
    .all()
    .map((event) => words(event, "reason"));

describe("a cluster that runs", () => {
  it("stands still by itself: nothing rolls out, nothing waits", () => {
    start();
    clock.advance(5_000);
    const well = ({ metadata }: { metadata: Meta }) => metadata.namespace !== "staging";
    for (const pod of cluster.pods.all().filter(well)) {
      expect([pod.metadata.name, isReady(pod) || pod.status.phase === "Succeeded"]).toEqual([
        pod.metadata.name,
        true,
      ]);
    }
    expect(reasons()).toEqual([]);
    for (const deployment of cluster.deployments.all().filter(well)) {
      expect(read(deployment.status, "readyReplicas")).toBe(deployment.spec.replicas);
    }
    expect(budget("ledger")).toMatchObject({
      disruptionsAllowed: 1,
      currentHealthy: 3,
      desiredHealthy: 2,
      expectedPods: 3,
    });
    expect(budget("orders")).toMatchObject({ disruptionsAllowed: 1, desiredHealthy: 2 });
  });

  it("puts another pod in the place of one that is deleted, elsewhere when its node is cordoned", () => {
    start();
    const [first] = of("ledger");
    const was = first?.spec.nodeName ?? "";
    cluster.nodes.put({ ...node(was), spec: { ...node(was).spec, unschedulable: true } });
    end(first);
    expect(budget("ledger")).toMatchObject({ disruptionsAllowed: 0, currentHealthy: 2 });
    clock.advance(1_000);
    expect(of("ledger")).toHaveLength(2);
    clock.advance(10_000);
    const again = of("ledger").find((pod) => pod.metadata.name === first?.metadata.name);
    expect(again?.metadata.uid).not.toBe(first?.metadata.uid);
    expect(again?.spec.nodeName).not.toBe(was);
    expect(again && isReady(again)).toBe(true);
    expect(read(again?.spec.volumes?.[0], "persistentVolumeClaim", "claimName")).toBe("data-ledger-0");
    expect(budget("ledger").disruptionsAllowed).toBe(1);
    expect(node(was).spec.taints).toEqual([
      { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
    ]);
  });

  it("says why a pod finds no node, and places it once there is room", () => {
    start();
    for (const { metadata } of cluster.nodes.all()) {
      cluster.nodes.put({ ...node(metadata.name), spec: { unschedulable: true } });
    }
    end(of("cache")[0], 0);
    clock.advance(5_000);
    const [waiting] = of("cache");
    expect(waiting?.spec.nodeName).toBeUndefined();
    expect(waiting?.status.conditions?.[0]?.message).toBe(
      "0/8 nodes are available: 8 node(s) were unschedulable.",
    );
    expect(reasons()).toContain("FailedScheduling");
    cluster.nodes.put({ ...node("db-1"), spec: { unschedulable: false } });
    clock.advance(10_000);
    expect(of("cache")[0]?.spec.nodeName).toBe("db-1");
    expect(of("cache").every(isReady)).toBe(true);
  });

  it("draws further pods on further nodes, and no more than a node takes", () => {
    start(1_000);
    expect(cluster.pods.all().filter((pod) => pod.metadata.namespace === "load")).toHaveLength(1_000);
    clock.advance(10_000);
    expect(cluster.index.inNamespace("load").every(isReady)).toBe(true);
    for (const { metadata } of cluster.nodes.all()) {
      expect(cluster.index.countOnNode(metadata.name)).toBeLessThanOrEqual(110);
    }
  });
});

describe("a machine that goes and comes", () => {
  it("leaves its node NotReady at once when it is shut down, and is back with another boot", () => {
    start();
    const { bootId } = world.machine("web-1");
    world.shutDown("web-1", "reboot");
    expect(readiness("web-1")).toBe("False");
    clock.advance(30_000);
    expect(readiness("web-1")).toBe("True");
    expect(node("web-1").status.nodeInfo.bootID).toBe(world.machine("web-1").bootId);
    expect(world.machine("web-1").bootId).not.toBe(bootId);
    expect(reasons()).toContain("Rebooted");
    const restarted = cluster.index.onNode("web-1");
    expect(restarted.length).toBeGreaterThan(2);
    expect(restarted.map((pod) => pod.status.containerStatuses?.[0]?.restartCount)).toEqual(
      restarted.map(() => 1),
    );
    expect(restarted.every(isReady)).toBe(true);
  });

  it("is lost after a while without power, and its pods run elsewhere once that has lasted", () => {
    start();
    const before = cluster.index.onNode("web-1").filter((pod) => pod.metadata.labels?.app === "storefront");
    expect(before.length).toBeGreaterThan(0);
    world.powerOff("web-1");
    clock.advance(5_000);
    expect(readiness("web-1")).toBe("True");
    clock.advance(6_000);
    expect(readiness("web-1")).toBe("Unknown");
    expect(node("web-1").spec.taints?.map(({ effect }) => effect)).toEqual(["NoSchedule", "NoExecute"]);
    expect(budget("storefront").currentHealthy).toBe(4 - before.length);
    clock.advance(310_000);
    expect(of("storefront").filter(isReady)).toHaveLength(4);
    // What ran there cannot be told to end until the machine is back.
    const left = cluster.index.onNode("web-1").filter((pod) => pod.metadata.deletionTimestamp);
    expect(left.length).toBeGreaterThan(0);
    world.powerOn("web-1");
    clock.advance(30_000);
    expect(readiness("web-1")).toBe("True");
    expect(node("web-1").spec.taints).toBeUndefined();
    expect(cluster.index.onNode("web-1").filter((pod) => pod.metadata.deletionTimestamp)).toEqual([]);
  });

  it("says that its disk is full", () => {
    start();
    world.inject(["disk-full", "db-1"]);
    const pressure = node("db-1").status.conditions.find(({ type }) => type === "DiskPressure");
    expect(pressure?.status).toBe("True");
    world.clear();
    expect(node("db-1").status.conditions.find(({ type }) => type === "DiskPressure")?.status).toBe("False");
  });
});

describe("what is deleted", () => {
  it("takes along what belongs to it, or leaves it on its own", () => {
    start();
    const orders = cluster.deployments.get("shop", "orders");
    const cache = cluster.deployments.get("shop", "cache");
    if (!orders || !cache) throw new Error("no deployments");
    removeObject(cluster, "deployments.apps", orders, { grace: null, orphan: false });
    removeObject(cluster, "deployments.apps", cache, { grace: null, orphan: true });
    clock.advance(10_000);
    expect(of("orders")).toEqual([]);
    expect(of("cache")).toHaveLength(1);
    const sets = cluster.replicaSets.all().map(({ metadata }) => metadata.labels?.app);
    expect(sets).toContain("cache");
    expect(sets).not.toContain("orders");
  });

  it("empties a namespace before it goes", () => {
    start();
    const mail = cluster.collection("namespaces").get(undefined, "mail");
    if (!mail) throw new Error("no namespace");
    removeObject(cluster, "namespaces", mail, { grace: null, orphan: false });
    expect(words(cluster.collection("namespaces").get(undefined, "mail"), "status", "phase")).toBe(
      "Terminating",
    );
    clock.advance(20_000);
    expect(cluster.collection("namespaces").get(undefined, "mail")).toBeNull();
    expect(cluster.pods.all().some((pod) => pod.metadata.namespace === "mail")).toBe(false);
    expect(
      items({ left: cluster.claims.all() }, "left").some(
        (claim) => words(claim, "metadata", "namespace") === "mail",
      ),
    ).toBe(false);
  });
});
