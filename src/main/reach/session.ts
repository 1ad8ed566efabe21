import type { ClientChannel } from "ssh2";
import { abortable, Deadline, pause } from "./abort.ts";
import { type Connection, SessionRefused } from "./connection.ts";
import { noAnswer } from "./faults.ts";
import type { Pool } from "./pool.ts";
import type { SshTarget } from "./reach.ts";

const mostTries = 6;
/** A session that has just ended may still be counted by the server: that is waited for twice, this long. */
const settleTime = 100;
const mostSettles = 2;

/**
 * Opens a session channel on a pooled connection. A server that allows fewer sessions than expected (MaxSessions)
 * is given its further ones on other connections: a refused session has sent nothing. `start` begins the session;
 * the server has `openTime` milliseconds to accept it.
 */
export async function openSession(
  pool: Pool,
  target: SshTarget,
  signal: AbortSignal,
  start: (connection: Connection) => Promise<ClientChannel>,
  openTime: number,
): Promise<{ channel: ClientChannel; connection: Connection }> {
  let settles = 0;
  for (let round = 1; ; round++) {
    const slot = await pool.acquire(target, "session", signal);
    const { connection } = slot;
    const opening = start(connection);
    opening.then((channel) => channel.once("close", slot.release), slot.release);
    const deadline = new Deadline(openTime, signal, () => noAnswer(target));
    try {
      return { channel: await abortable(opening, deadline.signal, discard), connection };
    } catch (error) {
      if (!(error instanceof SessionRefused)) throw error;
      if (round === mostTries || settles === mostSettles) throw error.fault;
      // This one has given its place back: what is left is at most what the server has granted.
      if (connection.sessions > 0) pool.learnLimit(connection);
      else await pause(settleTime * ++settles, signal);
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
