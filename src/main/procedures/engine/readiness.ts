import type { Block } from "../../../shared/run.ts";
import { text } from "../../../shared/text.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { descendants } from "./run-fold.ts";

/** Whether a node may begin: yes, never (it is left out), or not yet and why. */
export type Readiness = { kind: "ready" } | { kind: "left-out" } | { kind: "blocked"; block(): Block };

/** Says whether a condition that is decided on reaching its node holds; null when it cannot be told. */
export type Judge = (node: FoldedNode) => boolean | null;

const leftOut: Readiness = { kind: "left-out" };

/** Whether a node that has not begun may begin now, apart from limits on how many do so at once. */
export function readinessOf(run: FoldedRun, found: FoldedNode, judge: Judge): Readiness {
  const { node } = found;
  const parent = node.parent === null ? null : run.nodes.get(node.parent);
  if (parent !== null && (parent?.state !== "running" || isUnexpanded(run, parent)))
    return waitsFor(run, () => (node.parent === null ? [] : [node.parent]));
  const isLeftOut = (id: string) => run.nodes.get(id)?.skippedBy === "condition";
  if (node.needs.some(isLeftOut)) return leftOut;
  const isMissing = (id: string) => !isThrough(run.nodes.get(id));
  if (node.needs.some(isMissing) || node.after.some(isMissing))
    return waitsFor(run, () => [...node.needs, ...node.after].filter(isMissing));
  if (node.when === null || node.when.value === true) return { kind: "ready" };
  const holds = node.when.value ?? judge(found);
  if (holds === false) return leftOut;
  const { words } = node.when;
  return holds ? { kind: "ready" } : { kind: "blocked", block: () => untold(words) };
}

/** Verified or skipped, whyever. */
export function isThrough(found: FoldedNode | undefined): boolean {
  return found?.state === "verified" || found?.state === "skipped";
}

/** How a step has ended, as conditions and inputs name it; undefined while it has not. */
export function outcomeOf(run: FoldedRun, node: string): string | undefined {
  const found = run.nodes.get(node);
  return isThrough(found) ? found?.state : undefined;
}

/** A `forEach` over a query of which it is not written down yet what it holds. */
export function isUnexpanded(run: FoldedRun, { node }: FoldedNode): boolean {
  return node.kind === "forEach" && node.forEach.dynamic !== null && !run.expanded.has(node.id);
}

export function isContainer({ node }: FoldedNode): boolean {
  return node.kind === "forEach" || node.kind === "procedure";
}

/** How many steps may begin beside those that are under way; asking takes the place. */
export class Capacity {
  readonly #run: FoldedRun;
  readonly #busy = new Map<string | null, number>();
  readonly #items = new Map<string, Set<string>>();

  constructor(run: FoldedRun) {
    this.#run = run;
    for (const found of run.nodes.values())
      if (found.state === "running" && !isContainer(found)) this.#count(found);
  }

  /** Takes a place for a step, or answers with what it has to wait for. */
  take(found: FoldedNode): Block | null {
    if (isContainer(found)) return null;
    const limits: [string | null, number][] = [[null, this.#run.plan.parallel]];
    for (const { container, item } of this.#around(found)) {
      if (container.node.kind === "procedure") limits.push([container.node.id, container.node.parallel]);
      if (container.node.kind !== "forEach" || item === null) continue;
      const open = this.#openItems(container);
      if (!open.has(item) && open.size >= container.node.forEach.parallel) return full([container.node.id]);
    }
    if (limits.some(([id, most]) => (this.#busy.get(id) ?? 0) >= most)) return full([]);
    this.#count(found);
    for (const { container, item } of this.#around(found))
      if (container.node.kind === "forEach" && item !== null) this.#openItems(container).add(item);
    return null;
  }

  #count(found: FoldedNode): void {
    this.#busy.set(null, (this.#busy.get(null) ?? 0) + 1);
    for (const { container } of this.#around(found)) {
      const { id } = container.node;
      this.#busy.set(id, (this.#busy.get(id) ?? 0) + 1);
    }
  }

  /** The containers around a node, with the item of each that it belongs to. */
  *#around(found: FoldedNode): Generator<{ container: FoldedNode; item: string | null }> {
    let inner = found;
    while (inner.node.parent !== null) {
      const container = this.#run.nodes.get(inner.node.parent);
      if (container === undefined) return;
      yield { container, item: inner.node.item };
      inner = container;
    }
  }

  /** The items that have begun and of which something is not through yet. */
  #openItems(container: FoldedNode): Set<string> {
    const known = this.#items.get(container.node.id);
    if (known !== undefined) return known;
    const open = new Set<string>();
    for (const child of this.#run.children.get(container.node.id) ?? []) {
      if (child.node.item === null || open.has(child.node.item)) continue;
      if (hasBegun(this.#run, container, child.node.item)) open.add(child.node.item);
    }
    this.#items.set(container.node.id, open);
    return open;
  }
}

function hasBegun(run: FoldedRun, container: FoldedNode, item: string): boolean {
  const own = (run.children.get(container.node.id) ?? []).filter((child) => child.node.item === item);
  const all = own.flatMap((child) => [child, ...descendants(run, child.node.id)]);
  return all.some((one) => one.state !== "pending") && !all.every(isThrough);
}

/** Made into words only for whoever wants to read them: this is asked of every step at every turn. */
function waitsFor(run: FoldedRun, nodes: () => string[]): Readiness {
  return { kind: "blocked", block: () => behind(run, nodes()) };
}

function behind(run: FoldedRun, nodes: string[]): Block {
  const names = nodes.map((id) => run.nodes.get(id)?.node.title ?? text(id, id));
  const shown = names.slice(0, 3);
  const more = names.length > shown.length ? " …" : "";
  const words = text(
    `It comes after ${shown.map((name) => `"${name.en}"`).join(", ")}${more}.`,
    `Elle vient après ${shown.map((name) => `« ${name.fr} »`).join(", ")}${more}.`,
  );
  return { kind: "needs", text: words, nodes };
}

function untold(words: string): Block {
  return {
    kind: "condition",
    text: text(
      `Nobody can tell yet whether its condition holds: ${words}`,
      `On ne peut pas encore dire si sa condition est remplie : ${words}`,
    ),
    nodes: [],
  };
}

function full(nodes: string[]): Block {
  return {
    kind: "parallel",
    text: text(
      "As many steps as allowed are under way; it is next when one ends.",
      "Autant d'étapes que permis sont en cours ; elle suivra la fin de l'une d'elles.",
    ),
    nodes,
  };
}
