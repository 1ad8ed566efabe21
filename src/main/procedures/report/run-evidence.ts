import { z } from "zod";
import type { Evidence, EvidenceStep } from "../../../shared/evidence.ts";
import type { JournalEvent, JournalVerdict } from "../../../shared/journal.ts";
import { signedApprovalSchema } from "../../../shared/people.ts";
import { type ClockStart, clockStart } from "../../../shared/pra-clock.ts";
import { canonicalJson } from "../../journal/chain.ts";
import { unknownRun } from "../engine/faults.ts";
import type { FoldedNode, FoldedRun } from "../engine/folded-run.ts";
import type { RunEventType } from "../engine/run-events.ts";
import { foldRun } from "../engine/run-fold.ts";
import { taskOf } from "../engine/step-words.ts";
import { approvalsOf, namespaceOf } from "./approvals.ts";
import { earlierRuns, type RunJournal } from "./earlier-runs.ts";
import { handOversOf } from "./hand-overs.ts";
import { measure, phaseSpan, servedIn, spanOf, stepTook, usualOf } from "./measures.ts";
import { decisionWords } from "./words.ts";

export interface EvidenceParts extends RunJournal {
  run: string;
  verdict: JournalVerdict;
  /** When the evidence is put together, epoch milliseconds. */
  now: number;
}

/** A run as its journal has it, with all that its evidence is told by. */
export interface ToldRun {
  run: FoldedRun;
  own: JournalEvent[];
  evidence: Evidence;
}

/**
 * The evidence of a run as data: what was promised and what was measured, each step beside what it took before, what
 * people decided and signed, and the events that prove it. It is made of the journal alone. Throws OpsError `run.unknown`.
 */
export function runEvidence(parts: EvidenceParts): Evidence {
  return toldRun(parts).evidence;
}

/** The same with the run that it was folded of, for who writes more of it. */
export function toldRun(parts: EvidenceParts): ToldRun {
  const own = parts.eventsOf(parts.run);
  const run = foldRun(own);
  const [first] = own;
  if (run === null || first === undefined) throw unknownRun(parts.run);
  const before = { procedure: run.plan.procedure, sequence: first.sequence, at: run.startedAt };
  const earlier = earlierRuns(parts, before);
  const told = {
    losses: saidOf(own, "pra.data-loss", lossSchema),
    served: saidOf(own, "pra.served", servedSchema),
  };
  const evidence: Evidence = {
    format: "passerelle-evidence",
    version: 1,
    builtAt: parts.now,
    run: {
      id: run.id,
      procedure: run.plan.procedure,
      title: run.plan.title,
      planHash: run.plan.hash,
      status: run.end?.status ?? (run.paused === null ? "open" : "paused"),
      outcome: run.end?.text ?? null,
      startedBy: run.actor,
      workstation: first.workstation,
      ledBy: run.leader,
      reason: run.reason,
      variables: run.plan.variables,
      ...spanOf(run.startedAt, run.end?.at ?? null),
    },
    pra: praOf(run, own),
    tiers: tiersOf(run, told),
    applications: applicationsOf(run, told),
    phases: (run.plan.phases ?? []).map(({ id, title }) => ({
      id,
      title,
      ...phaseSpan(run, id),
      ...usualOf(earlier, (one) => phaseSpan(one, id).took),
    })),
    steps: [...run.nodes.values()].map((found) => stepOf(found, earlier)),
    leftOut: run.leftOut.map(({ id, title, because }) => ({ node: id, title, because })),
    decisions: own.flatMap(decisionOf),
    approvals: approvalsOf(own).map(({ at, verdict, approval }) => ({
      at,
      verdict,
      namespace: namespaceOf(verdict),
      signed: canonicalJson(approval.request),
      approval,
    })),
    handOvers: handOversOf(own),
    notes: run.notes,
    earlier: earlier.map((one) => ({
      run: one.id,
      status: one.end?.status ?? "open",
      mode: one.pra?.mode ?? null,
      ...spanOf(one.startedAt, one.end?.at ?? null),
    })),
    journal: { verdict: parts.verdict, events: eventsOf(run, own, parts) },
  };
  return { run, own, evidence };
}

const lossSchema = z.object({
  application: z.string(),
  lost: z.number().min(0),
  lastGood: z.object({ at: z.number(), by: z.string(), name: z.string() }).nullable().catch(null),
});
type Loss = z.infer<typeof lossSchema>;

const servedSchema = z.object({ application: z.string(), servedAt: z.number().nullable() });
/** What the console saw of applications while the run was under way. */
interface Seen {
  losses: ReadonlyMap<string, Loss>;
  served: ReadonlyMap<string, z.infer<typeof servedSchema>>;
}

/** What was said of each application in events of one type; the first word counts. */
function saidOf<Said extends { application: string }>(
  events: readonly JournalEvent[],
  wanted: string,
  schema: z.ZodType<Said>,
): Map<string, Said> {
  const found = new Map<string, Said>();
  for (const { type, data } of events) {
    const said = type === wanted ? schema.safeParse(data).data : undefined;
    if (said !== undefined && !found.has(said.application)) found.set(said.application, said);
  }
  return found;
}

/** When its service was first seen to answer after its steps, or where nobody looked, when its steps had ended well. */
function servedAt(run: FoldedRun, application: string, { served }: Seen): number | null {
  const through = servedIn(run, application);
  const seen = served.get(application);
  if (through === null || seen === undefined) return through;
  return seen.servedAt === null ? null : Math.max(seen.servedAt, through);
}

/** Since when the RTO counts; see `clockStart`. */
function clockOf(run: FoldedRun): ClockStart {
  return clockStart(run, (node) => {
    const found = run.nodes.get(node);
    return found && { state: found.state, endedAt: found.doing.endedAt };
  });
}

function praOf(run: FoldedRun, own: readonly JournalEvent[]): Evidence["pra"] {
  if (run.pra === null) return null;
  const { plan, mode, direction, terms } = run.pra;
  const lossAcceptedBy = own.flatMap(({ type, at, data }) => {
    const node = typeof data.node === "string" ? run.nodes.get(data.node)?.node : undefined;
    if (type !== "run.gate-approved" || node?.kind !== "gate") return [];
    if (!node.gate.shows?.includes("data-loss") || typeof data.by !== "string") return [];
    const signed = signedApprovalSchema.safeParse(data.approval).data;
    return [{ by: data.by, at, node: node.id, signature: signed?.fingerprint ?? null }];
  });
  return {
    plan,
    mode,
    direction,
    title: terms?.title ?? null,
    from: terms?.from ?? null,
    to: terms?.to ?? null,
    clock: clockOf(run),
    lossAcceptedBy,
  };
}

function applicationsOf(run: FoldedRun, seen: Seen): Evidence["applications"] {
  const terms = run.pra?.terms;
  return (terms?.applications ?? []).map(({ id, title, tier }) => {
    const promised = terms?.tiers.find((one) => one.id === tier) ?? { rto: 0, rpo: 0 };
    const served = servedAt(run, id, seen);
    const loss = seen.losses.get(id) ?? null;
    const measured = {
      startedAt: clockOf(run).startedAt,
      servedAt: served,
      lost: loss?.lost ?? null,
      ended: run.end !== null,
    };
    return { id, title, tier, ...measure(promised, measured), broughtBack: loss?.lastGood ?? null };
  });
}

/** A tier served when the last of its applications did, and lost what the worst of them lost. */
function tiersOf(run: FoldedRun, seen: Seen): Evidence["tiers"] {
  const applications = applicationsOf(run, seen);
  return (run.pra?.terms?.tiers ?? []).map(({ id, title, rto, rpo }) => {
    const own = applications.filter(({ tier }) => tier === id);
    const served = own.flatMap(({ servedAt }) => servedAt ?? []);
    const lost = own.flatMap((one) => one.lost ?? []);
    const all = (known: number[]) => own.length > 0 && known.length === own.length;
    const measured = {
      startedAt: clockOf(run).startedAt,
      servedAt: all(served) ? Math.max(...served) : null,
      lost: all(lost) ? Math.max(...lost) : null,
      ended: run.end !== null && own.length > 0,
    };
    return { id, title, applications: own.length, ...measure({ rto, rpo }, measured) };
  });
}

function stepOf(found: FoldedNode, earlier: readonly FoldedRun[]): EvidenceStep {
  const { node, state, doing, undoing, skippedBy } = found;
  const inEarlier = (run: FoldedRun) => {
    const same = run.nodes.get(node.id) ?? [...run.nodes.values()].find((one) => one.node.step === node.step);
    return same === undefined ? null : stepTook(same);
  };
  return {
    node: node.id,
    step: node.step,
    title: node.title,
    kind: node.kind,
    phase: node.phase ?? null,
    application: node.application ?? null,
    pointOfNoReturn: node.pointOfNoReturn ?? false,
    action: node.kind === "action" ? node.action.id : null,
    target: node.kind === "action" ? node.action.target : null,
    state,
    ...spanOf(doing.startedAt, doing.endedAt),
    ...usualOf(earlier, inEarlier),
    attempts: doing.attempts,
    skippedBy,
    reason: doing.reason,
    takenBack:
      undoing.state === "none"
        ? null
        : {
            state: undoing.state,
            startedAt: undoing.startedAt,
            endedAt: undoing.endedAt,
            reason: undoing.reason,
          },
  };
}

function decisionOf({ type, at, actor, workstation, data }: JournalEvent): Evidence["decisions"] {
  if (decisionWords[type as RunEventType] === undefined) return [];
  const { node, reason, by } = data;
  return [
    {
      at,
      by: typeof by === "string" ? by : actor,
      workstation,
      decision: type,
      node: typeof node === "string" ? node : null,
      reason: typeof reason === "string" ? reason : "",
    },
  ];
}

/** Every event of the run and of what the action runner wrote of each try at each step, and at taking it back. */
function eventsOf(
  run: FoldedRun,
  own: readonly JournalEvent[],
  { eventsOf: ofTask }: RunJournal,
): Evidence["journal"]["events"] {
  const all = [...own];
  for (const { node, doing, undoing } of run.nodes.values()) {
    if (node.kind !== "action") continue;
    for (let n = 1; n <= doing.attempts; n += 1) all.push(...ofTask(taskOf(run.id, node.id, "do", n)));
    for (let n = 1; n <= undoing.attempts; n += 1) all.push(...ofTask(taskOf(run.id, node.id, "undo", n)));
  }
  return [...new Map(all.map((event) => [event.sequence, event])).values()]
    .sort((one, other) => one.sequence - other.sequence)
    .map(({ sequence, at, actor, type, subject, hash }) => ({ sequence, at, actor, type, subject, hash }));
}
