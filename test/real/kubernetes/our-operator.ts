import { dirname } from "node:path";
import type { ActionContext } from "../../../src/main/actions/action.ts";
import { Inventory } from "../../../src/main/inventory/inventory.ts";
import { Surroundings } from "../../../src/main/reach/testing/surroundings.ts";
import { kubernetesSystem } from "../../../src/main/systems/kubernetes/index.ts";
import type { System } from "../../../src/main/systems/system.ts";
import type { Resource } from "../../../src/shared/resource.ts";
import { kubernetesSystemSchema } from "../../../src/shared/systems/kubernetes.ts";
import { type Operator, upkeep } from "./upkeep.ts";

const id = "cluster";
const { namespace, workload } = upkeep;
const limit = 50_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

/** One log-in to a cluster by the console's own system, and the inventory that it tells. */
class Seat {
  readonly system: System;
  readonly inventory = new Inventory();
  private readonly around = new Surroundings();
  private readonly stop = new AbortController();

  constructor(kubeconfig: string, context: string) {
    const config = kubernetesSystemSchema.parse({ type: "kubernetes", kubeconfig, context, every: "5s" });
    this.system = kubernetesSystem.create(config, {
      id,
      reach: this.around.reach,
      secrets: { resolve: () => Promise.reject(new Error("no secret is needed")) },
      questions: this.around.questions,
      now: Date.now,
      estateFolder: () => dirname(kubeconfig),
    });
  }

  /** Reads everything, or what is named, which is followed from then on. */
  look(...resources: string[]): Promise<void> {
    const named = resources.length > 0 ? resources : undefined;
    return this.system.observe(this.inventory, this.stop.signal, named);
  }

  resource(resource: string): Resource {
    const found = this.inventory.get(resource);
    if (!found) throw new Error(`${resource} was not seen`);
    return found;
  }

  action(name: string) {
    const found = this.system.actions.find((action) => action.id === `kubernetes.${name}`);
    if (!found) throw new Error(`no action ${name}`);
    return found;
  }

  /** Runs an action as the runner does: probe, apply, proof. */
  async run(name: string, resource: string, input: Record<string, unknown> = {}): Promise<void> {
    const action = this.action(name);
    const of = this.resource(resource);
    const blocked = action.unavailable?.(of);
    if (blocked) throw new Error(blocked.en);
    const context: ActionContext = {
      resource: of,
      signal: AbortSignal.timeout(limit),
      progress: () => {},
      output: () => {},
      committed: () => {},
    };
    const parsed = action.input.parse(input);
    const probe = await action.probe(context, parsed);
    if (probe.state === "done") return;
    if (probe.state !== "needed") throw new Error(probe.text.en);
    const applied = await action.apply(context, parsed, probe);
    const proof = await action.verify(context, parsed, probe, applied);
    if (!proof.proven) throw new Error(proof.text.en);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.system.close();
    this.inventory.close();
    await this.around.close();
  }
}

/** The upkeep of a cluster by the console's own client, with the contexts `context` and `viewer` of a kubeconfig. */
export function ourOperator(
  kubeconfig: string,
  context: string,
): { operator: Operator; begin(): Promise<void>; close(): Promise<void> } {
  const seat = new Seat(kubeconfig, context);
  const viewer = new Seat(kubeconfig, "viewer");
  const web = `${id}/workloads/Deployment/${namespace}/${workload}`;
  const nodeId = (node: string) => `${id}/nodes/${node}`;
  const manifests = () => {
    const found = seat.system.manifests?.(web);
    if (!found) throw new Error("no manifest");
    return found;
  };
  const edited = async (image: string) => {
    const { yaml, version } = await manifests().read(web, AbortSignal.timeout(limit));
    return { yaml: yaml.replace(/(image: ).*/, `$1${image}`), version };
  };
  const podsOf = `${id}/pods/${namespace}/`;
  const fact = (of: Resource | null, name: string) => of?.facts[name]?.value;
  const operator: Operator = {
    async pods() {
      await seat.look(`${podsOf}any`, web);
      return seat.inventory
        .all()
        .filter((entry) => entry.kind === "pod" && entry.id.startsWith(podsOf))
        .filter((pod) => fact(pod, "kubernetes.status") !== "Terminating")
        .map((pod) => ({
          name: pod.name,
          node: String(fact(pod, "kubernetes.node") ?? ""),
          ready: fact(pod, "kubernetes.podReady") === "1/1",
        }));
    },
    async watch(met, change) {
      await seat.look(web);
      await change();
      const end = Date.now() + limit;
      const now = () => ({
        wanted: Number(fact(seat.inventory.get(web), "kubernetes.replicas")),
        ready: Number(fact(seat.inventory.get(web), "kubernetes.replicasReady")),
      });
      while (!met(now())) {
        if (Date.now() > end) throw new Error(`nothing was told: ${JSON.stringify(now())}`);
        await pause();
      }
    },
    cordon: (node) => seat.run("cordon", nodeId(node)),
    uncordon: (node) => seat.run("uncordon", nodeId(node)),
    drain: (node) => seat.run("drain", nodeId(node), { localData: true, unmanaged: true }),
    async drainHeld(node) {
      const drains = seat.system.drains;
      if (!drains) throw new Error("no drains");
      const said: string[] = [];
      const stop = drains.onChange((view) => {
        for (const { state, reason } of view.pods) {
          if (state !== "blocked" || !reason) continue;
          said.push(reason.en);
          drains.wish(nodeId(node), "abort");
        }
      });
      const ended = await seat
        .run("drain", nodeId(node), { localData: true, unmanaged: true })
        .then(
          () => "drained",
          (error: Error) => error.message,
        )
        .finally(stop);
      return `${ended} ${said.join(" ")}`;
    },
    scale: (replicas) => seat.run("scale", web, { replicas }),
    restart: () => seat.run("restart", web),
    async tryImage(image) {
      const check = await manifests().check(
        { resource: web, ...(await edited(image)) },
        AbortSignal.timeout(limit),
      );
      return (
        /image: (\S+)/.exec(check.outcome === "changed" ? check.after : check.outcome)?.[1] ?? check.outcome
      );
    },
    setImage: async (image) => seat.run("edit", web, await edited(image)),
    rollBack: () => seat.run("roll-back", web),
    async viewerMayScale() {
      await viewer.look();
      await viewer.look(web);
      return viewer.action("scale").unavailable?.(viewer.resource(web)) === null;
    },
  };
  return {
    operator,
    begin: () => seat.look(),
    async close() {
      await seat.close();
      await viewer.close();
    },
  };
}
