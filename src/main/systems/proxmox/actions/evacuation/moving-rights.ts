import type { LocalText } from "../../../../../shared/text.ts";
import { rightsOn } from "../guest.ts";
import type { ProxmoxActionParts } from "../task.ts";

/**
 * Whether the log-in may move every guest of a node, and what HA looks after among them; the first that it may not is told.
 * Null where that was not read, or where nothing is to move.
 */
export function movingRights(
  parts: ProxmoxActionParts,
  node: string,
): { allowed: boolean; text: LocalText } | null {
  const guests = parts.known.guests.filter((guest) => guest.node === node && !guest.template);
  const rights = guests.map(({ id }) => rightsOn(parts, `/vms/${id}`, ["VM.Migrate"]));
  if (guests.some(({ service }) => service !== null)) rights.push(rightsOn(parts, "/", ["Sys.Console"]));
  const denied = rights.find((each) => each?.allowed === false);
  return denied ?? (rights.includes(null) ? null : (rights[0] ?? null));
}
