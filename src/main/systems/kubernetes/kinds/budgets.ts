import type { Problem } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { acceptWords, type Item, ItemReader } from "../list-watch/items.ts";
import type { BudgetPart, Gatherer, Mirrored } from "./kind.ts";
import { labelQuery } from "./label-query.ts";
import { at, attachedTo, numberAt, problem, resourceIds, wordAt } from "./seen.ts";

/** How many budgets that allow nothing are asked for their pods at a time, and how many pods of each are named. */
const mostAsked = 20;
const mostNamed = 10;

export function budgetPart({ metadata, object }: Item): BudgetPart | null {
  if (metadata.namespace === null || object === null) return null;
  const status = (key: string) => numberAt(object, "status", key) ?? 0;
  const version = (wordAt(object, "apiVersion") ?? "policy/v1").split("/").at(-1) ?? "v1";
  const selector = at(object, "spec", "selector");
  return {
    is: "budget",
    namespace: metadata.namespace,
    name: metadata.name,
    version: metadata.resourceVersion,
    allowed: status("disruptionsAllowed"),
    healthy: status("currentHealthy"),
    needed: status("desiredHealthy"),
    pods: status("expectedPods"),
    // An empty selector selects everything in policy/v1, and nothing in policy/v1beta1.
    labels: labelQuery(selector, version === "v1" ? "" : null),
  };
}

/** PodDisruptionBudgets as lines of their namespace; of those that allow nothing now, the pods that they hold. */
export class BudgetGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  /** By namespace and name: of which version of the budget, and the names of its pods. */
  readonly #pods = new Map<string, { version: string; names: readonly string[] }>();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const lines = new Map<string, Mirrored>();
    for (const budget of budgetsIn(objects)) {
      const key = keyOf(budget);
      const to = resourceIds.namespace(this.#access.system, budget.namespace);
      const figures = `${budget.allowed} (${budget.healthy}/${budget.needed})`;
      const attached = attachedTo(to, {
        lines: {
          "kubernetes.budgets": `${budget.name}: ${figures}`,
          ...(holds(budget) && { "kubernetes.budgetsHolding": this.#holding(budget) }),
        },
        problems: problemsOf(budget),
      });
      lines.set(key, { seen: null, attached, part: null });
    }
    return lines;
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const holding = budgetsIn(objects).filter(holds);
    const keys = new Set(holding.map(keyOf));
    for (const key of this.#pods.keys()) if (!keys.has(key)) this.#pods.delete(key);
    const unknown = holding.filter(
      (budget) => budget.labels !== null && this.#pods.get(keyOf(budget))?.version !== budget.version,
    );
    for (const budget of unknown.slice(0, mostAsked)) {
      this.#pods.set(keyOf(budget), { version: budget.version, names: await this.#namesOf(budget, signal) });
    }
    return unknown.length > 0;
  }

  #holding(budget: BudgetPart): string {
    const names = this.#pods.get(keyOf(budget))?.names ?? [];
    if (names.length === 0) return budget.name;
    const more = budget.pods > names.length ? ` … (${budget.pods})` : "";
    return `${budget.name}: ${names.join(", ")}${more}`;
  }

  async #namesOf(budget: BudgetPart, signal: AbortSignal): Promise<string[]> {
    const body = await this.#access.ask({
      path: `/api/v1/namespaces/${budget.namespace}/pods`,
      query: { limit: mostNamed, ...(budget.labels && { labelSelector: budget.labels }) },
      accept: acceptWords.metadata,
      signal,
    });
    return (new ItemReader().read(body)?.items ?? []).map(({ metadata }) => metadata.name);
  }
}

/** Whether it allows no eviction although there are pods to evict. */
function holds({ allowed, pods }: BudgetPart): boolean {
  return allowed <= 0 && pods > 0;
}

function problemsOf({ name, healthy, needed }: BudgetPart): Problem[] {
  if (healthy >= needed) return [];
  return [
    problem(
      "budget-unmet",
      "warning",
      text(
        `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy}.`,
        `Le budget d'interruption ${name} exige ${needed} pods sains et en a ${healthy}.`,
      ),
    ),
  ];
}

function budgetsIn(objects: Iterable<Mirrored>): BudgetPart[] {
  return [...objects].flatMap(({ part }) => (part?.is === "budget" ? [part] : []));
}

function keyOf({ namespace, name }: BudgetPart): string {
  return `${namespace}/${name}`;
}
