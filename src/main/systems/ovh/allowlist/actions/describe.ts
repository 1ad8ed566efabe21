import { z } from "zod";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import { entryChanged } from "../../faults.ts";
import { readWords, wholeMinute, wordsOf } from "../entry-words.ts";
import type { ListEntry } from "../list-api.ts";
import { carryOut, refusalIn } from "./orders.ts";
import {
  type AllowlistActionParts,
  entryIn,
  isEntry,
  lastingSchema,
  listOf,
  milliseconds,
  noteSchema,
  rightTo,
  textField,
  untilWords,
} from "./parts.ts";

const input = z.object({
  note: noteSchema,
  /** `keep`: the end that it has. */
  for: z.union([z.literal("keep"), lastingSchema]).default("keep"),
});
type Wanted = z.infer<typeof input>;

/**
 * `ovh.describe-network`: changes what an entry is for and until when it is let in, which is why it is no harmless one. The only
 * way in of whoever works here is given no end.
 */
export function describeAction(parts: AllowlistActionParts): Action<Wanted> {
  return {
    id: "ovh.describe-network",
    title: text("Change what it is for and until when", "Modifier le motif et l'échéance"),
    verb: text("Change", "Modifier"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["service"],
    input,
    fields: fieldsWith(""),
    fieldsFor: ({ facts }) => {
      const note = facts["allowlist.note"]?.value;
      return fieldsWith(typeof note === "string" ? note : "");
    },
    bulk: false,
    decidedIn: "change-network",
    appliesTo: (resource) => isEntry(parts, resource),
    rights: (resource) => rightTo(parts, resource, "PUT"),
    describe: ({ name }) => ({
      steps: [
        text(
          `Change the description of ${name}, which is where its end stands.`,
          `Modifier la description de ${name}, où figure son échéance.`,
        ),
      ],
      proof: text(
        "The entry, read again, has that description.",
        "L'entrée, relue, porte cette description.",
      ),
      undo: text("The description is as it was.", "La description redevient ce qu'elle était."),
    }),
    async probe({ resource, signal, actor }, wanted) {
      const list = listOf(parts, resource);
      const number = list.numberOf(resource.id);
      const reading = await list.read(signal);
      const entry = entryIn(reading, number);
      if (entry === null || number === null) return { state: "impossible", text: gone, observed: {} };
      const ends = endOf(wanted, entry.ends, reading.at);
      const after = wordsOf({ note: wanted.note, by: entry.by ?? actor ?? null, ends });
      const observed = { before: entry.description, after };
      const isSooner = ends !== null && (entry.ends === null || ends < entry.ends);
      if (isSooner) {
        const { allowed, text: why } = list.judgeRemoval(number, reading);
        if (!allowed) return { state: "impossible", text: why, observed };
      }
      const [from, to] = [untilWords(entry.ends), untilWords(ends)];
      if (after === entry.description) return { state: "done", text: hasIt, observed };
      return {
        state: "needed",
        text: text(
          `It is let in ${from.en}: ${entry.note || "—"}`,
          `Il est autorisé ${from.fr} : ${entry.note || "—"}`,
        ),
        observed,
        steps: [
          text(
            `It is then let in ${to.en}: ${wanted.note || "—"}`,
            `Il est ensuite autorisé ${to.fr} : ${wanted.note || "—"}`,
          ),
        ],
      };
    },
    apply: (context, _wanted, { observed }) => put(parts, context, observed.before, observed.after),
    verify: (context, _wanted, { observed }, applied) =>
      proofOf(parts, context, observed.after, refusalIn(applied)),
    async settle(context, _wanted, { observed }) {
      const { proven, text: words } = await proofOf(parts, context, observed.after, null);
      return { effect: proven ? "happened" : "did-not-happen", text: words, data: {} };
    },
    async undo(context, _wanted, { observed }) {
      const applied = await put(parts, context, observed.after, observed.before);
      return proofOf(parts, context, observed.before, refusalIn(applied));
    },
  };
}

function put(parts: AllowlistActionParts, context: ActionContext, before: unknown, after: unknown) {
  const list = listOf(parts, context.resource);
  const { api } = list.parts;
  return list.exclusively(context.signal, async () => {
    const entry = await entryOf(parts, context);
    if (entry?.description === after) return { data: {} };
    if (entry === null || entry.description !== before || typeof after !== "string")
      throw entryChanged(entry?.network ?? context.resource.name);
    return carryOut(api, context, parts.patience, (sending) => api.describe(entry, after, sending));
  });
}

async function proofOf(
  parts: AllowlistActionParts,
  context: ActionContext,
  wanted: unknown,
  refusal: LocalText | null,
): Promise<Verification> {
  const entry = await entryOf(parts, context);
  if (entry?.description === wanted) return { proven: true, text: hasIt, data: {} };
  if (refusal) return { proven: false, disproven: true, text: refusal, data: {} };
  return { proven: false, text: entry ? hasOther(entry) : gone, data: {} };
}

async function entryOf(
  parts: AllowlistActionParts,
  { resource, signal }: ActionContext,
): Promise<ListEntry | null> {
  const list = listOf(parts, resource);
  const number = list.numberOf(resource.id);
  return number === null ? null : list.parts.api.entry(number, signal);
}

function endOf(wanted: Wanted, before: number | null, now: number): number | null {
  if (wanted.for === "keep") return before;
  return wanted.for === "always" ? null : wholeMinute(now + milliseconds(wanted.for));
}

function fieldsWith(note: string) {
  return [
    textField("note", text("What for", "Motif"), note),
    textField(
      "for",
      text(
        "For how long from now on (4h, 2d; keep: as it is; always: no end)",
        "Durée à partir de maintenant (4h, 2d ; keep : inchangée ; always : sans fin)",
      ),
      "keep",
    ),
  ];
}

const gone = text("The list no longer has it.", "La liste ne le contient plus.");
const hasIt = text("It has that description.", "Il porte cette description.");

function hasOther({ description }: ListEntry): LocalText {
  const { note, ends } = readWords(description);
  const until = untilWords(ends);
  return text(`It is let in ${until.en}: ${note || "—"}`, `Il est autorisé ${until.fr} : ${note || "—"}`);
}
