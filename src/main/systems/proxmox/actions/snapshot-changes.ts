import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext, Verification } from "../../../actions/action.ts";
import type { CallOptions } from "../client/session.ts";
import type { GuestPlace } from "./guest.ts";
import { readTree } from "./snapshot-reading.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** What can be done with one of a guest's snapshots, and what shows that it was done. */
export interface SnapshotChange {
  id: string;
  title: LocalText;
  verb: LocalText;
  does: LocalText;
  proof: LocalText;
  rights: readonly string[];
  types: readonly string[];
  send(
    parts: ProxmoxActionParts,
    at: GuestPlace,
    snapshot: string,
    start: boolean,
    options: CallOptions,
  ): Promise<unknown>;
  prove(parts: ProxmoxActionParts, context: ActionContext, snapshot: string): Promise<Verification>;
}

/** The deletion of a snapshot. */
export const removal: SnapshotChange = {
  id: "proxmox.snapshot-delete",
  title: text("Delete a snapshot", "Supprimer un instantané"),
  verb: text("Delete a snapshot of", "Supprimer un instantané de"),
  does: text(
    "Delete the snapshot; there is no way back to it.",
    "Supprimer l'instantané, sans retour possible.",
  ),
  proof: text("The snapshot is no longer in its tree.", "L'instantané n'est plus dans son arbre."),
  rights: ["VM.Snapshot"],
  types: ["qmdelsnapshot", "vzdelsnapshot"],
  send: ({ client }, at, snapname, _start, options) =>
    client.call({ request: "snapshotDelete", at: { ...at, snapname }, ...options }),
  async prove(parts, context, snapshot) {
    const { tree } = await readTree(parts, context);
    const isLeft = tree.snapshots.some(({ name }) => name === snapshot);
    const words = isLeft
      ? text("The snapshot is still there.", "L'instantané est toujours là.")
      : removal.proof;
    return { proven: !isLeft, text: words, data: { left: tree.snapshots.length } };
  },
};

/** The return of a guest to a snapshot. */
export const rollback: SnapshotChange = {
  id: "proxmox.snapshot-rollback",
  title: text("Roll back to a snapshot", "Revenir à un instantané"),
  verb: text("Roll back", "Ramener en arrière"),
  does: text(
    "Put the guest back to the snapshot: everything since is lost, and without memory in it it ends up off.",
    "Ramener l'invité à l'instantané : tout ce qui a suivi est perdu et, sans mémoire incluse, il se retrouve éteint.",
  ),
  proof: text(
    "Its task has ended well, and it goes on from the snapshot.",
    "Sa tâche s'est bien terminée et l'invité repart de l'instantané.",
  ),
  rights: ["VM.Snapshot", "VM.Snapshot.Rollback"],
  types: ["qmrollback", "vzrollback"],
  send: ({ client }, at, snapname, start, options) =>
    client.call({
      request: "snapshotRollback",
      at: { ...at, snapname },
      // Versions before 8 did not know it; what is not wished is not sent.
      parameters: { start: start || undefined },
      ...options,
    }),
  async prove(parts, context, snapshot) {
    const { tree, guest } = await readTree(parts, context);
    const proven = tree.current === snapshot;
    const words = text("It goes on from another snapshot.", "Elle repart d'un autre instantané.");
    const data = { current: tree.current, power: guest.power };
    return { proven, text: proven ? rollback.proof : words, data };
  },
};
