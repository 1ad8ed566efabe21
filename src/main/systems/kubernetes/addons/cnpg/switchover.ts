import { z } from "zod";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Verification } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { changeDatabase, databasePlace, noInstance, standingWords } from "./change.ts";
import { type Database, isFenced, isSettled } from "./database.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { isDatabase, probeDatabase, settleDatabase, verifyDatabase } from "./on-database.ts";

const inputSchema = z.object({
  /** The instance that becomes the primary; the standby that is least behind where it is left out. */
  to: z.string().max(253).default(""),
});
type Input = z.infer<typeof inputSchema>;
const wishSchema = z.object({ from: z.string(), to: z.string() });

const minutes = 10;
const switching = "Switchover in progress";

/**
 * Makes a standby the primary: `status.targetPrimary` is set to it, as the operator's own plugin for kubectl does
 * (`kubectl cnpg promote`), and the operator does the rest.
 */
export function switchoverAction({ access }: ClusterActionParts): Action<Input> {
  return {
    id: "cnpg.switchover",
    title: text("Switch over to another instance", "Basculer vers une autre instance"),
    verb: text("Switch over", "Basculer"),
    risk: "disruptive",
    effect: "once",
    kinds: ["service"],
    input: inputSchema,
    fields: [
      optionalField(
        "to",
        text("To the instance (least behind if empty)", "Vers l'instance (la moins en retard si vide)"),
      ),
    ],
    bulk: false,
    appliesTo: (resource) => isDatabase(access, resource),
    describe: () => ({
      steps: [
        text(
          "Have the operator stop the primary once the standby has all of its WAL, then promote the standby. Connections are cut for some seconds.",
          "Faire arrêter le primaire par l'opérateur une fois que le secondaire a tous ses journaux WAL, puis promouvoir celui-ci. Les connexions sont coupées quelques secondes.",
        ),
      ],
      proof: text(
        "The other instance is the primary, and every instance is ready again.",
        "L'autre instance est le primaire, et toutes les instances sont de nouveau prêtes.",
      ),
      undo: null,
    }),

    probe: ({ resource, signal }, { to }) =>
      probeDatabase(access, { resource, signal }, async (database) => {
        const observed = { from: database.primary, to: to === "" ? null : to };
        if (to !== "" && database.primary === to && database.target === to) {
          return { state: "done", text: standingWords(database), observed };
        }
        const { chosen, why } = choose(database, to, await figuresOf(access, database, signal));
        if (chosen === null || why)
          return { state: "impossible", text: why ?? standingWords(database), observed };
        const rehearsal = { ...toward(access, chosen.name), signal, rehearsing: true };
        await changeDatabase(access, databasePlace(access, resource), rehearsal);
        return {
          state: "needed",
          text: standingWords(database),
          observed: { from: database.primary, to: chosen.name },
          steps: [
            chosen.lag === null
              ? text(
                  `${chosen.name} becomes the primary; how far it is behind could not be read.`,
                  `${chosen.name} devient le primaire ; son retard n'a pas pu être lu.`,
                )
              : text(
                  `${chosen.name} becomes the primary; it is ${Math.ceil(chosen.lag)} s behind.`,
                  `${chosen.name} devient le primaire ; son retard est de ${Math.ceil(chosen.lag)} s.`,
                ),
          ],
        };
      }),

    async apply({ resource, signal, committed }, _input, probe) {
      const { from, to } = wishSchema.parse(probe.observed);
      committed();
      await changeDatabase(access, databasePlace(access, resource), { ...toward(access, to, from), signal });
      return { data: { from, to } };
    },

    verify(context, _input, probe): Promise<Verification> {
      const { from, to } = wishSchema.parse(probe.observed);
      // It is over too when somebody has sent it elsewhere.
      const isReached = (database: Database) => isSettled(database) || database.target !== to;
      return verifyDatabase(access, context, { minutes, isReached, data: { from, to } }, async (now) => {
        const figures = await figuresOf(access, now, context.signal);
        const lags = [...figures].flatMap(([name, { lag }]) => (name === now.primary ? [] : (lag ?? [])));
        const lag = lags.length > 0 ? Math.max(...lags) : null;
        const isDone = now.primary === to && isSettled(now);
        return {
          proven: isDone,
          disproven: now.target !== to,
          text: isDone ? switchedWords(from, to, lag) : standingWords(now),
          data: { from, to, primary: now.primary, lag },
        };
      });
    },

    settle: (context, _input, probe) =>
      settleDatabase(access, context, (now) => {
        const { to } = wishSchema.parse(probe.observed);
        const data = { primary: now.primary, target: now.target };
        const effect = now.primary === to ? "happened" : now.target === to ? "unknown" : "did-not-happen";
        return { effect, text: standingWords(now), data };
      }),
  };
}

function switchedWords(from: string, to: string, lag: number | null): LocalText {
  const behind = lag === null ? "" : ` (${Math.ceil(lag)} s)`;
  return text(
    `The primary was ${from} and is ${to}; every instance is ready${behind ? `, the standbys are behind by${behind}` : ""}.`,
    `Le primaire était ${from}, c'est maintenant ${to} ; toutes les instances sont prêtes${behind ? `, retard des secondaires${behind}` : ""}.`,
  );
}

/** The change towards an instance; with `from` only while that is still what it was when the switch was decided. */
function toward(access: ClusterAccess, to: string, from?: string) {
  return {
    part: "/status" as const,
    patch: ({ primary, target }: Database) => {
      if (target === to || (from !== undefined && (primary !== from || target !== from))) return null;
      return {
        status: {
          targetPrimary: to,
          targetPrimaryTimestamp: new Date(access.now()).toISOString().replace(/\.\d+Z$/, ".000000Z"),
          phase: switching,
          phaseReason: `Switching over to ${to}`,
        },
      };
    },
  };
}

interface Chosen {
  name: string;
  lag: number | null;
}

/** The standby that is meant, or why there is none that could be. */
function choose(
  database: Database,
  to: string,
  figures: ReadonlyMap<string, Figures>,
): { chosen: Chosen | null; why: LocalText | null } {
  const { primary, target, healthy, names } = database;
  const none = (why: LocalText) => ({ chosen: null, why });
  if (primary === null || primary !== target) {
    return none(
      text(
        `The primary is changing already (to ${target ?? "?"}): wait until that has ended.`,
        `Le primaire est déjà en cours de changement (vers ${target ?? "?"}) : attendez la fin.`,
      ),
    );
  }
  if (to !== "" && !names.includes(to)) {
    return none(noInstance(to));
  }
  const able = healthy
    .filter((name) => name !== primary && !isFenced(database, name) && (to === "" || name === to))
    .map((name): Chosen => ({ name, lag: figures.get(name)?.lag ?? null }))
    .sort(
      (one, other) => (one.lag ?? Infinity) - (other.lag ?? Infinity) || (one.name < other.name ? -1 : 1),
    );
  const [chosen = null] = able;
  if (chosen) return { chosen, why: null };
  return none(
    text(
      "There is no healthy standby that could become the primary.",
      "Aucun secondaire en bonne santé ne peut devenir le primaire.",
    ),
  );
}
