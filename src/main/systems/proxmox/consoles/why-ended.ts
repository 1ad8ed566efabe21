import { OpsError } from "../../../../shared/errors.ts";
import { printable } from "../client/exchange.ts";
import { guestGone } from "../client/faults.ts";
import type { ProxmoxClient } from "../client/session.ts";
import type { Upid } from "../client/upid.ts";
import { fieldsOf, wordsAt } from "../client/values.ts";
import type { KnownGuest } from "../known.ts";
import { consoleFailed, guestMoved, guestMoving, guestStopped } from "./faults.ts";
import { guestNow } from "./guest-now.ts";
import { nameOf } from "./open-socket.ts";
import type { ConsoleTicket, WantedConsole } from "./ticket.ts";

/** Milliseconds for finding out why a console ended, all in all: whoever looks at it waits for the answer. */
const patience = 6000;
const patienceEach = 4000;
const wayLost: ReadonlySet<string> = new Set(["proxmox.node-unreachable", "proxmox.node-lost"]);

/**
 * Why a console has ended, by what Proxmox VE says of the guest, its node and the task behind it; null where it knows of
 * nothing that went wrong, or cannot be asked. Never throws.
 */
export async function whyEnded(
  client: ProxmoxClient,
  wanted: WantedConsole,
  { task }: Pick<ConsoleTicket, "task">,
  outer: AbortSignal,
): Promise<OpsError | null> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(patience)]);
  try {
    const reason = await (wanted.guest
      ? guestReason(client, wanted.guest, signal)
      : nodeReason(client, wanted.node.name, signal));
    return reason ?? (task && (await taskReason(client, nameOf(wanted), task, signal)));
  } catch {
    return null;
  }
}

async function guestReason(
  client: ProxmoxClient,
  guest: KnownGuest,
  signal: AbortSignal,
): Promise<OpsError | null> {
  const at = { node: guest.node, guest: guest.kind, vmid: guest.id };
  try {
    const answer = await client.call({ request: "guestStatus", at, signal, deadline: patienceEach });
    const status = fieldsOf(answer);
    if (wordsAt(status, "status") !== "stopped") return null;
    // A container stops before it moves.
    return wordsAt(status, "lock") === "migrate" ? guestMoving(guest.name) : guestStopped(guest.name);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    if (wayLost.has(error.code)) return error;
    if (error.code !== "proxmox.gone") return null;
  }
  const now = await guestNow(client, guest, signal);
  if (!now) return guestGone(client.name);
  return now.node === guest.node ? null : guestMoved(guest.name, now.node);
}

async function nodeReason(
  client: ProxmoxClient,
  node: string,
  signal: AbortSignal,
): Promise<OpsError | null> {
  try {
    await client.call({ request: "nodeVersion", at: { node }, signal, deadline: patienceEach });
    return null;
  } catch (error) {
    return error instanceof OpsError && wayLost.has(error.code) ? error : null;
  }
}

async function taskReason(
  client: ProxmoxClient,
  name: string,
  task: Upid,
  signal: AbortSignal,
): Promise<OpsError | null> {
  const at = { node: task.node, upid: task.words };
  const answer = fieldsOf(await client.call({ request: "taskStatus", at, signal, deadline: patienceEach }));
  const said = wordsAt(answer, "status") === "stopped" ? wordsAt(answer, "exitstatus") : null;
  if (said === null || said === "OK") return null;
  return consoleFailed(name, printable(said).replace(/\.$/, ""));
}
