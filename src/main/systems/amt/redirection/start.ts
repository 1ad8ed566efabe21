import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import { Deadline } from "../../../reach/abort.ts";
import { Dialogue } from "./dialogue.ts";
import { type Door, openDoor } from "./door.ts";
import {
  redirectionUnreachable,
  sessionBusy,
  sessionDisabled,
  sessionRefused,
  sessionTimedOut,
} from "./faults.ts";
import { type SessionKind, startScreen, startSerial, startSession } from "./messages.ts";
import { parseScreenReply, parseSerialReply, parseStartReply } from "./replies.ts";
import { logIn, type SessionLogin } from "./session-login.ts";
import { openWebSocket } from "./web-socket.ts";

/** AMT's own redirection port: 16994 by its web port 16992, 16995 by 16993. */
const rawPortAfterWebPort = 2;

/** Milliseconds for a session to open, from the first connection on. */
export const openTime = 40_000;

/** Refusals of a session before it starts, by StartRedirectionSessionReply. */
const unknownType = 1;
const busy = 2;
const unsupported = 3;

/**
 * Opens a session: over the web port, or over AMT's own redirection port where the firmware has no WebSocket. What the
 * returned stream carries is RFB, or the messages of a serial line. Throws OpsErrors of faults.ts, of the web socket
 * and of reach, or what the signal was aborted with; nothing is left open then.
 */
export async function openSession(
  door: Door,
  kind: SessionKind,
  signal: AbortSignal,
  time: number = openTime,
): Promise<Duplex> {
  const { name } = door.place;
  const deadline = new Deadline(time, signal, () => sessionTimedOut(name, kind, Math.round(time / 1000)));
  let stream: Duplex | null = null;
  try {
    stream = await openWebSocket(door, deadline.signal);
    const login: SessionLogin =
      stream === null
        ? { by: "session", user: door.user, password: () => door.password() }
        : { by: "web-port" };
    stream ??= await openRawPort(door, deadline.signal);
    await start(new Dialogue({ stream, name, kind, signal: deadline.signal }), login);
    return stream;
  } catch (error) {
    stream?.on("error", () => undefined);
    stream?.destroy();
    throw error;
  } finally {
    deadline.end();
  }
}

async function openRawPort(door: Door, signal: AbortSignal): Promise<Duplex> {
  const port = door.place.port + rawPortAfterWebPort;
  try {
    return await openDoor(door, port, signal);
  } catch (error) {
    const closed = error instanceof OpsError && closedPort.has(error.code);
    throw closed ? redirectionUnreachable(door.place.name, port, error) : error;
  }
}

const closedPort = new Set([
  "reach.refused",
  "reach.timed-out",
  "reach.unreachable",
  "reach.channel-refused",
]);

async function start(dialogue: Dialogue, login: SessionLogin): Promise<void> {
  const { name, kind } = dialogue;
  const begun = await dialogue.ask(startSession(kind), parseStartReply);
  if (begun.status === busy) throw sessionBusy(name, kind);
  if (begun.status === unknownType || begun.status === unsupported) throw sessionDisabled(name, kind);
  if (begun.status !== 0) throw sessionRefused(name, kind, begun.status);
  await logIn(dialogue, login, begun.version);
  const status =
    kind === "screen"
      ? await dialogue.ask(startScreen(), parseScreenReply)
      : await dialogue.ask(startSerial(0), parseSerialReply);
  if (status !== 0) throw sessionRefused(name, kind, status);
}
