import type { Evidence } from "../../../shared/evidence.ts";
import type { LocalText } from "../../../shared/text.ts";
import type { Cell, ReportTable, Say } from "./report-model.ts";
import { durationWords, moment, words } from "./words.ts";

type Measured = Evidence["tiers"][number] | Evidence["applications"][number];

/** What was promised beside what was measured, by tier and application, phases beside earlier ones, and what was skipped. */
export function measureTables(evidence: Evidence, say: Say): ReportTable[] {
  const ended = evidence.run.endedAt !== null;
  const tables = [
    evidence.tiers.length > 0 ? tierTable(evidence, ended, say) : null,
    evidence.applications.length > 0 ? applicationTable(evidence, ended, say) : null,
    evidence.phases.length > 0 ? phaseTable(evidence, say) : null,
    skipTable(evidence, say),
  ];
  return tables.flatMap((table) => table ?? []);
}

function tierTable({ tiers }: Evidence, ended: boolean, say: Say): ReportTable {
  const rows = tiers.map((tier): Cell[] => [
    { words: say(tier.title), below: tier.id },
    ...measuredCells(tier, ended, say),
  ]);
  const heads = [words.tier, ...measuredHeads].map(say);
  return { heading: say(words.tiers), heads, rows, none: "", note: say(words.measured) };
}

function applicationTable({ applications, pra, steps }: Evidence, ended: boolean, say: Say): ReportTable {
  const rows = applications.map((one): Cell[] => [
    { words: say(one.title), below: one.id },
    ...measuredCells(one, ended, say),
    one.broughtBack === null
      ? { words: "" }
      : { words: `${one.broughtBack.name} (${moment(one.broughtBack.at)})` },
  ]);
  const heads = [words.application, ...measuredHeads, words.broughtBack].map(say);
  const accepted = (pra?.lossAcceptedBy ?? []).map(({ by, at, node }) => {
    const title = steps.find((step) => step.node === node)?.title;
    return `${by}, ${moment(at)}${title ? ` (${say(title)})` : ""}`;
  });
  const note = say(acceptedWords(accepted.join(" · ")));
  return { heading: say(words.applications), heads, rows, none: "", note };
}

function acceptedWords(names: string): LocalText {
  return names === ""
    ? {
        en: "Nobody was asked to accept the loss of data.",
        fr: "Nul n'a été appelé à accepter la perte de données.",
      }
    : {
        en: `The loss of data was accepted by ${names}.`,
        fr: `La perte de données a été acceptée par ${names}.`,
      };
}

const measuredHeads = [
  words.served,
  words.after,
  words.rto,
  words.withinRto,
  words.lost,
  words.rpo,
  words.withinRpo,
];

function measuredCells(one: Measured, ended: boolean, say: Say): Cell[] {
  const long = (value: number) => ({ words: say(durationWords(value)) });
  const judged = (value: boolean | null) => ({
    words: say(value === null ? words.notKnown : value ? words.yes : words.no),
  });
  return [
    one.servedAt === null
      ? { words: say(ended ? words.never : words.notKnown) }
      : { words: moment(one.servedAt), unbroken: true },
    one.took === null ? { words: "" } : long(one.took),
    long(one.rto),
    judged(one.withinRto),
    one.lost === null ? { words: say(words.notKnown) } : long(one.lost),
    long(one.rpo),
    judged(one.withinRpo),
  ];
}

function phaseTable({ phases }: Evidence, say: Say): ReportTable {
  const long = (value: number | null) => ({ words: value === null ? "" : say(durationWords(value)) });
  const at = (value: number | null): Cell => ({ words: value === null ? "" : moment(value), unbroken: true });
  const rows = phases.map((phase): Cell[] => [
    { words: say(phase.title), below: phase.id },
    at(phase.startedAt),
    at(phase.endedAt),
    long(phase.took),
    long(phase.earlier),
    long(phase.last),
  ]);
  const heads = [words.phase, words.begun, words.ended, words.took, words.before, words.last].map(say);
  return { heading: say(words.phases), heads, rows, none: "" };
}

/** What was not done and why; null where all was. */
function skipTable({ steps, leftOut, decisions }: Evidence, say: Say): ReportTable | null {
  const skipped = steps.flatMap(({ node, title, skippedBy, reason }): Cell[][] => {
    if (skippedBy === null) return [];
    const who = decisions.findLast((one) => one.node === node && one.decision === "run.skipped")?.by;
    return [
      [
        { words: say(title), below: node },
        { words: skippedBy === "condition" ? say(words.byCondition) : (who ?? say(words.byPerson)) },
        { words: reason === null ? "" : say(reason) },
      ],
    ];
  });
  const beforehand = leftOut.map(({ node, title, because }): Cell[] => [
    { words: say(title), below: node },
    { words: say(words.byPlan) },
    { words: say(because) },
  ]);
  const rows = [...skipped, ...beforehand];
  if (rows.length === 0) return null;
  const heads = [words.step, words.whom, words.reason].map(say);
  return { heading: say(words.skips), heads, rows, none: "" };
}
