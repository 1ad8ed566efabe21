import type { WireError } from "../../../../shared/errors.ts";
import type { SnapshotTree } from "../../../../shared/snapshots.ts";
import type { Looked } from "../../watched.ts";
import { guestGone } from "../client/faults.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { type GuestSnapshots, readSnapshots } from "../guest-details.ts";
import type { KnownGuest } from "../known.ts";

export interface SnapshotParts {
  client: ProxmoxClient;
  /** Asked anew each time: a guest moves from node to node. Null when it is not there any more. */
  guest(): Pick<KnownGuest, "node" | "kind" | "id"> | null;
  now(): number;
}

/** Milliseconds between two questions. */
const pause = 5000;

/** The snapshots of a VM or container as a tree. */
export class SnapshotsLooked implements Looked<SnapshotTree> {
  readonly #parts: SnapshotParts;
  #last: GuestSnapshots = { snapshots: [], current: null };
  #readAt: number | null = null;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  async look(signal: AbortSignal): Promise<void> {
    const { client, guest, now } = this.#parts;
    const found = guest();
    if (!found) throw guestGone(client.name);
    const at = { node: found.node, guest: found.kind, vmid: found.id };
    this.#last = readSnapshots(await client.call({ request: "guestSnapshots", at, signal }));
    this.#readAt = now();
  }

  state(error: WireError | null): SnapshotTree {
    return { ...this.#last, readAt: this.#readAt, error };
  }

  pause(): number {
    return pause;
  }

  async close(): Promise<void> {}
}
