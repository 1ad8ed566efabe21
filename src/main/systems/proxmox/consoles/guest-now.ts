import { OpsError } from "../../../../shared/errors.ts";
import type { ProxmoxClient } from "../client/session.ts";
import type { KnownGuest } from "../known.ts";
import { readInventory } from "../records.ts";

/** Milliseconds for finding a guest that has moved. */
const deadline = 4000;

/** A guest as the cluster lists it this moment, wherever it is; null when it is gone. Throws what ProxmoxClient throws. */
export async function guestNow(
  client: ProxmoxClient,
  guest: KnownGuest,
  signal: AbortSignal,
): Promise<KnownGuest | null> {
  const answer = await client.call({ request: "clusterResources", signal, deadline });
  const row = readInventory(answer).guests.find(({ id }) => id === guest.id);
  return row ? { ...guest, ...row } : null;
}

/**
 * Does something with a guest at its node, and once more at another where it turns out to have moved there since it was
 * read. Throws what `work` throws.
 */
export async function atItsNode<Result>(
  client: ProxmoxClient,
  guest: KnownGuest,
  signal: AbortSignal,
  work: (guest: KnownGuest) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(guest);
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== "proxmox.gone" || signal.aborted) throw error;
    const now = await guestNow(client, guest, signal).catch(() => null);
    if (!now || now.node === guest.node) throw error;
    return work(now);
  }
}
