import { afterAll, beforeAll, describe } from "vitest";
import { describeCounterpart } from "../counterpart.ts";
import { findApiServer, RealApiServer } from "./api-server.ts";
import { findKubectl, Kubectl } from "./kubectl.ts";
import { clearUpkeep, kubectlOperator, prepareUpkeep } from "./kubectl-operator.ts";
import { Kubelets } from "./kubelets.ts";
import { LabProcess } from "./lab.ts";
import { ourOperator } from "./our-operator.ts";
import { type Ground, playUpkeep, upkeep } from "./upkeep.ts";

const foundKubectl = findKubectl();

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
