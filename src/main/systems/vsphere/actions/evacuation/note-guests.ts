import { noteGuestsAction } from "../../../note-guests.ts";
import { hostReference, readHost } from "../host-reading.ts";
import { onHosts } from "../host-words.ts";
import type { VsphereActionParts } from "../task.ts";
import { noting } from "./record.ts";

/** Notes which VMs are on a host, running or not. */
export function noteGuests(parts: VsphereActionParts) {
  return noteGuestsAction({
    ...onHosts(parts),
    id: noting,
    guestsOn: async ({ resource, signal }) =>
      (await readHost(parts.session, hostReference(parts.system, resource).id, signal)).vms,
  });
}
