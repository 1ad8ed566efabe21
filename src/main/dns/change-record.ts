import { z } from "zod";
import { secondInWords } from "../../shared/amount-words.ts";
import { OpsError } from "../../shared/errors.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, localTextSchema, text } from "../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../actions/action.ts";
import { changedMeanwhile, changedMeanwhileCode } from "./faults.ts";
import { atAllServers } from "./proof.ts";
import type { ReaderParts } from "./reading.ts";
import { type Held, heldWords, sameHeld, type Wanted, wantedInput, wantedOf } from "./wanted.ts";
import type { WatchedRecord } from "./zones.ts";

/** Where records are changed: a zone's primary server, a provider's API. Errors are OpsErrors. */
export interface RecordWriter {
  /** What it is called. */
  where(record: WatchedRecord): string;
  /** Why this record cannot be changed there; null when it can. */
  unavailable(record: WatchedRecord): LocalText | null;
  /** The record as it stands there, for a change: not as somebody else answers it. */
  held(record: WatchedRecord, signal: AbortSignal): Promise<Held>;
  /**
   * Puts `after` in the place of `before`, and fails with `dns.changed-meanwhile` when `before` does not stand there any
   * more. `committed` is called before the first byte that changes something.
   */
  replace(
    record: WatchedRecord,
    before: Held,
    after: Held,
    context: Pick<ActionContext, "signal" | "committed">,
  ): Promise<void>;
  /** Where what stands there does not show by itself: lets it be shown. */
  publish?(record: WatchedRecord, context: Pick<ActionContext, "signal" | "committed">): Promise<void>;
}

export interface ChangeParts {
  reader: ReaderParts;
  writer: RecordWriter;
  recordOf(resource: Pick<Resource, "id">): WatchedRecord | null;
  /** Milliseconds that a change may take to be at every authoritative server. */
  propagation: number;
}

const observedSchema = z.object({
  before: z.object({ values: z.array(z.string()), ttl: z.number().nullable(), alias: z.string().nullable() }),
});

/**
 * `dns.change-record`: gives a record another value. What stands there must be what was seen, so that nobody's change is
 * undone by it; it is proven by every authoritative server, and undone by the value of before.
 */
export function changeRecordAction(parts: ChangeParts): Action<Wanted> {
  const { writer, reader } = parts;
  return {
    id: "dns.change-record",
    title: text("Change the record", "Modifier l'enregistrement"),
    verb: text("Change", "Modifier"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["dns-record"],
    input: wantedInput,
    fields: fieldsOf(null),
    fieldsFor: (resource) => fieldsOf(parts.recordOf(resource)),
    bulk: true,
    appliesTo: (resource) => parts.recordOf(resource) !== null,
    unavailable: (resource) => {
      const record = parts.recordOf(resource);
      return record ? writer.unavailable(record) : null;
    },
    describe: (resource, input) => inWords(parts, known(parts, resource), input),
    async probe({ resource, signal }, input) {
      const record = known(parts, resource);
      const before = await writer.held(record, signal);
      const wanted = wantedOf(record, input, before);
      const observed = { at: reader.now(), before: { ...before } };
      if (before.alias !== null) {
        const words = text(
          `${record.name} is an alias of ${before.alias}: change that, or the record of type CNAME.`,
          `${record.name} est un alias de ${before.alias} : modifiez celui-ci, ou l'enregistrement de type CNAME.`,
        );
        return { state: "impossible", text: words, observed };
      }
      const now = text(
        `It is now ${heldWords(before).en}.`,
        `Sa valeur actuelle est : ${heldWords(before).fr}.`,
      );
      if (!sameHeld(before, wanted)) {
        return { state: "needed", text: now, observed, steps: stepsOf(parts, record, before, wanted) };
      }
      const { proven, text: found } = await atAllServers(parts, record, wanted, signal, {
        ...input,
        within: 0,
      });
      return { state: proven ? "done" : "needed", text: proven ? now : found, observed };
    },
    async apply(context, input, { observed }) {
      const record = known(parts, context.resource);
      const { before } = observedSchema.parse(observed);
      const held = await writer.held(record, context.signal);
      const wanted = wantedOf(record, input, before);
      const data = { values: wanted.values, ttl: wanted.ttl };
      if (sameHeld(held, wanted)) {
        await writer.publish?.(record, context);
        return { data };
      }
      if (!sameHeld(held, before)) throw changedMeanwhile(record.name);
      const kept = await conditionally(() => writer.replace(record, before, wanted, context));
      return { data: kept ? { ...data, kept: { ...kept } } : data };
    },
    async verify(context, input, { observed }, { data }): Promise<Verification> {
      const record = known(parts, context.resource);
      const kept = localTextSchema.safeParse(data.kept);
      if (kept.success) return disproven(kept.data);
      const { before } = observedSchema.parse(observed);
      const wanted = wantedOf(record, input, before);
      const wish = { ...input, within: parts.propagation };
      const proof = await atAllServers(parts, record, wanted, context.signal, wish, context);
      return proof.proven ? withOldAnswers(proof, before, reader.now()) : proof;
    },
    async settle({ resource, signal }, input, { observed }): Promise<Settlement> {
      const record = known(parts, resource);
      const { before } = observedSchema.parse(observed);
      const held = await writer.held(record, signal);
      const wanted = wantedOf(record, input, before);
      const effect = sameHeld(held, wanted)
        ? "happened"
        : sameHeld(held, before)
          ? "did-not-happen"
          : "unknown";
      return { effect, text: heldWords(held), data: { values: held.values, ttl: held.ttl } };
    },
    async undo(context, input, { observed }): Promise<Verification> {
      const record = known(parts, context.resource);
      const { before } = observedSchema.parse(observed);
      const held = await writer.held(record, context.signal);
      const wanted = wantedOf(record, input, before);
      if (sameHeld(held, before)) await writer.publish?.(record, context);
      else if (!sameHeld(held, wanted)) throw changedMeanwhile(record.name);
      else {
        const kept = await conditionally(() => writer.replace(record, held, before, context));
        if (kept) return disproven(kept);
      }
      const wish = { ...input, within: parts.propagation };
      const proof = await atAllServers(parts, record, before, context.signal, wish, context);
      return proof.proven ? withOldAnswers(proof, wanted, reader.now()) : proof;
    },
  };
}

/**
 * Null when it was done, or the words of the far side's own proof that it was not, because its condition had failed: no reason
 * to call the effect unknown, though the change was sent.
 */
async function conditionally(work: () => Promise<void>): Promise<LocalText | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof OpsError && error.code === changedMeanwhileCode) return error.text;
    throw error;
  }
}

function disproven(words: LocalText): Verification {
  return { proven: false, disproven: true, text: words, data: {} };
}

function known({ recordOf }: ChangeParts, resource: Pick<Resource, "id" | "name">): WatchedRecord {
  const record = recordOf(resource);
  if (!record) throw changedMeanwhile(resource.name);
  return record;
}

function fieldsOf(record: WatchedRecord | null): Action["fields"] {
  const names = [...(record?.values.keys() ?? [])].join(", ");
  const value = names
    ? text(`New value, or one of: ${names}`, `Nouvelle valeur, ou l'une de : ${names}`)
    : text("New value", "Nouvelle valeur");
  const common = { required: false, choices: [], initial: null };
  return [
    { ...common, name: "value", label: value, type: "text", required: true },
    {
      ...common,
      name: "ttl",
      label: text(
        "Time to live in seconds (as it is when left out)",
        "Durée de vie en secondes (inchangée si vide)",
      ),
      type: "number",
    },
    {
      ...common,
      name: "withoutSilent",
      label: text(
        "Do without name servers that are silent",
        "Se passer des serveurs de noms qui ne répondent pas",
      ),
      type: "boolean",
      initial: false,
    },
  ];
}

function inWords({ writer }: ChangeParts, record: WatchedRecord, { value, ttl }: Wanted) {
  const seconds = ttl === undefined ? "" : `, TTL ${ttl} s`;
  const where = writer.where(record);
  return {
    steps: [
      text(
        `Change ${record.name} ${record.type} to ${value}${seconds} at ${where}.`,
        `Donner à ${record.name} ${record.type} la valeur ${value}${seconds} auprès de ${where}.`,
      ),
    ],
    proof: text(
      "Every authoritative server of the zone answers the new value.",
      "Chaque serveur faisant autorité pour la zone répond la nouvelle valeur.",
    ),
    undo: text(
      "The value and the time to live of before are put back.",
      "La valeur et la durée de vie d'avant sont remises.",
    ),
  };
}

/** The change in words, and for how long others may give the old answer. */
function stepsOf({ writer, reader }: ChangeParts, record: WatchedRecord, before: Held, wanted: Held) {
  const where = writer.where(record);
  const from = heldWords(before);
  const to = heldWords(wanted);
  return [
    text(
      `Change ${record.name} ${record.type} from ${from.en} to ${to.en} at ${where}, if it is still the former.`,
      `Faire passer ${record.name} ${record.type} de ${from.fr} à ${to.fr} auprès de ${where}, si la valeur est encore la première.`,
    ),
    oldAnswers(before, reader.now()),
  ];
}

function oldAnswers(before: Held, now: number): LocalText {
  if (before.values.length > 0 && before.ttl === null) {
    return text(
      "Resolvers may give the old answer for as long as the zone's own time to live says.",
      "Des résolveurs peuvent donner l'ancienne réponse aussi longtemps que le dit la durée de vie de la zone.",
    );
  }
  if (before.values.length === 0 || before.ttl === null) {
    return text(
      "Resolvers may remember for a while that there was no such record.",
      "Des résolveurs peuvent retenir un moment que cet enregistrement n'existait pas.",
    );
  }
  const until = secondInWords(now + before.ttl * 1000);
  return text(
    `Resolvers may give the old answer for ${before.ttl} s, until ${until}.`,
    `Des résolveurs peuvent donner l'ancienne réponse pendant ${before.ttl} s, jusqu'à ${until}.`,
  );
}

function withOldAnswers(proof: Verification, before: Held, now: number): Verification {
  const old = oldAnswers(before, now);
  return { ...proof, text: text(`${proof.text.en} ${old.en}`, `${proof.text.fr} ${old.fr}`) };
}
