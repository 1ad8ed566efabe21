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
/** The workload's image, and the one it is changed to. */
export const images = ["registry.atelier.example/web:1", "registry.atelier.example/web:2"] as const;
const mark = { upkeep: "yes" };

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
