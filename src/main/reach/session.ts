import type { ClientChannel } from "ssh2";
import { abortable, Deadline } from "./abort.ts";
import { type Connection, SessionRefused } from "./connection.ts";
import { noAnswer } from "./faults.ts";
import type { Pool } from "./pool.ts";
import type { SshTarget } from "./reach.ts";

/** Refusals after which a session cannot be had: in all, and by connections that carry none and never did. */
const mostRefusals = 12;
const mostBareRefusals = 3;

/**
 * Opens a session channel on a pooled connection. A refused session has sent nothing, so it waits for another place: on
 * a further connection where the server allows fewer than expected (MaxSessions), or on this one when it is late in
 * giving a place back. `start` begins the session; the server has `openTime` milliseconds to accept it. Throws
 * `reach.channel-refused` when no session can be had, or what connecting, `start` and `signal` threw.
 */
export async function openSession(
  pool: Pool,
  target: SshTarget,
  signal: AbortSignal,
  start: (connection: Connection) => Promise<ClientChannel>,
  openTime: number,
): Promise<{ channel: ClientChannel; connection: Connection }> {
  let bare = 0;
  for (let refusals = 1; ; refusals++) {
    const slot = await pool.acquire(target, "session", signal);
    const { connection } = slot;
    const opening = start(connection).then(
      (channel) => {
        slot.opened();
        channel.once("close", slot.release);
        return channel;
      },
      (error: unknown) => {
        if (!(error instanceof SessionRefused)) slot.release();
        else if (slot.refused() === "none") bare++;
        throw error;
      },
    );
    const deadline = new Deadline(openTime, signal, () => noAnswer(target));
    try {
      return { channel: await abortable(opening, deadline.signal, discard), connection };
    } catch (error) {
      if (!(error instanceof SessionRefused)) throw error;
      if (refusals === mostRefusals || bare === mostBareRefusals) throw error.fault;
    } finally {
      deadline.end();
    }
  }
}

/** Closes a channel and drains it, without which its close would never be reported. */
export function discard(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.close();
}
