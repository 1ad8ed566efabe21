import type { JournalEvent, JournalVerdict } from "../../../shared/journal.ts";
import { type Language, type LocalText, sameText } from "../../../shared/text.ts";
import { canonicalJson } from "../../journal/chain.ts";
import { unknownRun } from "../engine/faults.ts";
import type { FoldedNode, FoldedRun } from "../engine/folded-run.ts";
import type { FinalStatus } from "../engine/run-events.ts";
import { foldRun } from "../engine/run-fold.ts";
import { taskOf } from "../engine/step-words.ts";
import { approvalsOf, namespaceOf } from "./approvals.ts";
import { chainWords, decisionWords, stateWords, statusWords, words } from "./words.ts";

export interface ReportParts {
  run: string;
  language: Language;
  /** The journal's events of one task or run, oldest first. */
  eventsOf(task: string): JournalEvent[];
  verdict: JournalVerdict;
  /** When the report is built, epoch milliseconds. */
  now: number;
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
  steps: ReportTable;
  decisions: ReportTable;
  /** Signed decisions and notes; null where there are none. */
  approvals: ReportTable | null;
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
export function reportModel({ run: id, language, eventsOf, verdict, now }: ReportParts): ReportModel {
  const own = eventsOf(id);
  const run = foldRun(own);
  const [first] = own;
  if (run === null || first === undefined) throw unknownRun(id);
  const say = (words: LocalText) => words[language];
  const pair = (name: LocalText, value: string | Cell) => ({
    name: say(name),
    value: typeof value === "string" ? { words: value } : value,
  });
  const key = run.end?.status ?? (run.paused === null ? "open" : "paused");
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
      pair(words.startedBy, `${run.actor} (${first.workstation})`),
      ...(run.leader === run.actor ? [] : [pair(words.ledBy, run.leader)]),
      pair(words.reason, run.reason === "" ? say(words.noReason) : run.reason),
      pair(words.started, moment(run.startedAt)),
      pair(words.ended, run.end === null ? say(words.notEnded) : moment(run.end.at)),
      ...(run.end === null ? [] : [pair(words.outcome, say(run.end.text))]),
    ],
    values: {
      heading: say(words.values),
      pairs: Object.entries(run.plan.variables).map(([name, value]) => ({
        name,
        value: { words: Array.isArray(value) ? value.join(", ") : String(value) },
      })),
    },
    steps: stepTable(run, say),
    decisions: decisionTable(run, own, say),
    approvals: approvalTable(run, own, say),
    notes: noteTable(run, say),
    events: eventTable([...own, ...taskEvents(run, eventsOf)], say),
    chain: { heading: say(words.chain), intact: verdict.intact, words: say(chainWords(verdict)) },
    built: `${say(words.built)} ${moment(now)}`,
    now,
  };
}

type Say = (words: LocalText) => string;

function stepTable(run: FoldedRun, say: Say): ReportTable {
  const heads = [words.step, words.target, words.state, words.begun, words.ended, words.tries, words.proof];
  const rows = [...run.nodes.values()].map((found) => stepRow(found, say));
  return { heading: say(words.steps), heads: heads.map(say), rows, none: "" };
}

function stepRow({ node, state, doing, undoing }: FoldedNode, say: Say): Cell[] {
  const target = node.kind === "action" ? node.action.target.name : "";
  const back = undoing.reason === null ? "" : `${say(words.undone)}: ${say(undoing.reason)}`;
  const proof = [doing.reason === null ? "" : say(doing.reason), back].filter(Boolean).join(" — ");
  return [
    { words: say(node.title), below: node.id },
    { words: target },
    { words: say(stateWords[state]) },
    time(doing.startedAt),
    time(undoing.endedAt ?? doing.endedAt),
    { words: String(doing.attempts) },
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
function approvalTable(run: FoldedRun, events: readonly JournalEvent[], say: Say): ReportTable | null {
  const rows = approvalsOf(events).map(({ at, verdict, approval }): Cell[] => {
    const { request, operator, key, signature } = approval;
    return [
      time(at),
      { words: operator, below: approval.fingerprint },
      { words: say(verdict === "approve" ? words.approved : words.refused), below: namespaceOf(verdict) },
      { words: say(run.nodes.get(request.node)?.node.title ?? sameText(request.node)) },
      { words: canonicalJson(request), block: true },
      { words: signature.trimEnd(), block: true },
      { words: key, block: true },
    ];
  });
  if (rows.length === 0) return null;
  const heads = [words.at, words.by, words.decision, words.step, words.request, words.signature, words.key];
  return { heading: say(words.approvals), heads: heads.map(say), rows, none: "", note: say(words.verify) };
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

/** What the action runner wrote of each try at each step, and at taking it back. */
function taskEvents(run: FoldedRun, eventsOf: ReportParts["eventsOf"]): JournalEvent[] {
  const found: JournalEvent[] = [];
  for (const { node, doing, undoing } of run.nodes.values()) {
    if (node.kind !== "action") continue;
    for (let n = 1; n <= doing.attempts; n += 1) found.push(...eventsOf(taskOf(run.id, node.id, "do", n)));
    for (let n = 1; n <= undoing.attempts; n += 1)
      found.push(...eventsOf(taskOf(run.id, node.id, "undo", n)));
  }
  return found;
}

function eventTable(events: JournalEvent[], say: Say): ReportTable {
  const rows = [...new Map(events.map((event) => [event.sequence, event])).values()]
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ sequence, at, actor, type, subject, hash }): Cell[] => [
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

/** ISO 8601 in UTC to the second: evidence is read elsewhere. */
function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

/** Nothing for what has not happened. */
function time(at: number | null): Cell {
  return { words: at === null ? "" : moment(at), unbroken: true };
}
