import { expect, test } from "vitest";

/** A pod, as far as a scenario looks at it. */
export interface PodLine {
  name: string;
  node: string;
  ready: boolean;
}

/** What somebody who looks after a cluster can do, by whatever client. Every verb ends with its effect, or throws. */
export interface Operator {
  /** The pods of the scenario's namespace that are not ending. */
  pods(): Promise<PodLine[]>;
  /** Calls `change`, and resolves when the client has been told of a state that meets `met`, without asking again. */
  watch(
    met: (replicas: { wanted: number; ready: number }) => boolean,
    change: () => Promise<void>,
  ): Promise<void>;
  cordon(node: string): Promise<void>;
  uncordon(node: string): Promise<void>;
  /** Drains the node to its end. */
  drain(node: string): Promise<void>;
  /** Begins to drain the node, gives up as soon as something is held, and resolves to what it said about that. */
  drainHeld(node: string): Promise<string>;
  scale(replicas: number): Promise<void>;
  restart(): Promise<void>;
  /** What the server would make of another image: the image by its dry run. */
  tryImage(image: string): Promise<string>;
  setImage(image: string): Promise<void>;
  /** Gives the workload the template of the revision before. */
  rollBack(): Promise<void>;
  /** Whether one who may only look is allowed to scale the workload. */
  viewerMayScale(): Promise<boolean>;
}

/** What the scenario needs besides: an administrator's view of the truth, and who prepares the ground. */
export interface Ground {
  operator: Operator;
  /** Writes an object as an administrator. */
  put(object: object): Promise<void>;
  /** Takes an object away that `put` wrote. */
  remove(object: object): Promise<void>;
  /** What stands at a JSONPath of an object, such as `deployment/web`. */
  truth(what: string, path: string): Promise<string>;
}

export const upkeep = { namespace: "upkeep", workload: "web", nodes: ["upkeep-1", "upkeep-2"] } as const;
const { namespace, workload, nodes } = upkeep;
const images = ["registry.atelier.example/web:1", "registry.atelier.example/web:2"] as const;
const mark = { upkeep: "yes" };
const soon = { timeout: 40_000, interval: 300 };

/** The namespace, its workload, and the budget that never allows an eviction. */
export const upkeepObjects = (policy: string) => {
  const labels = { app: workload };
  const container = { name: workload, image: images[0] };
  return {
    namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    nodes: nodes.map((name) => ({ apiVersion: "v1", kind: "Node", metadata: { name, labels: mark } })),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: workload, namespace, labels },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { nodeSelector: mark, terminationGracePeriodSeconds: 2, containers: [container] },
        },
      },
    },
    budget: {
      apiVersion: policy,
      kind: "PodDisruptionBudget",
      metadata: { name: workload, namespace },
      spec: { maxUnavailable: 0, selector: { matchLabels: labels } },
    },
  };
};

/** The same upkeep of a workload and a node, by any client on any API server. */
export function playUpkeep(ground: () => Ground, policy: () => string): void {
  const operator = () => ground().operator;
  const template = (path: string) =>
    ground().truth(`deployment/${workload}`, `{.spec.template.spec.${path}}`);
  const image = () => template("containers[0].image");
  const names = async () => (await operator().pods()).map(({ name }) => name).sort();
  const cordoned = (node: string) => ground().truth(`node/${node}`, "{.spec.unschedulable}");

  test("sees the pods of a workload become ready on the nodes they may run on", async () => {
    await expect
      .poll(async () => (await operator().pods()).filter(({ ready }) => ready).length, soon)
      .toBe(3);
    for (const { node } of await operator().pods()) expect(nodes).toContain(node);
  });

  test("cordons and uncordons a node", async () => {
    await operator().cordon(nodes[0]);
    expect(await cordoned(nodes[0])).toBe("true");
    await operator().uncordon(nodes[0]);
    expect(await cordoned(nodes[0])).toBe("");
  });

  test("is told of a change as it comes, without asking again", async () => {
    await operator().watch(
      ({ wanted, ready }) => wanted === 4 && ready === 4,
      () =>
        ground().put({
          ...upkeepObjects(policy()).deployment,
          spec: { ...upkeepObjects(policy()).deployment.spec, replicas: 4 },
        }),
    );
  });

  test("scales", async () => {
    await operator().scale(3);
    expect(await ground().truth(`deployment/${workload}`, "{.spec.replicas}")).toBe("3");
    await expect.poll(async () => (await operator().pods()).length, soon).toBe(3);
  });

  test("tries an edit on the server, then makes it, then rolls it back", async () => {
    expect(await operator().tryImage(images[1])).toBe(images[1]);
    expect(await image()).toBe(images[0]);
    await operator().setImage(images[1]);
    expect(await image()).toBe(images[1]);
    await operator().rollBack();
    expect(await image()).toBe(images[0]);
  });

  test("restarts every pod, one after the other", async () => {
    await expect.poll(async () => (await operator().pods()).length, soon).toBe(3);
    const before = await names();
    await operator().restart();
    const kept = async () => (await names()).filter((name) => before.includes(name));
    await expect.poll(kept, soon).toEqual([]);
    expect(await template("containers[0].name")).toBe(workload);
  });

  test("drains only what a budget allows, names the budget, and leaves the node cordoned", async () => {
    const { budget } = upkeepObjects(policy());
    await ground().put(budget);
    await expect
      .poll(
        () => ground().truth(`pdb/${workload}`, "{.status.expectedPods}/{.status.disruptionsAllowed}"),
        soon,
      )
      .toBe("3/0");
    const [{ node } = { node: "" }] = await operator().pods();
    const before = await names();
    expect(await operator().drainHeld(node)).toMatch(/disruption ?budget/i);
    expect(await names()).toEqual(before);
    expect(await cordoned(node)).toBe("true");
    await ground().remove(budget);
    await operator().drain(node);
    await expect
      .poll(async () => (await operator().pods()).filter(({ ready }) => ready).length, soon)
      .toBe(3);
    const onNode = async () => (await operator().pods()).filter((pod) => pod.node === node);
    await expect.poll(onNode, soon).toEqual([]);
    await operator().uncordon(node);
    expect(await cordoned(node)).toBe("");
  });

  test("is told that who may only look may not scale", async () => {
    expect(await operator().viewerMayScale()).toBe(false);
  });
}
