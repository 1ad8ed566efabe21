import type { Evidence, EvidenceStep } from "../../../shared/evidence.ts";
import type { JournalEvent } from "../../../shared/journal.ts";
import { type Language, type LocalText, sameText } from "../../../shared/text.ts";
import type { FoldedRun } from "../engine/folded-run.ts";
import type { FinalStatus } from "../engine/run-events.ts";
import { measureTables } from "./measure-tables.ts";
import { type EvidenceParts, toldRun } from "./run-evidence.ts";
import { chainWords, decisionWords, durationWords, moment, stateWords, statusWords, words } from "./words.ts";

export interface ReportParts extends EvidenceParts {
  language: Language;
}

/**
 * Words of a report. `code`: an identifier or a hash; `block`: words whose line feeds count; `unbroken`: stays on one line;
 * `below`: an identifier under them.
 */
export interface Cell {
  words: string;
  code?: true;
  block?: true;
  unbroken?: true;
  below?: string;
}

export interface ReportTable {
  heading: string;
  heads: string[];
  rows: Cell[][];
  /** In place of a table without rows. */
  none: string;
  /** What there is to know about it, above it. */
  note?: string;
}

/** The evidence of a run in one language, before it is a page or a PDF. */
export interface ReportModel {
  language: Language;
  run: string;
  title: string;
  evidence: string;
  status: { key: FinalStatus | "open" | "paused"; words: string };
  pairs: { name: string; value: Cell }[];
  values: { heading: string; pairs: { name: string; value: Cell }[] };
  /** What was promised beside what was measured; none where there is nothing to measure against. */
  measures: ReportTable[];
  steps: ReportTable;
  decisions: ReportTable;
  /** Signed decisions and notes; null where there are none. */
  approvals: ReportTable | null;
  handOvers: ReportTable | null;
  notes: ReportTable | null;
  events: ReportTable;
  chain: { heading: string; intact: boolean; words: string };
  built: string;
  now: number;
}

/**
 * The evidence of a run: what was asked for, each step with its proof, what people decided, and every event of it with
 * its place in the chain. It is made of the journal alone. Throws OpsError `run.unknown`.
 */
export function reportModel(parts: ReportParts): ReportModel {
  const { run: id, language, verdict, now } = parts;
  const { run, own, evidence } = toldRun(parts);
  const say = (words: LocalText) => words[language];
  const pair = (name: LocalText, value: string | Cell) => ({
    name: say(name),
    value: typeof value === "string" ? { words: value } : value,
  });
  const key = run.end?.status ?? (run.paused === null ? "open" : "paused");
  const { workstation, took } = evidence.run;
  return {
    language,
    run: id,
    title: say(run.plan.title),
    evidence: say(words.evidence),
    status: { key, words: say(statusWords[key]) },
    pairs: [
      pair(words.procedure, run.plan.procedure),
      pair(words.run, { words: id, code: true }),
      pair(words.plan, { words: run.plan.hash, code: true }),
      pair(words.startedBy, `${run.actor} (${workstation})`),
      ...(run.leader === run.actor ? [] : [pair(words.ledBy, run.leader)]),
      pair(words.reason, run.reason === "" ? say(words.noReason) : run.reason),
      pair(words.started, moment(run.startedAt)),
      pair(words.ended, run.end === null ? say(words.notEnded) : moment(run.end.at)),
      ...(took === null ? [] : [pair(words.took, say(durationWords(took)))]),
      ...(run.end === null ? [] : [pair(words.outcome, say(run.end.text))]),
    ],
    values: {
      heading: say(words.values),
      pairs: Object.entries(run.plan.variables).map(([name, value]) => ({
        name,
        value: { words: Array.isArray(value) ? value.join(", ") : String(value) },
      })),
    },
    measures: measureTables(evidence, say),
    steps: stepTable(evidence.steps, say),
    decisions: decisionTable(run, own, say),
    approvals: approvalTable(run, evidence.approvals, say),
    handOvers: handOverTable(evidence.handOvers, say),
    notes: noteTable(run, say),
    events: eventTable(evidence.journal.events, say),
    chain: { heading: say(words.chain), intact: verdict.intact, words: say(chainWords(verdict)) },
    built: `${say(words.built)} ${moment(now)}`,
    now,
  };
}

export type Say = (words: LocalText) => string;

function stepTable(steps: readonly EvidenceStep[], say: Say): ReportTable {
  const { step, target, state, begun, ended, took, before, tries, proof } = words;
  const heads = [step, target, state, begun, ended, took, before, tries, proof].map(say);
  return { heading: say(words.steps), heads, rows: steps.map((one) => stepRow(one, say)), none: "" };
}

function stepRow(step: EvidenceStep, say: Say): Cell[] {
  const { node, title, target, state, reason, takenBack, startedAt, endedAt, took, earlier, attempts } = step;
  const back = takenBack?.reason ? `${say(words.undone)}: ${say(takenBack.reason)}` : "";
  const proof = [reason === null ? "" : say(reason), back].filter(Boolean).join(" — ");
  const long = (value: number | null) => ({ words: value === null ? "" : say(durationWords(value)) });
  return [
    { words: say(title), below: node },
    { words: target?.name ?? "" },
    { words: say(stateWords[state]) },
    time(startedAt),
    time(takenBack?.endedAt ?? endedAt),
    long(took),
    long(earlier),
    { words: String(attempts) },
    { words: proof },
  ];
}

function decisionTable(run: FoldedRun, events: readonly JournalEvent[], say: Say): ReportTable {
  const rows = events.flatMap((event): Cell[][] => {
    const what = Object.entries(decisionWords).find(([type]) => type === event.type)?.[1];
    if (what === undefined) return [];
    const { node, reason, by } = event.data;
    const title = typeof node === "string" ? run.nodes.get(node)?.node.title : undefined;
    return [
      [
        time(event.at),
        { words: `${typeof by === "string" ? by : event.actor} (${event.workstation})` },
        { words: say(what) },
        { words: title === undefined ? "" : say(title) },
        { words: typeof reason === "string" ? reason : "" },
      ],
    ];
  });
  const heads = [words.at, words.by, words.decision, words.step, words.reason].map(say);
  return { heading: say(words.decisions), heads, rows, none: say(words.noDecisions) };
}

/** Each signed decision with all that it takes to check it by `ssh-keygen -Y verify`, without this console. */
function approvalTable(run: FoldedRun, signed: Evidence["approvals"], say: Say): ReportTable | null {
  const rows = signed.map(({ at, verdict, namespace, signed: canonical, approval }): Cell[] => {
    const { request, operator, key, signature } = approval;
    return [
      time(at),
      { words: operator, below: approval.fingerprint },
      { words: say(verdict === "approve" ? words.approved : words.refused), below: namespace },
      { words: say(run.nodes.get(request.node)?.node.title ?? sameText(request.node)) },
      { words: canonical, block: true },
      { words: signature.trimEnd(), block: true },
      { words: key, block: true },
    ];
  });
  if (rows.length === 0) return null;
  const heads = [words.at, words.by, words.decision, words.step, words.request, words.signature, words.key];
  return { heading: say(words.approvals), heads: heads.map(say), rows, none: "", note: say(words.verify) };
}

/** Each hand-over, with what it takes to check the signature of whoever took the run. */
function handOverTable(handOvers: Evidence["handOvers"], say: Say): ReportTable | null {
  if (handOvers.length === 0) return null;
  const rows = handOvers.map(({ at, by, to, reason, countersigned }): Cell[] => [
    time(at),
    { words: by },
    countersigned ? { words: to, below: countersigned.fingerprint } : { words: to },
    { words: reason },
    countersigned ? { words: countersigned.text, block: true } : { words: say(words.notSigned) },
    { words: countersigned?.signature.trimEnd() ?? "", block: true },
    { words: countersigned?.key ?? "", block: true },
  ]);
  const heads = [
    words.at,
    words.from,
    words.takenBy,
    words.reason,
    words.request,
    words.signature,
    words.key,
  ];
  return {
    heading: say(words.handOvers),
    heads: heads.map(say),
    rows,
    none: "",
    note: say(words.verifyHandOver),
  };
}

function noteTable(run: FoldedRun, say: Say): ReportTable | null {
  if (run.notes.length === 0) return null;
  const heads = [words.at, words.by, words.step, words.note, words.attachment].map(say);
  const rows = run.notes.map(({ at, by, node, text, attachment }): Cell[] => [
    time(at),
    { words: by },
    { words: node === null ? "" : say(run.nodes.get(node)?.node.title ?? sameText(node)) },
    { words: text },
    attachment === null ? { words: "" } : { words: attachment.name, below: attachment.sha256 },
  ]);
  return { heading: say(words.notes), heads, rows, none: "" };
}

function eventTable(events: Evidence["journal"]["events"], say: Say): ReportTable {
  const rows = events.map(({ sequence, at, actor, type, subject, hash }): Cell[] => [
    { words: String(sequence) },
    time(at),
    { words: actor },
    { words: type },
    { words: subject ?? "" },
    { words: hash, code: true },
  ]);
  const heads = [words.sequence, words.at, words.by, words.event, words.subject, words.hash].map(say);
  return { heading: say(words.journal), heads, rows, none: "" };
}

/** Nothing for what has not happened. */
function time(at: number | null): Cell {
  return { words: at === null ? "" : moment(at), unbroken: true };
}
