import type { PlanNode } from "../../../shared/plan.ts";
import type { PraRunView } from "../../../shared/pra.ts";
import type { RunState } from "../../../shared/run.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { isThrough, type ViewedStep } from "./steps.ts";

type Next = NonNullable<PraRunView["next"]>;

/**
 * The one thing that a person is to do next: first what nobody knows, then what failed, then what is asked at a gate, then a
 * pause; while the run goes on by itself, the gate that it comes to. Null when there is nothing.
 */
export function nextOf(run: RunState, steps: readonly ViewedStep[]): Next | null {
  if (run.endedAt !== null && run.status !== "unknown-effect") return null;
  return settle(steps) ?? decide(steps) ?? approve(run, steps) ?? resume(run) ?? upcoming(run, steps);
}

function settle(steps: readonly ViewedStep[]): Next | null {
  const found = oldest(steps.filter(({ step }) => step.state === "unknown-effect"));
  if (!found) return null;
  return at("settle", found, {
    words: text(
      "Nobody knows whether this took effect. Look at its target, then adopt it as done or skip it with a reason.",
      "On ne sait pas si cela a eu lieu. Regardez sa cible, puis adoptez l'étape comme faite ou passez-la en donnant un motif.",
    ),
  });
}

function decide(steps: readonly ViewedStep[]): Next | null {
  const found = oldest(
    steps.filter(({ step }) => step.state === "failed" && step.blockedBy?.kind === "person"),
  );
  const condition = oldest(steps.filter(({ step }) => step.blockedBy?.kind === "condition"));
  const compensated = oldest(
    steps.filter(({ step }) => step.state === "compensated" && step.blockedBy?.kind === "person"),
  );
  const open = found ?? compensated ?? condition;
  if (!open) return null;
  const { step } = open;
  return at("decide", open, {
    words: (step === condition?.step ? step.blockedBy?.text : step.reason) ?? toDecide,
  });
}

const toDecide = text(
  "It did not end well. Decide how the run goes on.",
  "Elle ne s'est pas bien terminée. Décidez de la suite de l'exécution.",
);

function approve(run: RunState, steps: readonly ViewedStep[]): Next | null {
  const found = oldest(
    steps.filter(({ step }) => step.state === "waiting" && step.blockedBy?.kind === "gate"),
  );
  if (found?.node.kind !== "gate") return null;
  return at("approve", found, { words: found.node.gate.text, notBy: notBy(run, found.node) });
}

/** Neither who began the run nor who leads it approves as the second person. */
function notBy(run: RunState, node: PlanNode): string[] {
  if (node.kind !== "gate" || node.gate.approvers !== 2) return [];
  return [...new Set([run.actor, run.leader ?? run.actor])];
}

function resume(run: RunState): Next | null {
  if (run.status !== "paused") return null;
  return {
    kind: "resume",
    node: null,
    title: text("Resume the run", "Reprendre l'exécution"),
    text: run.reason ?? text("The run is paused.", "L'exécution est en pause."),
    since: null,
    after: [],
    notBy: [],
  };
}

/** The next gate that the run comes to, and the steps that are under way or wait before it. */
function upcoming(run: RunState, steps: readonly ViewedStep[]): Next | null {
  if (run.rollingBack) return null;
  const gate = steps.find(
    ({ node, step }) => node.kind === "gate" && (step.state === "pending" || step.state === "blocked"),
  );
  if (gate?.node.kind !== "gate") return null;
  const before = stepsBefore(run, gate.node.id);
  const after = steps.filter(
    ({ node, step }) => before.has(node.id) && !isThrough(step) && step.startedAt !== null,
  );
  const words = after.length > 0 ? gate.node.gate.text : (gate.step.blockedBy?.text ?? gate.node.gate.text);
  return at("wait", gate, {
    words,
    notBy: notBy(run, gate.node),
    after: after.map(({ node }) => ({ node: node.id, title: node.title })),
    since: null,
  });
}

/** Every node that must have ended before one begins, those inside them and around it included. */
function stepsBefore(run: RunState, id: string): Set<string> {
  const nodes = new Map(run.plan.nodes.map((node) => [node.id, node]));
  const children = new Map<string, string[]>();
  for (const { id: child, parent } of run.plan.nodes)
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), child]);
  const found = new Set<string>();
  const inside = (node: string) => {
    if (found.has(node)) return;
    found.add(node);
    for (const child of children.get(node) ?? []) inside(child);
    climb(node);
  };
  const climb = (node: string) => {
    const known = nodes.get(node);
    for (const need of [...(known?.needs ?? []), ...(known?.after ?? [])]) inside(need);
  };
  for (let node: string | null = id; node !== null; node = nodes.get(node)?.parent ?? null) climb(node);
  return found;
}

function oldest(steps: readonly ViewedStep[]): ViewedStep | null {
  return steps.reduce<ViewedStep | null>(
    (first, one) => (first === null || one.step.since < first.step.since ? one : first),
    null,
  );
}

function at(
  kind: Next["kind"],
  { node, step }: ViewedStep,
  more: { words: LocalText; since?: null; after?: Next["after"]; notBy?: string[] },
): Next {
  return {
    kind,
    node: node.id,
    title: node.title,
    text: more.words,
    since: more.since === null ? null : step.since,
    after: more.after ?? [],
    notBy: more.notBy ?? [],
  };
}
