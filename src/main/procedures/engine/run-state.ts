import { secondInWords } from "../../../shared/amount-words.ts";
import type { OpsError } from "../../../shared/errors.ts";
import type { PlanNode } from "../../../shared/plan.ts";
import { praOriginSchema } from "../../../shared/pra-plan.ts";
import type { Block, RunState, RunStatus, StepStatus } from "../../../shared/run.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { fillOutcomes } from "../definition/placeholders.ts";
import { type FoldedNode, type FoldedRun, isMadeUpFor, mayRepeat } from "./folded-run.ts";
import { remainingTime, type StepHistory } from "./forecast.ts";
import { handOverState } from "./hand-over.ts";
import { retryAt } from "./moves.ts";
import { reasonWords } from "./own-reasons.ts";
import { Capacity, isContainer, type Judge, outcomeOf, readinessOf } from "./readiness.ts";
import { waitWords } from "./wait-words.ts";

/** What is known of a run beside its events. */
export interface Around {
  /** Whether this console goes on with it. */
  active: boolean;
  judge: Judge;
  history: StepHistory;
  now: number;
  trouble: OpsError | null;
}

/** A run as the screens and the command line show it. */
export function runStateOf(run: FoldedRun, around: Around): RunState {
  const capacity = new Capacity(run);
  const steps = [...run.nodes.values()].map((found) => stepOf(run, found, around, capacity));
  const nodes = [...run.nodes.values()].map((found) => shownNode(run, found));
  return {
    id: run.id,
    procedure: run.plan.procedure,
    title: run.plan.title,
    planHash: run.plan.hash,
    ...(run.pra && { pra: praOriginSchema.parse(run.pra) }),
    variables: run.plan.variables,
    actor: run.actor,
    ...(run.leader !== run.actor && { leader: run.leader }),
    ...(run.handOver && { handOver: handOverState(run) }),
    status: statusOf(run, steps),
    rollingBack: run.rollingBack !== null,
    ...(run.noReturn && { pastNoReturn: { node: run.noReturn.node, at: run.noReturn.at } }),
    startedAt: run.startedAt,
    endedAt: run.end?.at ?? null,
    reason: around.trouble?.text ?? run.end?.text ?? pausedWords(run),
    plan: { ...run.plan, nodes, leftOut: run.leftOut },
    steps,
    forecast: remainingTime(run, around.history, around.now),
  };
}

/** Never blended: what is unknown outweighs what runs nowhere, and what waits for a person is not called running. */
function statusOf(run: FoldedRun, steps: readonly StepStatus[]): RunStatus {
  if (run.end !== null) return run.end.status;
  if (run.paused !== null) return "paused";
  const acts = steps.some(({ node, state, blockedBy }) =>
    state === "running" ? !isContainerIn(run, node) : blockedBy !== null && movesByItself.has(blockedBy.kind),
  );
  if (acts) return "running";
  if (steps.some(({ state }) => state === "unknown-effect")) return "unknown-effect";
  const needsPerson = steps.some(({ blockedBy }) => blockedBy !== null && asksSomebody.has(blockedBy.kind));
  return needsPerson ? "waiting" : "running";
}

const asksSomebody: ReadonlySet<Block["kind"]> = new Set(["person", "gate", "condition"]);
const movesByItself: ReadonlySet<Block["kind"]> = new Set(["time", "fact", "retry"]);

function isContainerIn(run: FoldedRun, id: string): boolean {
  const found = run.nodes.get(id);
  return found !== undefined && isContainer(found);
}

function stepOf(run: FoldedRun, found: FoldedNode, around: Around, capacity: Capacity): StepStatus {
  const { node, doing, undoing } = found;
  const shown = undoing.state === "none" ? doing : undoing;
  const blockedBy = run.end === null ? blockOf(run, found, around, capacity) : null;
  return {
    node: node.id,
    state: stateOf(found, blockedBy),
    since: found.since,
    startedAt: doing.startedAt,
    endedAt: shown.endedAt,
    attempts: doing.attempts,
    task: shown.task,
    reason: shown.reason,
    skippedBy: found.skippedBy,
    blockedBy,
    ...(isMadeUpFor(run, found) && !mayRepeat(run, found) && { untold: true }),
    ...askedOf(found),
    ...(found.approvals.length > 0 && { approvedBy: found.approvals }),
    forecast: around.history.ofStep(run.plan.procedure, node),
  };
}

/** A node with what it names of the outcomes of others, once these are known. */
function shownNode(run: FoldedRun, { node }: FoldedNode): PlanNode {
  if (node.kind !== "gate" || !node.gate.late) return node;
  const text = fillOutcomes(node.gate.text, (id) => outcomeOf(run, id) ?? "…");
  return { ...node, gate: { ...node.gate, text } };
}

function stateOf(found: FoldedNode, blockedBy: Block | null): StepStatus["state"] {
  const { kind } = found.node;
  if (found.state === "running" && (kind === "wait" || kind === "gate")) return "waiting";
  return found.state === "pending" && blockedBy !== null ? "blocked" : found.state;
}

function blockOf(run: FoldedRun, found: FoldedNode, around: Around, capacity: Capacity): Block | null {
  const { node, state } = found;
  if (state === "failed") {
    // Of a run that is rolled back only a failed compensation is still to be decided about.
    const over = run.rollingBack !== null && found.undoing.state === "none";
    return over || run.cancelled !== null ? null : (retryBlock(run, found) ?? person());
  }
  if (state === "unknown-effect" || isMadeUpFor(run, found)) return person();
  if (state === "running") {
    if (node.kind === "gate") return gateBlock(run, found);
    if (node.kind !== "wait") return null;
    return node.wait.kind === "for"
      ? untilTime(found.until)
      : { kind: "fact", text: waitWords(node.wait), nodes: [] };
  }
  if (state !== "pending" || run.rollingBack !== null || run.cancelled !== null) return null;
  const readiness = readinessOf(run, found, around.judge);
  if (readiness.kind === "blocked") return readiness.block();
  if (run.paused !== null) return { kind: "paused", text: pausedText, nodes: [] };
  return readiness.kind === "ready" ? capacity.take(found) : null;
}

function retryBlock(run: FoldedRun, found: FoldedNode): Block | null {
  const due = retryAt(run, found);
  if (due === null) return null;
  const at = secondInWords(due);
  return { kind: "retry", text: text(`It is tried again at ${at}.`, `Nouvel essai à ${at}.`), nodes: [] };
}

function person(): Block {
  return {
    kind: "person",
    text: text(
      "A person has to decide: retry, skip, adopt, compensate, roll back or cancel.",
      "Une personne doit décider : relancer, passer, adopter, compenser, défaire ou annuler.",
    ),
    nodes: [],
  };
}

function gateBlock(run: FoldedRun, found: FoldedNode): Block {
  const other = found.node.kind === "gate" && found.node.gate.approvers === 2 && found.approvals.length === 0;
  const words = other
    ? text(
        `A person other than ${run.leader} has to approve it.`,
        `Une personne autre que ${run.leader} doit l'approuver.`,
      )
    : text("A person has to approve it.", "Une personne doit l'approuver.");
  return { kind: "gate", text: words, nodes: [] };
}

function askedOf({ state, requests }: FoldedNode): Pick<StepStatus, "asked"> {
  const last = requests.at(-1);
  if (last === undefined || state !== "running") return {};
  const { requestedBy, requestedAt, expiresAt } = last.request;
  return { asked: { by: requestedBy, to: last.to, at: requestedAt, expiresAt } };
}

function untilTime(until: number | null): Block {
  const at = secondInWords(until ?? 0);
  return { kind: "time", text: text(`It waits until ${at}.`, `Attente jusqu'au ${at}.`), nodes: [] };
}

const pausedText = text("The run is paused.", "L'exécution est en pause.");

function pausedWords(run: FoldedRun): LocalText | null {
  if (run.paused === null) return null;
  const { reason } = run.paused;
  if (reason === "") return pausedText;
  const words = reasonWords(reason);
  return text(`The run is paused: ${words.en}`, `L'exécution est en pause : ${words.fr}`);
}
