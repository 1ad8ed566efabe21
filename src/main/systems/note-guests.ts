import { z } from "zod";
import { text } from "../../shared/text.ts";
import type { Action, ActionContext } from "../actions/action.ts";
import { awayData, awayOf } from "./guests-away.ts";

/** What a system has its own of the note. */
export interface NoteParts extends Pick<Action, "id" | "kinds" | "appliesTo" | "unavailable" | "idle"> {
  /** The identifiers of the VMs that are on a host now, read far away. Throws OpsErrors. */
  guestsOn(context: ActionContext): Promise<readonly string[]>;
}

/** Writes into the journal which VMs are on a host, so that they can come back whatever becomes of the work on it. */
export function noteGuestsAction({ guestsOn, ...own }: NoteParts): Action<Record<string, never>> {
  const words = (count: number) =>
    text(
      `VMs that are on it, as the journal has it: ${count}.`,
      `VM présentes, consignées au journal : ${count}.`,
    );
  return {
    ...own,
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
      const vms = await guestsOn(context);
      const away = awayData(new Map(vms.map((id) => [id, null])));
      return { state: "needed", text: words(vms.length), observed: { away } };
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
