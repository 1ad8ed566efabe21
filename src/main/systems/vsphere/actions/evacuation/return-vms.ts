import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import { bringingBack, limitField, moveBackWords, settledBy, wantedBack } from "../../../guest-evacuation.ts";
import { reasonsOf, returnWords } from "../../../guest-words.ts";
import { awayData, awayOf } from "../../../guests-away.ts";
import { notConnected, onHosts } from "../host-words.ts";
import { accepts } from "./plan.ts";
import { departures, noting, returning } from "./record.ts";
import { back, backWords, bringBack, planReturn, readDeparted } from "./return-plan.ts";
import type { EvacuationParts } from "./standing.ts";

const returnInput = z.strictObject({
  /** Names or identifiers with commas between them; empty: those that the journal knows to have left. */
  vms: z.string().max(20_000).default(""),
  limit: z.coerce.number().int().min(1).max(8).default(2),
  leaveToDrs: z.boolean().default(true),
  withinLimits: z.boolean().default(true),
});
type Input = z.infer<typeof returnInput>;

const nothingLeft = text(
  "By the journal no VM has left this host in the last days.",
  "D'après le journal, aucune VM n'a quitté cet hôte ces derniers jours.",
);
const takesNone = text(
  "The host takes no VMs now: it is in maintenance mode or not up.",
  "L'hôte n'accepte pas de VM actuellement : il est en mode maintenance ou arrêté.",
);

/** Brings back the VMs that an evacuation or DRS has moved away, by the journal, or those that are named. */
export function returnVmsAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onHosts(parts),
    ...bringingBack,
    id: returning,
    input: returnInput,
    fields: [
      optionalField(
        "vms",
        text(
          "VMs by name, with commas; empty: those that left it",
          "VM par nom, séparées par des virgules ; vide : celles qui l'ont quitté",
        ),
        "text",
        "",
      ),
      limitField(2),
      optionalField(
        "leaveToDrs",
        text(
          "Leave those where they are that DRS moves by itself",
          "Laisser où elles sont celles que DRS déplace de lui-même",
        ),
        "boolean",
        true,
      ),
    ],
    describe: (resource) => ({
      steps: [moveBackWords(resource)],
      proof: text(
        "By a fresh reading they are on the host.",
        "D'après une nouvelle lecture, elles sont sur l'hôte.",
      ),
      undo: null,
    }),

    async probe(context, input) {
      const guests = [...parts.inventory()].flatMap((held) =>
        held.is === "vm" ? [{ id: held.id, name: held.name }] : [],
      );
      const record = wantedBack(context, { words: input.vms, guests }, { departures, noting, returning });
      const departed = await readDeparted(parts, context, record);
      const observed = { away: awayData(record), back: departed.home.length };
      if (record.size === 0) return { state: "done", text: nothingLeft, observed };
      if (departed.away.length === 0) return { state: "done", text: backWords(departed), observed };
      if (departed.host.connection !== "connected") {
        return { state: "impossible", text: notConnected, observed };
      }
      if (!accepts(departed.host)) return { state: "impossible", text: takesNone, observed };
      const { moves, unplaced } = await planReturn(parts, context, departed, input);
      if (moves.length === 0 && departed.away.length === departed.drs.size) {
        return { state: "done", text: backWords(departed), observed };
      }
      const words = returnWords(moves, unplaced, departed);
      return { state: moves.length === 0 ? "impossible" : "needed", text: words, observed };
    },

    async apply(context, { limit, ...wish }, { observed }) {
      const work = early.begin(context.resource.id);
      try {
        const options = { ...wish, limit, stopped: () => work.asked };
        const { moved, refused } = await bringBack(parts, context, awayOf(observed.away), options);
        return { data: { moved, why: { ...reasonsOf(refused) } } };
      } finally {
        work.end();
      }
    },

    async verify(context, input, { observed }, { data }) {
      const record = awayOf(observed.away);
      const departed = await readDeparted(parts, context, record);
      const { unplaced } = await planReturn(parts, context, departed, input);
      const seen = await back(parts, context, record, unplaced);
      const why = z.object({ en: z.string(), fr: z.string() }).safeParse(data.why);
      if (seen.proven || !why.success) return seen;
      const words = text(`${seen.text.en} ${why.data.en}`.trim(), `${seen.text.fr} ${why.data.fr}`.trim());
      return { ...seen, text: words };
    },

    async settle(context, _input, { observed }) {
      return settledBy(await back(parts, context, awayOf(observed.away)));
    },

    endEarly: ({ id }) => early.ask(id),
  };
}
