import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../../actions/action.ts";
import { EarlyEnds } from "../../../early-ends.ts";
import { departedWords, returnWords } from "../../../guest-words.ts";
import { type Away, awayByNames, awayByRecord, awayData, awayOf } from "../../../guests-away.ts";
import { nodeOf, noQuorum, notInCluster, onNodes } from "../node-words.ts";
import { field, movingFields, movingShape } from "./fields.ts";
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
    rights: (resource) => movingRights(parts, nodeOf(parts.system, resource)),
    id: returning,
    title: text("Bring its VMs back", "Faire revenir ses VM"),
    verb: text("Bring back the VMs of", "Faire revenir les VM de"),
    risk: "safe",
    effect: "convergent",
    input: returnInput,
    fields: [
      field(
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
    bulk: false,
    probeLimit: 60_000,
    describe: ({ name }) => ({
      steps: [
        text(
          `Move the VMs back to ${name} that had left it and that nobody has moved on since.`,
          `Ramener sur ${name} les VM qui l'avaient quitté et que personne n'a déplacées depuis.`,
        ),
      ],
      proof: text(
        "By a fresh reading they are on the node.",
        "D'après une nouvelle lecture, elles sont sur le nœud.",
      ),
      undo: null,
    }),

    async probe(context, input) {
      const record = recordOf(parts, context, input);
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
        const reasons = refused.map(({ name, why }) => ({ name, why: { ...why } }));
        return { data: { moved, refused: reasons } };
      } finally {
        work.end();
      }
    },

    async verify(context, input, { observed }, { data }) {
      const record = awayOf(observed.away);
      const departed = await readDeparted(parts, context, record);
      const options = { wish: input, withinLimits: input.withinLimits };
      const refused = z.array(refusedSchema).catch([]).parse(data.refused);
      const { unplaced } = await planReturn(parts, departed, options, context);
      return back(parts, context, record, [...refused, ...unplaced]);
    },

    async settle(context, _input, { observed }) {
      const { proven, text: words, data } = await back(parts, context, awayOf(observed.away));
      return { effect: proven ? "happened" : "did-not-happen", text: words, data };
    },

    endEarly: ({ id }) => early.ask(id),
  };
}

const refusedSchema = z.object({ name: z.string(), why: z.object({ en: z.string(), fr: z.string() }) });

function recordOf({ known }: EvacuationParts, context: ActionContext, { vms }: Input): Away {
  return (
    awayByNames(vms, (isNamed) =>
      known.guests.flatMap(({ id, name }) => (isNamed(String(id), name) ? [String(id)] : [])),
    ) ?? awayByRecord(context.earlier?.([...departures, returning]) ?? [], [noting, returning])
  );
}
