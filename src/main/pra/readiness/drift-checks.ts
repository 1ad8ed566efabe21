import { isDeepStrictEqual } from "node:util";
import type { Plan, PlanNode } from "../../../shared/plan.ts";
import type { PraWay } from "../../../shared/pra.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Rehearsed } from "../passages.ts";
import { milliseconds } from "../plan-state.ts";
import { baselineOf } from "../rehearsal.ts";
import { praVariables } from "../variables.ts";
import { type Context, checkOf, type Way } from "./context.ts";
import { ageWords, durationWords, fewOf } from "./words.ts";

/** What became of a plan since it was last rehearsed: steps that are new, do something else, or are gone. */
export interface Drift {
  added: string[];
  changed: string[];
  gone: string[];
}

export function driftSince(before: Readonly<Record<string, string>>, nodes: readonly PlanNode[]): Drift {
  const now = baselineOf(nodes);
  const known = (steps: Readonly<Record<string, string>>, id: string) => Object.hasOwn(steps, id);
  return {
    added: Object.keys(now).filter((id) => !known(before, id)),
    changed: Object.keys(now).filter((id) => known(before, id) && before[id] !== now[id]),
    gone: Object.keys(before).filter((id) => !known(now, id)),
  };
}

/** How old the last rehearsal, drill or bascule of each direction is, and what has drifted since the last rehearsal. */
export function driftChecks(context: Context): void {
  for (const way of context.ways) {
    rehearsalCheck(way, context);
    driftCheck(way, context);
  }
}

function rehearsalCheck({ direction }: Way, context: Context): void {
  const { parts, id, plan, rehearsals, drills, findings, now } = context;
  const runs = parts.procedures.engine
    .runs()
    .filter(
      ({ pra, status }) => pra?.plan === id && pra.direction === direction && status.startsWith("completed"),
    );
  const times = [
    ...rehearsals.filter((one) => one.direction === direction).map(({ endedAt }) => endedAt),
    ...drills
      .filter((one) => one.direction === direction && one.status.startsWith("completed"))
      .flatMap(({ endedAt }) => endedAt ?? []),
    ...runs.flatMap(({ endedAt }) => endedAt ?? []),
  ];
  const last = times.length > 0 ? Math.max(...times) : null;
  const every = milliseconds(plan.rehearseEvery);
  const old = last !== null && now - last > every;
  const age = last === null ? null : ageWords(last, now);
  const wanted = durationWords(every);
  findings.add(
    checkOf({
      id: `rehearsal/${direction}`,
      kind: "rehearsal",
      direction,
      state: last === null || old ? "warning" : "ready",
      title: titles[direction],
      text:
        age === null
          ? text("It was never rehearsed.", "Ce sens n'a jamais été répété.")
          : text(
              `It was last gone through ${age.en}; that is to be every ${wanted.en}.`,
              `Dernier passage ${age.fr} ; il en faut un tous les ${wanted.fr}.`,
            ),
      provenAt: last,
      mend:
        last === null || old
          ? {
              text: text("Rehearse it; that only reads.", "Répétez-le ; cela ne fait que lire."),
              resource: null,
              action: null,
            }
          : null,
    }),
  );
}

const titles: Record<Way["direction"], LocalText> = {
  bascule: text("Rehearsal of the bascule", "Répétition de la bascule"),
  return: text("Rehearsal of the return", "Répétition du retour"),
};

function driftCheck(way: Way, context: Context): void {
  const last = context.rehearsals.find(({ direction }) => direction === way.direction);
  const plan = last && rehearsedPlan(way, last.way, context);
  if (!last || !plan) return;
  const words = driftOf(last, plan);
  const age = ageWords(last.endedAt, context.now);
  context.findings.add(
    checkOf({
      id: `drift/${way.direction}`,
      kind: "drift",
      direction: way.direction,
      state: words ? "warning" : "ready",
      title: text("Changes since the last rehearsal", "Changements depuis la dernière répétition"),
      text: words ?? text(`None, since ${age.en}.`, `Aucun, depuis : ${age.fr}.`),
      provenAt: last.endedAt,
      mend: words
        ? {
            text: text("Rehearse the plan as it is now.", "Répétez le plan tel qu'il est à présent."),
            resource: null,
            action: null,
          }
        : null,
    }),
  );
}

/** What has drifted, in words; null where nothing has. Of a large plan only its hash is kept. */
function driftOf({ steps, planHash }: Rehearsed, { nodes, hash }: Plan): LocalText | null {
  if (hash === planHash) return null;
  if (Object.keys(steps).length === 0)
    return text("The plan is another one since then.", "Le plan n'est plus le même depuis lors.");
  const { added, changed, gone } = driftSince(steps, nodes);
  // Words, variables or limits alone are no drift of what is done to what.
  return added.length + changed.length + gone.length === 0 ? null : driftWords(added, changed, gone);
}

/** The plan that a rehearsal would go through now, the same way; null where none can be made. */
function rehearsedPlan({ direction, prepared }: Way, way: PraWay, { parts, plan }: Context): Plan | null {
  const { procedure } = plan.directions[direction];
  const mode = way === "planned" ? "rehearsal" : way;
  const variables = praVariables(plan, parts.procedures.definition(procedure), direction, mode);
  const same = prepared.find((one) => isDeepStrictEqual(one.variables, variables));
  return same ? same.plan : parts.procedures.plan({ procedure, variables }).plan;
}

function driftWords(
  added: readonly string[],
  changed: readonly string[],
  gone: readonly string[],
): LocalText {
  const parts: LocalText[] = [];
  const say = (ids: readonly string[], en: string, fr: string) => {
    const few = fewOf(ids);
    if (ids.length > 0) parts.push(text(`${en}: ${few.en}`, `${fr} : ${few.fr}`));
  };
  say(added, "new", "nouvelles");
  say(changed, "changed", "modifiées");
  say(gone, "gone", "disparues");
  return text(
    `Steps since then — ${parts.map(({ en }) => en).join("; ")}.`,
    `Étapes depuis lors — ${parts.map(({ fr }) => fr).join(" ; ")}.`,
  );
}
