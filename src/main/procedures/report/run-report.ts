import type { JournalEvent, JournalVerdict } from "../../../shared/journal.ts";
import type { Language, LocalText } from "../../../shared/text.ts";
import { unknownRun } from "../engine/faults.ts";
import type { FoldedNode, FoldedRun } from "../engine/folded-run.ts";
import { foldRun } from "../engine/run-fold.ts";
import { taskOf } from "../engine/step-words.ts";
import { Markup, markup } from "./markup.ts";
import { reportStyle } from "./style.ts";
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
 * The evidence of a run as one HTML page that needs nothing else: what was asked for, each step with its proof, what
 * people decided, and every event of it with its place in the chain. It is made of the journal alone. Throws OpsError
 * `run.unknown`.
 */
export function runReport({ run: id, language, eventsOf, verdict, now }: ReportParts): string {
  const own = eventsOf(id);
  const run = foldRun(own);
  const [first] = own;
  if (run === null || first === undefined) throw unknownRun(id);
  const say = (words: LocalText) => words[language];
  const pairs: [LocalText, Markup | string][] = [
    [words.procedure, run.plan.procedure],
    [words.run, markup`<code>${id}</code>`],
    [words.plan, markup`<code>${run.plan.hash}</code>`],
    [words.startedBy, `${run.actor} (${first.workstation})`],
    [words.reason, run.reason === "" ? say(words.noReason) : run.reason],
    [words.started, moment(run.startedAt)],
    [words.ended, run.end === null ? say(words.notEnded) : moment(run.end.at)],
    ...(run.end === null ? [] : [[words.outcome, say(run.end.text)] as [LocalText, string]]),
  ];
  const status = run.end?.status ?? (run.paused === null ? "open" : "paused");
  const title = `${say(words.evidence)} · ${say(run.plan.title)}`;
  const chain = markup`<p class="${verdict.intact ? "" : "broken"}">${say(chainWords(verdict))}</p>`;
  const page = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(reportStyle)}</style>
</head>
<body>
<h1>${say(run.plan.title)}</h1>
<p>${say(words.evidence)} · <span class="status ${status}">${say(statusWords[status])}</span></p>
<dl>${pairs.map(([name, value]) => markup`<dt>${say(name)}</dt><dd>${value}</dd>`)}</dl>
${verdict.intact ? "" : chain}
<h2>${say(words.values)}</h2>
<dl>${Object.entries(run.plan.variables).map(
    ([name, value]) =>
      markup`<dt>${name}</dt><dd>${Array.isArray(value) ? value.join(", ") : String(value)}</dd>`,
  )}</dl>
<h2>${say(words.steps)}</h2>
${stepTable(run, say)}
<h2>${say(words.decisions)}</h2>
${decisionTable(run, own, say)}
<h2>${say(words.journal)}</h2>
${eventTable([...own, ...taskEvents(run, eventsOf)], say)}
<h2>${say(words.chain)}</h2>
${chain}
<p>${say(words.built)} ${moment(now)}</p>
</body>
</html>
`;
  return page.html;
}

type Say = (words: LocalText) => string;

function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return markup`<table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`;
}

function stepTable(run: FoldedRun, say: Say): Markup {
  const heads = [words.step, words.target, words.state, words.begun, words.ended, words.tries, words.proof];
  return table(
    heads.map(say),
    [...run.nodes.values()].map((found) => stepRow(found, say)),
  );
}

function stepRow({ node, state, doing, undoing }: FoldedNode, say: Say): Markup {
  const target = node.kind === "action" ? node.action.target.name : "";
  const back = undoing.reason === null ? "" : `${say(words.undone)}: ${say(undoing.reason)}`;
  const proof = [doing.reason === null ? "" : say(doing.reason), back].filter(Boolean).join(" — ");
  return markup`<tr><td>${say(node.title)}<br><code>${node.id}</code></td><td>${target}</td>
<td>${say(stateWords[state])}</td><td>${time(doing.startedAt)}</td>
<td>${time(undoing.endedAt ?? doing.endedAt)}</td><td>${doing.attempts}</td><td>${proof}</td></tr>
`;
}

function decisionTable(run: FoldedRun, events: readonly JournalEvent[], say: Say): Markup {
  const decisions = events.flatMap((event) => {
    const what = Object.entries(decisionWords).find(([type]) => type === event.type)?.[1];
    return what === undefined ? [] : [{ event, what }];
  });
  if (decisions.length === 0) return markup`<p>${say(words.noDecisions)}</p>`;
  const rows = decisions.map(({ event, what }) => {
    const { node, reason } = event.data;
    const title = typeof node === "string" ? run.nodes.get(node)?.node.title : undefined;
    return markup`<tr><td>${time(event.at)}</td><td>${event.actor} (${event.workstation})</td><td>${say(what)}</td>
<td>${title === undefined ? "" : say(title)}</td><td>${typeof reason === "string" ? reason : ""}</td></tr>
`;
  });
  return table([words.at, words.by, words.decision, words.step, words.reason].map(say), rows);
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

function eventTable(events: JournalEvent[], say: Say): Markup {
  const rows = [...new Map(events.map((event) => [event.sequence, event])).values()]
    .sort((a, b) => a.sequence - b.sequence)
    .map(
      ({ sequence, at, actor, type, subject, hash }) =>
        markup`<tr><td>${sequence}</td><td>${time(at)}</td><td>${actor}</td><td>${type}</td><td>${subject ?? ""}</td>
<td><code>${hash}</code></td></tr>
`,
    );
  return table([words.sequence, words.at, words.by, words.event, words.subject, words.hash].map(say), rows);
}

/** ISO 8601 in UTC to the second: evidence is read elsewhere. Nothing for what has not happened. */
function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

function time(at: number | null): Markup {
  return markup`<span class="nowrap">${at === null ? "" : moment(at)}</span>`;
}
