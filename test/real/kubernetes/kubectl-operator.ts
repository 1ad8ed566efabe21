import type { Kubectl } from "./kubectl.ts";
import { type Ground, type Operator, upkeep, upkeepObjects } from "./upkeep.ts";

const { namespace, workload } = upkeep;
const inside = ["-n", namespace];
const deployment = `deployment/${workload}`;
const drainWords = ["--ignore-daemonsets", "--delete-emptydir-data", "--force"];

interface Listed {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: { conditions?: { type: string; status: string }[] };
}

/** The upkeep of a cluster by kubectl. */
export function kubectlOperator(kubectl: Kubectl): Operator {
  const say = (...words: string[]) => kubectl.say([...inside, ...words]);
  const rolledOut = () => say("rollout", "status", deployment, "--timeout=40s");
  const template = (image: string) =>
    JSON.stringify({ spec: { template: { spec: { containers: [{ name: workload, image }] } } } });
  return {
    async pods() {
      const list: { items: Listed[] } = JSON.parse(await say("get", "pods", "-o", "json"));
      return list.items
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata, spec, status }) => ({
          name: metadata.name,
          node: spec.nodeName ?? "",
          ready:
            status.conditions?.some(({ type, status: met }) => type === "Ready" && met === "True") ?? false,
        }));
    },
    async watch(met, change) {
      const columns = "WANTED:.spec.replicas,READY:.status.readyReplicas";
      const output = ["-o", `custom-columns=${columns}`, "--no-headers", "--request-timeout=40s"];
      const watching = kubectl.follow([...inside, "get", deployment, "-w", ...output], (line) => {
        const [wanted = 0, ready = 0] = line.trim().split(/\s+/).map(Number);
        return met({ wanted, ready: ready || 0 });
      });
      await change();
      await watching;
    },
    async cordon(node) {
      await say("cordon", node);
    },
    async uncordon(node) {
      await say("uncordon", node);
    },
    async drain(node) {
      await say("drain", node, ...drainWords, "--timeout=50s");
    },
    async drainHeld(node) {
      const words = ["drain", node, ...drainWords, "--timeout=50s"];
      const ended = await kubectl.run(words, "", {}, ({ error }, end) => {
        if (/will retry/.test(error)) end();
      });
      return ended.error;
    },
    async scale(replicas) {
      await say("scale", deployment, `--replicas=${replicas}`);
      await rolledOut();
    },
    async restart() {
      await say("rollout", "restart", deployment);
      await rolledOut();
    },
    tryImage: (image) =>
      say(
        ...["patch", deployment, "--dry-run=server", "-p", template(image)],
        ...["-o", "jsonpath={.spec.template.spec.containers[0].image}"],
      ),
    async setImage(image) {
      await say("patch", deployment, "-p", template(image));
      await rolledOut();
    },
    async rollBack() {
      await say("rollout", "undo", deployment);
      await rolledOut();
    },
    async viewerMayScale() {
      const asked = ["auth", "can-i", "patch", "deployments.apps", "--subresource=scale"];
      return (await kubectl.run(["--context", "viewer", ...inside, ...asked])).output.trim() === "yes";
    },
  };
}

/** Prepares the ground with kubectl, as an administrator; `policy` is the version of budgets that is served. */
export async function prepareUpkeep(kubectl: Kubectl, policy: string): Promise<Omit<Ground, "operator">> {
  const { nodes, deployment: wanted, namespace: home } = upkeepObjects(policy);
  const put = async (object: object) => {
    await kubectl.say(["apply", "-f", "-"], JSON.stringify(object));
  };
  for (const object of [home, ...nodes, wanted]) await put(object);
  for (const { metadata } of nodes) {
    const conditions = [{ type: "Ready", status: "True", reason: "KubeletReady", message: "ready" }];
    const words = ["--subresource=status", "--type=merge", "-p", JSON.stringify({ status: { conditions } })];
    await kubectl.say(["patch", "node", metadata.name, ...words]);
  }
  return {
    put,
    remove: async (object) => {
      await kubectl.say(["delete", "-f", "-"], JSON.stringify(object));
    },
    truth: (what, path) => kubectl.say([...inside, "get", what, "-o", `jsonpath=${path}`]),
  };
}

/** Takes everything away again. */
export async function clearUpkeep(kubectl: Kubectl): Promise<void> {
  await kubectl.run(["delete", "namespace", namespace, "--timeout=40s"]);
  await kubectl.run(["delete", "node", ...upkeep.nodes, "--timeout=20s"]);
}
