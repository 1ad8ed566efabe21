import { z } from "zod";
import type { Probe } from "../../../../../shared/action.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement } from "../../../../actions/action.ts";
import { readRange, sizeOf, usualRange } from "../../../../reach/ranges.ts";
import { entryChanged, wouldLockOut } from "../../faults.ts";
import { isLetIn, type ReadEntry, staysIn } from "../entries.ts";
import { wholeMinute, wordsOf } from "../entry-words.ts";
import type { ProviderList } from "../list.ts";
import { carryOut, refusalIn } from "./orders.ts";
import {
  type AllowlistActionParts,
  isList,
  lastingSchema,
  listAfter,
  listOf,
  milliseconds,
  networksOf,
  noteSchema,
  rightTo,
  textField,
  untilWords,
} from "./parts.ts";

/** An entry that ends this much sooner than is asked for now is the one that is asked for, milliseconds. */
const slack = 120_000;
/** More addresses than that are no place that somebody works at. */
const mostAddresses = 65_536n;

const input = z.object({
  network: z.string().trim().min(1).max(100),
  for: lastingSchema.default("4h"),
  note: noteSchema,
});
type Wanted = z.infer<typeof input>;

/**
 * `ovh.allow-network`: adds an entry to a list. An order whose answer is lost is not sent again, for the list would have it
 * twice: what became of it is read from the list, and not known while the provider still works on something there.
 */
export function allowAction(parts: AllowlistActionParts): Action<Wanted> {
  return {
    id: "ovh.allow-network",
    title: text("Let in a network", "Autoriser un réseau"),
    verb: text("Let in", "Autoriser"),
    risk: "disruptive",
    effect: "once",
    kinds: ["service"],
    input,
    fields: [
      textField(
        "network",
        text("Network (203.0.113.7 or 203.0.113.0/28)", "Réseau (203.0.113.7 ou 203.0.113.0/28)"),
        "",
        true,
      ),
      textField(
        "for",
        text("For how long (4h, 2d; always: no end)", "Durée (4h, 2d ; always : sans fin)"),
        "4h",
      ),
      textField("note", text("What for", "Motif"), ""),
    ],
    bulk: false,
    decidedIn: "allow-network",
    appliesTo: (resource) => isList(parts, resource),
    rights: (resource) => rightTo(parts, resource, "POST"),
    describe: ({ name }, wanted) => ({
      steps: [
        text(
          `Add ${usualRange(wanted.network) ?? wanted.network} to ${name} and wait until the provider has done so.`,
          `Ajouter ${usualRange(wanted.network) ?? wanted.network} à ${name} et attendre que le fournisseur l'ait fait.`,
        ),
      ],
      proof: text(
        "The list, read again, has the entry and shows it as let in.",
        "La liste, relue, contient l'entrée et la montre comme autorisée.",
      ),
      undo: text("The entry is taken out again.", "L'entrée est de nouveau retirée."),
    }),
    async probe({ resource, signal, actor }, wanted) {
      const list = listOf(parts, resource);
      const reading = await list.read(signal);
      const ends = wanted.for === "always" ? null : wholeMinute(reading.at + milliseconds(wanted.for));
      const observed = { at: reading.at, ends, by: actor ?? null };
      const said = (state: Probe["state"], words: LocalText): Probe => ({ state, text: words, observed });
      const network = usualRange(wanted.network);
      const objection = objectionTo(network);
      if (network === null || objection !== null) return said("impossible", objection ?? noNetwork);
      const same = reading.entries.find((each) => each.network === network && staysIn(each));
      const lasts = same && (same.ends === null || (ends !== null && same.ends + slack >= ends));
      if (lasts) return said("done", isIn(same));
      if (same) return said("impossible", endsEarlier(same));
      if (isLetIn(network, reading.entries)) return said("done", coveredBy(network));
      const until = untilWords(ends);
      return {
        ...said("needed", text(`${network} is not on the list.`, `${network} n'est pas sur la liste.`)),
        steps: [
          text(`Add ${network}, ${until.en}.`, `Ajouter ${network}, ${until.fr}.`),
          ...listAfter(list, [...networksOf(reading.entries), network]),
        ],
      };
    },
    apply(context, wanted, probe) {
      const list = listOf(parts, context.resource);
      const { network, description } = orderOf(wanted, probe);
      return list.exclusively(context.signal, () =>
        carryOut(list.parts.api, context, parts.patience, (sending) =>
          list.parts.api.add({ network, description }, sending),
        ),
      );
    },
    async verify({ resource, signal }, wanted, probe, applied) {
      const found = await ordered(listOf(parts, resource), wanted, probe, signal);
      const refusal = refusalIn(applied);
      if (found === null && refusal !== null)
        return { proven: false, disproven: true, text: refusal, data: applied.data };
      return {
        proven: found?.state === "allowed",
        text: found ? isIn(found) : notThere(wanted),
        data: { entry: found?.networkAccessId ?? null },
      };
    },
    async settle({ resource, signal }, wanted, probe): Promise<Settlement> {
      const list = listOf(parts, resource);
      // Asked first: an order that ends in between is on the list by then.
      const unfinished = await list.parts.api.unfinished(signal);
      const found = await ordered(list, wanted, probe, signal);
      if (found) return { effect: "happened", text: isIn(found), data: { entry: found.networkAccessId } };
      if (unfinished > 0) return { effect: "unknown", text: atWork(unfinished), data: { unfinished } };
      return { effect: "did-not-happen", text: notThere(wanted), data: {} };
    },
    undo: (context, wanted, probe) => takeOut(parts, context, wanted, probe),
  };
}

async function takeOut(parts: AllowlistActionParts, context: ActionContext, wanted: Wanted, probe: Probe) {
  const list = listOf(parts, context.resource);
  const { signal } = context;
  return list.exclusively(signal, async () => {
    const reading = await list.read(signal);
    const { network, description } = orderOf(wanted, probe);
    const found = reading.entries.find((each) => each.network === network && staysIn(each));
    if (found && found.description !== description) throw entryChanged(network);
    if (found) {
      const { allowed, text: why } = list.judgeRemoval(found.networkAccessId, reading);
      if (!allowed) throw wouldLockOut(why);
      await carryOut(list.parts.api, context, parts.patience, (sending) =>
        list.parts.api.remove(found.networkAccessId, sending),
      );
    }
    const left = await ordered(list, wanted, probe, signal);
    return { proven: left === null, text: left ? isIn(left) : notThere(wanted), data: {} };
  });
}

function orderOf(wanted: Wanted, { observed }: Probe): { network: string; description: string } {
  const { ends, by } = observed;
  return {
    network: usualRange(wanted.network) ?? wanted.network,
    description: wordsOf({
      note: wanted.note,
      by: typeof by === "string" ? by : null,
      ends: typeof ends === "number" ? ends : null,
    }),
  };
}

/** The entry that was ordered, as the list has it now. */
async function ordered(
  list: ProviderList,
  wanted: Wanted,
  probe: Probe,
  signal: AbortSignal,
): Promise<ReadEntry | null> {
  const { network, description } = orderOf(wanted, probe);
  const { entries } = await list.read(signal);
  return entries.find((each) => each.network === network && each.description === description) ?? null;
}

function objectionTo(network: string | null): LocalText | null {
  const range = network === null ? null : readRange(network);
  if (range === null) return noNetwork;
  if (range.family === "ipv6") return onlyIpv4;
  return sizeOf(range) > mostAddresses ? tooWide : null;
}

const noNetwork = text(
  "This is no network: write an address, or a network without bits behind its prefix, such as 203.0.113.0/28.",
  "Ce n'est pas un réseau : écrivez une adresse, ou un réseau sans bits après son préfixe, tel que 203.0.113.0/28.",
);
const onlyIpv4 = text(
  "The provider's lists take IPv4 alone.",
  "Les listes du fournisseur n'acceptent que l'IPv4.",
);
const tooWide = text(
  "This lets in more than 65,536 addresses; the shortest prefix that is taken here is /16.",
  "Cela autorise plus de 65 536 adresses ; le préfixe le plus court admis ici est /16.",
);

function isIn(entry: ReadEntry): LocalText {
  const until = untilWords(entry.ends);
  const { network, state } = entry;
  return state === "allowed"
    ? text(`${network} is let in, ${until.en}.`, `${network} est autorisé, ${until.fr}.`)
    : text(`${network} is on the list as “${state}”.`, `${network} est sur la liste à l'état « ${state} ».`);
}

function endsEarlier(entry: ReadEntry): LocalText {
  const { en, fr } = isIn(entry);
  return text(
    `${en} Change the end of that entry instead.`,
    `${fr} Modifiez plutôt l'échéance de cette entrée.`,
  );
}

function coveredBy(network: string): LocalText {
  return text(
    `${network} is let in already by a wider entry.`,
    `${network} est déjà autorisé par une entrée plus large.`,
  );
}

function notThere({ network }: Wanted): LocalText {
  const shown = usualRange(network) ?? network;
  return text(`${shown} is not on the list.`, `${shown} n'est pas sur la liste.`);
}

function atWork(count: number): LocalText {
  return text(
    `It is not on the list, and the provider has ${count} unfinished task(s) of that service.`,
    `Elle n'est pas sur la liste, et le fournisseur a ${count} tâche(s) inachevée(s) sur ce service.`,
  );
}
