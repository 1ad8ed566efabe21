import { noteGuestsAction } from "../../../note-guests.ts";
import { onNodes } from "../node-words.ts";
import type { ProxmoxActionParts } from "../task.ts";
import { noting } from "./record.ts";
import { readStanding } from "./standing.ts";

/** Notes which guests are on a node, running or not. */
export function noteGuests(parts: ProxmoxActionParts) {
  return noteGuestsAction({
    ...onNodes(parts),
    id: noting,
    async guestsOn(context) {
      const { leaving } = await readStanding(parts, context, { poweredOff: true });
      return leaving.map(({ id }) => String(id));
    },
  });
}
