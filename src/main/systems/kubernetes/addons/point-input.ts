import { z } from "zod";
import type { InputField } from "../../../../shared/action.ts";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";

const moment = z
  .union([z.number(), z.string().max(40)])
  .transform((given) => (typeof given === "number" ? given : given.trim() === "" ? null : Date.parse(given)))
  .refine((time) => time === null || Number.isFinite(time), "a moment, such as 2026-01-31T12:00:00Z");

/** What of the input says which restore point is meant. */
export const pointInputSchema = z.object({
  /** The application's namespace, by its name or by the identifier of its resource. */
  of: z.string().max(700).default(""),
  /** The name or identifier of the restore point. */
  restorePoint: z.string().max(700).default(""),
  /** The newest good one there is when this is reached. */
  latest: z.boolean().default(false),
  /** None that holds data of a later moment. */
  before: moment.nullable().default(null),
});
export type PointInput = z.infer<typeof pointInputSchema>;

/** The fields of the input that say which restore point is meant, and where it goes. */
export function pointFields(): InputField[] {
  const field = { type: "text" as const, required: false, choices: [], initial: "" };
  return [
    { ...field, name: "of", label: text("Application (namespace)", "Application (espace de noms)") },
    { ...field, name: "restorePoint", label: text("Restore point", "Point de restauration") },
    {
      ...field,
      name: "latest",
      type: "boolean",
      initial: false,
      label: text("The newest good restore point", "Le bon point de restauration le plus récent"),
    },
    {
      ...field,
      name: "before",
      label: text("With no data after (UTC)", "Sans données après le (UTC)"),
    },
    {
      ...field,
      name: "namespace",
      label: text("Into the namespace (its own if empty)", "Dans l'espace de noms (le sien si vide)"),
    },
  ];
}

/** What a restore point means: of which moment it is, and how much is lost with it. `now` in epoch milliseconds. */
export function lossWords({ name, madeAt }: { name: string; madeAt: number }, now: number): LocalText {
  const minutes = Math.max(0, Math.ceil((now - madeAt) / 60_000));
  const at = minuteInWords(madeAt);
  return text(
    `Restore point ${name} of ${at}: what was written in the last ${minutes} minutes is not in it.`,
    `Point de restauration ${name} du ${at} : ce qui a été écrit dans les ${minutes} dernières minutes n'y est pas.`,
  );
}

/** Why nothing is restored into a namespace that is going. */
export function beingDeleted(target: string): LocalText {
  return text(
    `The namespace ${target} is being deleted: wait until it is gone.`,
    `L'espace de noms ${target} est en cours de suppression : attendez qu'il ait disparu.`,
  );
}
