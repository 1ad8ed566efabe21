import { OpsError } from "../../shared/errors.ts";
import type { Compared, Comparison, Evidence } from "../../shared/evidence.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import { type LocalText, sameText, text } from "../../shared/text.ts";
import type { RunJournal } from "../procedures/report/earlier-runs.ts";
import { runEvidence } from "../procedures/report/run-evidence.ts";
import { rehearsedSchema, rehearsedType } from "./passages.ts";

/** Something took longer (or less long) when it did so by a tenth and by a second at least. */
const noticeable = { share: 0.1, milliseconds: 1000 };

type Side = Exclude<Compared["one"], null>;
type Item = Side & { id: string; title: LocalText; grave: boolean; skipped: boolean; asked: boolean };

/** A passage as far as it can be compared. */
interface Told {
  head: Comparison["one"];
  tiers: Item[];
  losses: Item[];
  phases: Item[];
  steps: Item[];
}

/**
 * Two passages of a plan side by side, runs or rehearsals, made of the journal alone: what took longer, is new, gone, or
 * failed in the later one. Throws OpsError `pra.unknown-passage`.
 */
export function comparePassages(journal: RunJournal, one: string, other: string, now: number): Comparison {
  const told = [toldOf(journal, one, now), toldOf(journal, other, now)] as const;
  const turned = (told[0].head.startedAt ?? 0) > (told[1].head.startedAt ?? 0);
  const [first, second] = turned ? ([told[1], told[0]] as const) : told;
  const measured = told.every(({ head }) => head.mode !== "rehearsal");
  return {
    format: "passerelle-comparison",
    version: 1,
    one: first.head,
    other: second.head,
    // A rehearsal has neither: beside a run they would all be new, or gone.
    tiers: measured ? compareAll(first.tiers, second.tiers) : [],
    losses: measured ? compareAll(first.losses, second.losses) : [],
    phases: measured ? compareAll(first.phases, second.phases) : [],
    steps: compareAll(first.steps, second.steps),
  };
}

function toldOf(journal: RunJournal, id: string, now: number): Told {
  const events = journal.eventsOf(id);
  const rehearsal = events.find(({ type }) => type === rehearsedType);
  if (rehearsal !== undefined) return toldRehearsal(id, rehearsal);
  if (!events.some(({ type }) => type === "run.started")) throw unknownPassage(id);
  // What the chain is worth is not asked here: that is said by the report of each run.
  const verdict = { intact: true, events: 0, lastHash: "", brokenAt: null, fault: null };
  return toldRun(runEvidence({ ...journal, run: id, verdict, now }));
}

function toldRun({ run, pra, tiers, applications, phases, steps }: Evidence): Told {
  const kept = (within: boolean | null) => (within === null ? "unknown" : within ? "within" : "beyond");
  const item = (
    id: string,
    title: LocalText,
    state: string,
    took: number | null,
    says: LocalText | null = null,
  ): Item => ({
    ...{ id, title, state, took, says, asked: false },
    grave: state === "beyond" || state === "failed" || state === "unknown-effect",
    skipped: state === "skipped",
  });
  return {
    head: {
      id: run.id,
      title: pra?.title ?? run.title,
      mode: pra?.mode ?? null,
      direction: pra?.direction ?? null,
      actor: run.startedBy,
      status: run.status,
      planHash: run.planHash,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      took: run.took,
    },
    tiers: tiers.map(({ id, title, withinRto, took }) => item(id, title, kept(withinRto), took)),
    losses: applications.map(({ id, title, withinRpo, lost }) => item(id, title, kept(withinRpo), lost)),
    phases: phases.map(({ id, title, took }) => item(id, title, took === null ? "open" : "done", took)),
    steps: steps.map(({ node, title, state, took, reason }) =>
      item(node, title, state, state === "skipped" ? null : took, reason),
    ),
  };
}

/** A rehearsal says how each step was found, and how long it took to ask; gates and what is known only then are not asked. */
function toldRehearsal(id: string, { data, actor, subject }: JournalEvent): Told {
  const rehearsed = rehearsedSchema.safeParse(data).data;
  if (rehearsed === undefined) throw unknownPassage(id);
  const { startedAt, endedAt, direction, planHash, steps, titles = {}, findings } = rehearsed;
  const found = new Map(findings.map((finding) => [finding.node, finding]));
  return {
    head: {
      id,
      title: sameText(subject ?? id),
      mode: "rehearsal",
      direction,
      actor,
      status: "completed",
      planHash,
      startedAt,
      endedAt,
      took: Math.max(0, endedAt - startedAt),
    },
    tiers: [],
    losses: [],
    phases: [],
    steps: Object.keys(steps).map((node): Item => {
      const finding = found.get(node);
      return {
        id: node,
        title: titles[node] ?? sameText(node),
        state: finding?.state ?? "not-asked",
        took: finding?.took ?? null,
        says: finding?.found ?? null,
        ...{ grave: finding?.state === "blocked", skipped: false, asked: true },
      };
    }),
  };
}

function compareAll(one: readonly Item[], other: readonly Item[]): Compared[] {
  const before = new Map(one.map((item) => [item.id, item]));
  const after = new Set(other.map(({ id }) => id));
  return [
    ...other.map((item) => compare(before.get(item.id) ?? null, item)),
    ...one.filter(({ id }) => !after.has(id)).map((item) => compare(item, null)),
  ];
}

function compare(one: Item | null, other: Item | null): Compared {
  const shown = other ?? one;
  const side = (item: Item | null) => item && { state: item.state, took: item.took, says: item.says };
  return {
    id: shown?.id ?? "",
    title: shown?.title ?? sameText(""),
    difference: differenceOf(one, other),
    one: side(one),
    other: side(other),
  };
}

function differenceOf(one: Item | null, other: Item | null): Compared["difference"] {
  if (other === null) return "gone";
  if (other.grave && !one?.grave) return "failed";
  if (one === null) return "new";
  if (other.skipped && !one.skipped) return "skipped";
  if (one.grave && !other.grave) return "mended";
  // What was only asked is neither done nor measured: beside a run it says whether something was in the way.
  if (one.asked !== other.asked) return "same";
  if (one.state !== other.state) return "other-state";
  if (one.took === null || other.took === null) return "same";
  const more = other.took - one.took;
  if (Math.abs(more) < Math.max(noticeable.milliseconds, one.took * noticeable.share)) return "same";
  return more > 0 ? "longer" : "shorter";
}

function unknownPassage(id: string): OpsError {
  return new OpsError({
    code: "pra.unknown-passage",
    system: "pra",
    message: text(`The journal has no passage ${id}.`, `Le journal n'a pas de passage ${id}.`),
    hint: text(
      "Take the identifier of a run or of a rehearsal of the plan; the page of the plan lists them.",
      "Prenez l'identifiant d'une exécution ou d'une répétition du plan ; la page du plan les énumère.",
    ),
  });
}
