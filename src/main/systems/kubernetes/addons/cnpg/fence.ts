import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import { changeDatabase, databasePlace, noInstance, standingWords } from "./change.ts";
import { type Database, isFenced } from "./database.ts";
import { everyInstance, fencedAnnotation } from "./names.ts";
import { isDatabase, probeDatabase, settleDatabase, verifyDatabase } from "./on-database.ts";

const inputSchema = z.object({
  /** The instance; all of them where it is left out. */
  instance: z.string().max(253).default(""),
});
type Input = z.infer<typeof inputSchema>;

const minutes = 5;

/** Fences instances, so that PostgreSQL stops there and nobody can write to it, and lets them run again. */
export function fenceActions(parts: ClusterActionParts): Action[] {
  return [fenceAction(parts, true) as Action, fenceAction(parts, false) as Action];
}

function fenceAction({ access }: ClusterActionParts, wanted: boolean): Action<Input> {
  const set = async (
    { resource, signal }: ActionContext,
    { instance }: Input,
    { to, rehearsing = false }: { to: boolean; rehearsing?: boolean },
  ) =>
    changeDatabase(access, databasePlace(access, resource), {
      part: "",
      signal,
      rehearsing,
      patch: (database) => {
        const list = fencedWith(database, instance, to);
        if (list === null) return null;
        const written = list.length === 0 ? null : JSON.stringify(list);
        return { metadata: { annotations: { [fencedAnnotation]: written } } };
      },
    });
  const check = (context: ActionContext, { instance }: Input, to: boolean): Promise<Verification> => {
    const isReached = (database: Database) =>
      isAs(database, instance, to) && (to ? hasStopped(database, instance) : runs(database));
    return verifyDatabase(access, context, { minutes, isReached }, (now) => ({
      proven: isReached(now),
      text: standingWords(now),
      data: { fenced: now.fenced, ready: now.ready },
    }));
  };
  return {
    id: wanted ? "cnpg.fence" : "cnpg.unfence",
    title: wanted
      ? text("Fence the database", "Isoler la base de données")
      : text("Lift the fence", "Lever l'isolement"),
    verb: wanted ? text("Fence", "Isoler") : text("Lift the fence", "Lever l'isolement"),
    risk: wanted ? "disruptive" : "safe",
    effect: "convergent",
    kinds: ["service"],
    input: inputSchema,
    fields: [optionalField("instance", text("Instance (all if empty)", "Instance (toutes si vide)"))],
    bulk: false,
    appliesTo: (resource) => isDatabase(access, resource),
    describe: () => ({
      steps: [
        wanted
          ? text(
              "Stop PostgreSQL in its pod; nobody reads or writes there, and no other instance takes over.",
              "Arrêter PostgreSQL dans son pod ; plus personne n'y lit ni n'y écrit, et aucune autre instance ne prend le relais.",
            )
          : text("Start PostgreSQL in its pod again.", "Redémarrer PostgreSQL dans son pod."),
      ],
      proof: wanted
        ? text("The instances are not ready any more.", "Les instances ne sont plus prêtes.")
        : text(
            "The instances that are not fenced are ready.",
            "Les instances qui ne sont pas isolées sont prêtes.",
          ),
      undo: wanted
        ? text("Lift the fence.", "Lever l'isolement.")
        : text("Fence again.", "Isoler de nouveau."),
    }),

    probe: (context, input) =>
      probeDatabase(access, context, async (database) => {
        const { instance } = input;
        const observed = { fenced: database.fenced };
        if (instance !== "" && !database.names.includes(instance)) {
          return { state: "impossible", text: noInstance(instance), observed };
        }
        if (isAs(database, instance, wanted)) {
          return { state: "done", text: standingWords(database), observed };
        }
        if (!wanted && instance !== "" && database.fenced.includes(everyInstance)) {
          const words = text(
            "All instances are fenced together: lift the fence of all.",
            "Toutes les instances sont isolées ensemble : levez l'isolement de toutes.",
          );
          return { state: "impossible", text: words, observed };
        }
        await set(context, input, { to: wanted, rehearsing: true });
        return { state: "needed", text: standingWords(database), observed };
      }),
    async apply(context, input) {
      context.committed();
      await set(context, input, { to: wanted });
      return { data: {} };
    },
    verify: (context, input) => check(context, input, wanted),
    settle: (context, { instance }) =>
      settleDatabase(access, context, (now) => ({
        effect: isAs(now, instance, wanted) ? "happened" : "did-not-happen",
        text: standingWords(now),
        data: { fenced: now.fenced },
      })),
    async undo(context, input) {
      context.committed();
      await set(context, input, { to: !wanted });
      return check(context, input, !wanted);
    },
  };
}

/** Whether an instance, or all of them, are fenced or not as `wanted`. */
function isAs(database: Database, instance: string, wanted: boolean): boolean {
  if (instance !== "") return isFenced(database, instance) === wanted;
  return wanted ? database.fenced.includes(everyInstance) : database.fenced.length === 0;
}

/** The list after the change; null where there is nothing to change. */
function fencedWith(database: Database, instance: string, to: boolean): string[] | null {
  if (isAs(database, instance, to)) return null;
  if (instance === "") return to ? [everyInstance] : [];
  const others = database.fenced.filter((each) => each !== instance);
  return to ? [...others, instance] : others;
}

/** By the operator's own count, which asks each instance. */
function hasStopped({ healthy, ready }: Database, instance: string): boolean {
  return instance === "" ? ready === 0 : !healthy.includes(instance);
}

function runs({ fenced, ready, instances }: Database): boolean {
  return ready >= instances - fenced.length;
}
