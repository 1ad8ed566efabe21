import { z } from "zod";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Verification } from "../../../../actions/action.ts";
import { pause } from "../../../../reach/abort.ts";
import { entryChanged, wouldLockOut } from "../../faults.ts";
import { staysIn } from "../entries.ts";
import type { ListEntry } from "../list-api.ts";
import { carryOut, refusalIn } from "./orders.ts";
import {
  type AllowlistActionParts,
  entryIn,
  isEntry,
  listAfter,
  listOf,
  networksOf,
  rightTo,
  untilWords,
} from "./parts.ts";

const input = z.object({
  /** Only if its end has come by the provider's clock: somebody may have put it off meanwhile. */
  onlyIfDue: z.boolean().default(false),
});
type Wanted = z.infer<typeof input>;

/**
 * `ovh.remove-network`: takes an entry out of a list, unless that would keep out whoever works here. The list is read again and
 * judged again right before, and one removal after the other.
 */
export function removeAction(parts: AllowlistActionParts): Action<Wanted> {
  return {
    id: "ovh.remove-network",
    title: text("Take a network off the list", "Retirer un réseau de la liste"),
    verb: text("Take off", "Retirer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["service"],
    input,
    fields: [],
    bulk: false,
    decidedIn: "remove-network",
    appliesTo: (resource) => isEntry(parts, resource),
    rights: (resource) => rightTo(parts, resource, "DELETE"),
    lockOut(resource) {
      const list = listOf(parts, resource);
      const { reading } = list;
      const number = list.numberOf(resource.id);
      if (reading === null || number === null) return { allowed: false, text: notRead };
      return entryIn(reading, number) ? list.judgeRemoval(number, reading) : { allowed: true, text: gone };
    },
    describe: ({ name }) => ({
      steps: [
        text(
          `Take ${name} off the list and wait until the provider has done so.`,
          `Retirer ${name} de la liste et attendre que le fournisseur l'ait fait.`,
        ),
      ],
      proof: text(
        "The list, read again, no longer has the entry.",
        "La liste, relue, ne contient plus l'entrée.",
      ),
      undo: text(
        "The network is let in again, under another number.",
        "Le réseau est de nouveau autorisé, sous un autre numéro.",
      ),
    }),
    async probe({ resource, signal }, { onlyIfDue }) {
      const list = listOf(parts, resource);
      const number = list.numberOf(resource.id);
      const reading = await list.read(signal);
      const entry = entryIn(reading, number);
      if (entry === null || number === null) return { state: "done", text: gone, observed: {} };
      const { network, description, ends } = entry;
      const observed = { network, description };
      if (onlyIfDue && (ends === null || ends > reading.at))
        return { state: "impossible", text: notDue(ends), observed };
      const { allowed, text: why } = list.judgeRemoval(number, reading);
      if (!allowed) return { state: "impossible", text: why, observed };
      const left = networksOf(reading.entries.filter((each) => each !== entry));
      return {
        state: "needed",
        text: text(`${network} is on the list.`, `${network} est sur la liste.`),
        observed,
        steps: [text(`Take off ${network}.`, `Retirer ${network}.`), ...listAfter(list, left)],
      };
    },
    apply(context, _wanted, { observed }) {
      const list = listOf(parts, context.resource);
      const { signal } = context;
      return list.exclusively(signal, async () => {
        const reading = await list.read(signal);
        const entry = entryIn(reading, list.numberOf(context.resource.id));
        if (entry === null) return { data: {} };
        if (!staysIn(entry)) return waitForIt(parts, context);
        const { networkAccessId, network, description } = entry;
        if (network !== observed.network || description !== observed.description) throw entryChanged(network);
        const { allowed, text: why } = list.judgeRemoval(networkAccessId, reading);
        if (!allowed) throw wouldLockOut(why);
        return carryOut(list.parts.api, context, parts.patience, (sending) =>
          list.parts.api.remove(networkAccessId, sending),
        );
      });
    },
    async verify(context, _wanted, _probe, applied): Promise<Verification> {
      const entry = await entryOf(parts, context);
      const refusal = refusalIn(applied);
      if (entry !== null && refusal !== null)
        return { proven: false, disproven: true, text: refusal, data: applied.data };
      return { proven: entry === null, text: entry ? still(entry) : gone, data: {} };
    },
    async settle(context) {
      const entry = await entryOf(parts, context);
      if (entry === null) return { effect: "happened", text: gone, data: {} };
      return { effect: staysIn(entry) ? "did-not-happen" : "unknown", text: still(entry), data: {} };
    },
    undo: (context, _wanted, { observed }) => letInAgain(parts, context, observed),
  };
}

/** Somebody else has ordered it: it is not ordered twice, only waited for. */
async function waitForIt(parts: AllowlistActionParts, context: ActionContext): Promise<Applied> {
  const { every, most } = parts.patience;
  for (let looked = 0; looked < most; looked += 1) {
    if ((await entryOf(parts, context)) === null) break;
    await pause(every, context.signal);
  }
  return { data: {} };
}

async function letInAgain(
  parts: AllowlistActionParts,
  context: ActionContext,
  { network, description }: Readonly<Record<string, unknown>>,
): Promise<Verification> {
  const list = listOf(parts, context.resource);
  const { api } = list.parts;
  const { signal } = context;
  if (typeof network !== "string" || typeof description !== "string")
    return { proven: false, text: gone, data: {} };
  return list.exclusively(signal, async () => {
    const isIn = async () => {
      const { entries } = await list.read(signal);
      return entries.some((each) => each.network === network && each.state === "allowed");
    };
    if (!(await isIn()))
      await carryOut(api, context, parts.patience, (sending) => api.add({ network, description }, sending));
    const proven = await isIn();
    const words = proven
      ? text(`${network} is let in again.`, `${network} est de nouveau autorisé.`)
      : text(`${network} is not on the list.`, `${network} n'est pas sur la liste.`);
    return { proven, text: words, data: {} };
  });
}

async function entryOf(
  parts: AllowlistActionParts,
  { resource, signal }: ActionContext,
): Promise<ListEntry | null> {
  const list = listOf(parts, resource);
  const number = list.numberOf(resource.id);
  return number === null ? null : list.parts.api.entry(number, signal);
}

const gone = text("The list no longer has it.", "La liste ne le contient plus.");
const notRead = text(
  "The list was not read yet, so nobody can tell who would be kept out.",
  "La liste n'a pas encore été lue : on ne peut pas savoir qui serait bloqué.",
);

function still({ network, state }: ListEntry): LocalText {
  return text(
    `${network} is still on the list, as “${state}”.`,
    `${network} est toujours sur la liste, à l'état « ${state} ».`,
  );
}

function notDue(ends: number | null): LocalText {
  const { en, fr } = untilWords(ends);
  return text(
    `Its end has not come: it is let in ${en}.`,
    `Son échéance n'est pas venue : il est autorisé ${fr}.`,
  );
}
