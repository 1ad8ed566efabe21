import { z } from "zod";
import { text } from "../../../../../shared/text.ts";
import type { Action } from "../../../../actions/action.ts";
import { awayData, awayOf } from "../../../guests-away.ts";
import { onNodes } from "../node-words.ts";
import type { ProxmoxActionParts } from "../task.ts";
import { noting } from "./record.ts";
import { readStanding } from "./standing.ts";

/** Writes into the journal which guests are on a node, so that they can come back whatever becomes of the work on it. */
export function noteGuestsAction(parts: ProxmoxActionParts): Action<Record<string, never>> {
  const words = (count: number) =>
    text(
      `VMs that are on it, as the journal has it: ${count}.`,
      `VM présentes, consignées au journal : ${count}.`,
    );
  return {
    ...onNodes(parts),
    id: noting,
    title: text("Note its VMs", "Noter ses VM"),
    verb: text("Note the VMs of", "Noter les VM de"),
    risk: "safe",
    effect: "convergent",
    input: z.strictObject({}),
    fields: [],
    bulk: true,
    describe: () => ({
      steps: [text("Write into the journal which VMs are on it.", "Consigner au journal les VM présentes.")],
      proof: text("The journal holds the list.", "Le journal contient la liste."),
      undo: null,
    }),
    async probe(context) {
      const { leaving } = await readStanding(parts, context, { poweredOff: true });
      const away = awayData(new Map(leaving.map(({ id }) => [String(id), null])));
      return { state: "needed", text: words(leaving.length), observed: { away } };
    },
    // The intent, which is on disk by now, is the note.
    apply: async () => ({ data: {} }),
    verify: async (_context, _input, { observed }) => {
      const { size } = awayOf(observed.away);
      return { proven: true, text: words(size), data: { vms: size } };
    },
    settle: async (_context, _input, { observed }) => {
      const { size } = awayOf(observed.away);
      return { effect: "happened", text: words(size), data: { vms: size } };
    },
  };
}
