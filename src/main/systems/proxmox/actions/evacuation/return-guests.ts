import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import {
  bringingBack,
  moveBackWords,
  refusedData,
  refusedOf,
  settledBy,
  wantedBack,
} from "../../../guest-evacuation.ts";
import { departedWords, returnWords } from "../../../guest-words.ts";
import { awayData, awayOf } from "../../../guests-away.ts";
import { nodeOf, noQuorum, notInCluster, onNodes } from "../node-words.ts";
import { movingFields, movingShape } from "./fields.ts";
import { movingRights } from "./moving-rights.ts";
import { departures, noting, returning } from "./record.ts";
import { back, bringBack, planReturn, readDeparted } from "./return-plan.ts";
import { accepts, type EvacuationParts } from "./standing.ts";

const returnInput = z.strictObject({
  ...movingShape,
  /** Names or VMIDs with commas between them; empty: those that the journal knows to have left. */
  vms: z.string().max(20_000).default(""),
});
type Input = z.infer<typeof returnInput>;

const nothingLeft = text(
  "By the journal no VM has left this node in the last days.",
  "D'après le journal, aucune VM n'a quitté ce nœud ces derniers jours.",
);
const inMaintenance = text(
  "HA keeps the node in maintenance: end that first (ha-manager crm-command node-maintenance disable).",
  "La HA maintient le nœud en maintenance : mettez-y d'abord fin (ha-manager crm-command node-maintenance disable).",
);

/** Brings back the guests that an evacuation has moved away, by the journal, or those that are named. */
export function returnGuestsAction(parts: EvacuationParts): Action<Input> {
  const early = new EarlyEnds();
  return {
    ...onNodes(parts),
    ...bringingBack,
    rights: (resource) => movingRights(parts, nodeOf(parts.system, resource)),
    id: returning,
    input: returnInput,
    fields: [
      optionalField(
        "vms",
        text(
          "VMs by name or VMID, with commas; empty: those that left it",
          "VM par nom ou VMID, séparés par des virgules ; vide : celles qui l'ont quitté",
        ),
        "text",
        "",
      ),
      ...movingFields,
    ],
    describe: (resource) => ({
      steps: [moveBackWords(resource)],
      proof: text(
        "By a fresh reading they are on the node.",
        "D'après une nouvelle lecture, elles sont sur le nœud.",
      ),
      undo: null,
    }),

    async probe(context, input) {
      const named = { words: input.vms, guests: parts.known.guests };
      const record = wantedBack(context, named, { departures, noting, returning });
      const departed = await readDeparted(parts, context, record);
      const { host, cluster } = departed;
      const observed = { away: awayData(record), back: departed.home.length };
      if (record.size === 0) return { state: "done", text: nothingLeft, observed };
      if (departed.away.length === 0) return { state: "done", text: departedWords(departed), observed };
      if (!host.online) return { state: "impossible", text: notInCluster, observed };
      if (!cluster.quorate) return { state: "impossible", text: noQuorum, observed };
      if (!accepts(cluster, host)) return { state: "impossible", text: inMaintenance, observed };
      const options = { wish: input, withinLimits: input.withinLimits };
      const { moves, unplaced } = await planReturn(parts, departed, options, context);
      const words = returnWords(moves, unplaced, departed);
      return { state: moves.length === 0 ? "impossible" : "needed", text: words, observed };
    },

    async apply(context, input, { observed }) {
      const ending = new AbortController();
      const work = early.begin(context.resource.id, () => ending.abort());
      try {
        const { limit, withinLimits } = input;
        const options = { limit, withinLimits, wish: input, ending: ending.signal };
        const { moved, refused } = await bringBack(parts, context, awayOf(observed.away), options);
        return { data: { moved, refused: refusedData(refused) } };
      } finally {
        work.end();
      }
    },

    async verify(context, input, { observed }, { data }) {
      const record = awayOf(observed.away);
      const departed = await readDeparted(parts, context, record);
      const options = { wish: input, withinLimits: input.withinLimits };
      const { unplaced } = await planReturn(parts, departed, options, context);
      return back(parts, context, record, [...refusedOf(data.refused), ...unplaced]);
    },

    async settle(context, _input, { observed }) {
      return settledBy(await back(parts, context, awayOf(observed.away)));
    },

    endEarly: ({ id }) => early.ask(id),
  };
}
