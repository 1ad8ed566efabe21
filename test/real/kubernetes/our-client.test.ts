import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeCounterpart } from "../counterpart.ts";
import { findApiServer, RealApiServer } from "./api-server.ts";
import { findKubectl, Kubectl } from "./kubectl.ts";
import { clearUpkeep, kubectlOperator, prepareUpkeep } from "./kubectl-operator.ts";
import { Kubelets } from "./kubelets.ts";
import { LabProcess } from "./lab.ts";
import { ourOperator } from "./our-operator.ts";
import { type Ground, images, upkeep, upkeepObjects } from "./upkeep.ts";

const foundKubectl = findKubectl();
const { workload, nodes } = upkeep;
const soon = { timeout: 40_000, interval: 300 };

/** The same upkeep of a workload and a node, by any client on any API server. */
function playUpkeep(ground: () => Ground, policy: () => string): void {
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

/** Plays the upkeep twice on the same cluster: by kubectl, and by the console's own client. */
function playBoth(place: () => { kubeconfig: string; kubectl: Kubectl; policy: string }): void {
  describe("by kubectl", () => {
    let ground: Ground;
    beforeAll(async () => {
      const { kubectl, policy } = place();
      ground = { ...(await prepareUpkeep(kubectl, policy)), operator: kubectlOperator(kubectl) };
    });
    afterAll(() => clearUpkeep(place().kubectl));
    playUpkeep(
      () => ground,
      () => place().policy,
    );
  });

  describe("by our client", () => {
    let ground: Ground;
    let ours: ReturnType<typeof ourOperator>;
    beforeAll(async () => {
      const { kubectl, kubeconfig, policy } = place();
      const prepared = await prepareUpkeep(kubectl, policy);
      ours = ourOperator(kubeconfig, "administrator");
      await ours.begin();
      ground = { ...prepared, operator: ours.operator };
    });
    afterAll(async () => {
      await ours?.close();
      await clearUpkeep(place().kubectl);
    });
    playUpkeep(
      () => ground,
      () => place().policy,
    );
  });
}

describeCounterpart(
  "kube-apiserver, kubectl and our client alike",
  "absent" in foundKubectl ? foundKubectl : findApiServer(),
  () => {
    let real: RealApiServer;
    let kubelets: Kubelets;
    let kubectl: Kubectl;
    beforeAll(async () => {
      real = await RealApiServer.start();
      kubectl = new Kubectl(real.kubeconfig);
      const binding = [
        "create",
        "clusterrolebinding",
        upkeep.namespace,
        "--clusterrole=view",
        "--user=viewer",
      ];
      await kubectl.say(binding);
      kubelets = new Kubelets(real);
    });
    afterAll(async () => {
      await kubelets?.stop();
      kubectl?.close();
      await real?.stop();
    });
    playBoth(() => ({ kubeconfig: real.kubeconfig, kubectl, policy: "policy/v1beta1" }));
  },
);

describeCounterpart("kubectl and our client alike on the lab", foundKubectl, () => {
  let lab: LabProcess;
  let kubectl: Kubectl;
  beforeAll(async () => {
    lab = await LabProcess.start();
    kubectl = new Kubectl(lab.kubeconfig);
  });
  afterAll(async () => {
    kubectl?.close();
    await lab?.stop();
  });
  playBoth(() => ({ kubeconfig: lab.kubeconfig, kubectl, policy: "policy/v1" }));
});
