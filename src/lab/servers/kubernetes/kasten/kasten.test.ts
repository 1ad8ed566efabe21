import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { Cluster } from "../cluster/cluster.ts";
import { isReady } from "../cluster/pod-state.ts";
import { type ApplicationPlan, regionApplications } from "../cluster/region-plan.ts";
import { count, type KubeObject, words } from "../store/object.ts";
import { kastenAddon } from "./index.ts";
import { ExportLocation } from "./location.ts";
import { actionsNamed, groups, kastenNames, kastenNamespace } from "./resources.ts";

const { identity, billing, sandbox } = regionApplications;

describe("Kasten in the clusters of two regions", () => {
  let clock: ManualClock;
  let world: World;
  let east: Cluster;
  let north: Cluster;
  const state = { hosts: true, link: true, slow: false, corrupt: false, exportFails: false };
  const listeners = new Set<() => void>();

  function start(
    id: string,
    other: string,
    location: ExportLocation,
    applications: readonly ApplicationPlan[],
  ): Cluster {
    const runs = () => id !== "east" || state.hosts;
    const onChange = (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const kasten = kastenAddon({
      cluster: id,
      location,
      runs,
      reachesLocation: () => state.link,
      protects: ["identity", "billing"],
      hours: [0, 4, 8, 12, 16, 20],
      keeps: 3,
      imports: ["identity", "billing"].map((application) => ({ application, from: other })),
      faults: {
        slowRestore: () => state.slow,
        isCorrupt: () => state.corrupt,
        exportFails: () => state.exportFails,
      },
    });
    const region = { id, nodes: 3, applications, runs, onChange };
    return new Cluster({ world, flavour: "openshift", region, addons: [kasten] });
  }

  beforeEach(() => {
    clock = new ManualClock(Date.UTC(2025, 0, 6, 9, 30));
    world = new World({ seed: 3, clock });
    Object.assign(state, { hosts: true, link: true, slow: false, corrupt: false, exportFails: false });
    const bucket = { bucket: "kasten-exports", region: "depot", endpoint: "https://objects.depot.example" };
    const location = new ExportLocation(bucket);
    east = start("east", "north", location, [identity, billing]);
    north = start("north", "east", location, [sandbox]);
  });

  afterEach(() => {
    east.close();
    north.close();
    world.close();
    listeners.clear();
  });

  /** Whether an application has workloads in a cluster, each with as many ready pods as it wants. */
  function serves(cluster: Cluster, namespace: string): boolean {
    const own = [...cluster.deployments.all(), ...cluster.statefulSets.all()].filter(
      ({ metadata }) => metadata.namespace === namespace,
    );
    const ready = ({ metadata }: KubeObject) =>
      cluster.pods
        .all()
        .filter((pod) => pod.metadata.namespace === namespace && pod.metadata.labels?.app === metadata.name)
        .filter(isReady).length;
    return own.length > 0 && own.every((each) => ready(each) >= Math.max(1, count(each.spec, ["replicas"])));
  }

  const settle = (milliseconds: number) => clock.advance(milliseconds);
  const of = (cluster: Cluster, name: string) => cluster.collection(name).all();
  const contentsOf = (region: Cluster, application: string, exported: boolean) =>
    of(region, kastenNames.contents).filter(
      ({ metadata: { labels } }) =>
        labels?.["k10.kasten.io/appName"] === application &&
        (labels["k10.kasten.io/exportProfile"] !== undefined) === exported,
    );

  function put(
    region: Cluster,
    kind: "RunAction" | "RestoreAction",
    namespace: string,
    spec: object,
  ): string {
    const name = `asked-${kind.toLowerCase()}`;
    region.collection(actionsNamed(kind)).put({
      apiVersion: `${groups.actions}/v1alpha1`,
      kind,
      metadata: {
        name,
        namespace,
        uid: `uid-${name}`,
        resourceVersion: "",
        creationTimestamp: "2025-01-06T09:30:00Z",
      },
      spec: { ...spec },
    });
    return name;
  }

  const runPolicy = (region: Cluster, policy: string) =>
    put(region, "RunAction", kastenNamespace, {
      subject: {
        apiVersion: `${groups.config}/v1alpha1`,
        kind: "Policy",
        name: policy,
        namespace: kastenNamespace,
      },
    });
  const stateOf = (region: Cluster, kind: "RunAction" | "RestoreAction", name: string) => {
    const found = of(region, actionsNamed(kind)).find(({ metadata }) => metadata.name === name);
    return words(found?.status, "state");
  };

  function restore(content: KubeObject | undefined, namespace: string): string {
    const cluster = north;
    for (const [name, object] of [
      [
        "namespaces",
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace }, status: { phase: "Active" } },
      ],
      [
        kastenNames.points,
        {
          apiVersion: `${groups.apps}/v1alpha1`,
          kind: "RestorePoint",
          metadata: { name: "bound", namespace },
          spec: { restorePointContentRef: { name: content?.metadata.name ?? "" } },
        },
      ],
    ] as const) {
      const metadata = {
        uid: `uid-${name}`,
        resourceVersion: "",
        creationTimestamp: "2025-01-06T09:30:00Z",
        ...object.metadata,
      };
      cluster.collection(name).put({ ...object, metadata });
    }
    return put(north, "RestoreAction", namespace, {
      subject: { kind: "RestorePoint", name: "bound", namespace },
      targetNamespace: namespace,
    });
  }

  it("has what its schedule has left so far, and the applications serve where they live", () => {
    expect(serves(east, "billing")).toBe(true);
    expect(serves(north, "billing")).toBe(false);
    expect(contentsOf(east, "billing", true).map(({ status }) => words(status, "actionTime"))).toHaveLength(
      3,
    );
    expect(contentsOf(north, "billing", true)).toEqual([]);
  });

  it("backs up and exports at each slot, and the other cluster imports that within the hour", () => {
    settle(2.6 * 3_600_000);
    const newest = contentsOf(east, "billing", true)
      .map(({ status }) => words(status, "actionTime"))
      .sort()
      .at(-1);
    expect(newest?.slice(0, 16)).toBe("2025-01-06T12:00");
    expect(contentsOf(east, "billing", true)).toHaveLength(3);
    settle(3_600_000);
    const imported = contentsOf(north, "billing", true);
    expect(imported.map(({ status }) => words(status, "actionTime"))).toContain(newest);
    expect(imported.every(({ status }) => status?.state === "Unbound")).toBe(true);
  });

  it("restores an application at the other region, where it serves then", () => {
    runPolicy(north, "import-billing");
    settle(60_000);
    const name = restore(contentsOf(north, "billing", true).at(-1), "billing");
    settle(30_000);
    expect(stateOf(north, "RestoreAction", name)).toBe("Running");
    expect(serves(north, "billing")).toBe(false);
    settle(60_000);
    expect(stateOf(north, "RestoreAction", name)).toBe("Complete");
    settle(20_000);
    expect(serves(north, "billing")).toBe(true);
    expect(
      of(north, "persistentvolumeclaims").filter(({ metadata }) => metadata.namespace === "billing"),
    ).toHaveLength(1);
  });

  it("fails a restore of the newest point while that is corrupt, and not of one before", () => {
    state.corrupt = true;
    runPolicy(north, "import-billing");
    settle(60_000);
    const points = contentsOf(north, "billing", true).sort((one, other) =>
      words(one.status, "actionTime") < words(other.status, "actionTime") ? -1 : 1,
    );
    const broken = restore(points.at(-1), "billing");
    settle(120_000);
    expect(stateOf(north, "RestoreAction", broken)).toBe("Failed");
    north.collection(actionsNamed("RestoreAction")).remove("billing", broken);
    const good = restore(points.at(-2), "billing");
    settle(120_000);
    expect(stateOf(north, "RestoreAction", good)).toBe("Complete");
  });

  it("holds exports back while the link is cut, and fails them where the location refuses", () => {
    state.link = false;
    const run = runPolicy(east, "backup-billing");
    settle(600_000);
    expect(stateOf(east, "RunAction", run)).toBe("Running");
    state.link = true;
    state.exportFails = true;
    settle(120_000);
    expect(stateOf(east, "RunAction", run)).toBe("Failed");
  });

  it("loses its nodes with its hosts, and serves again after they are back", () => {
    const run = runPolicy(east, "backup-billing");
    state.hosts = false;
    for (const listener of listeners) listener();
    settle(60_000);
    expect(serves(east, "billing")).toBe(false);
    expect(stateOf(east, "RunAction", run)).toBe("Running");
    state.hosts = true;
    for (const listener of listeners) listener();
    settle(120_000);
    expect(serves(east, "billing")).toBe(true);
    expect(stateOf(east, "RunAction", run)).toBe("Complete");
  });
});
