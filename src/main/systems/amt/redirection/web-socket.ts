import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocket } from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { type Challenge, loginKey, Nonce, parseChallenges } from "../client/digest.ts";
import {
  answerGarbage,
  answerTooLarge,
  closedWithoutAnswer,
  digestLoop,
  loginRefused,
  noDigest,
} from "../client/faults.ts";
import { type Door, openDoor } from "./door.ts";

/** Where AMT's web port offers its redirection, from firmware 11 on. */
const redirectionPath = "/ws-redirection";
const mostHeaderBytes = 16 * 1024;
/** The largest message: a whole screen of 4096 × 2160 in 8 bits fits. */
const mostMessageBytes = 16 * 1024 * 1024;
/** Without a nonce, with one, and once more with another when AMT has forgotten it. */
const mostRounds = 3;

/**
 * Opens AMT's redirection over its web port: WebSocket (RFC 6455) with HTTP Digest (RFC 7616), each round on a
 * connection of its own, for AMT closes the one that it challenges on. Null when the firmware offers none there. Throws
 * `amt.log-in-refused`, `amt.no-digest`, `amt.digest-loop`, `amt.closed`, `amt.garbage`, `amt.too-large`, those of
 * `openDoor`, and the reason of the signal.
 */
export async function openWebSocket(door: Door, signal: AbortSignal): Promise<Duplex | null> {
  const { place, user } = door;
  let nonce: Nonce | null = null;
  for (let round = 0; round < mostRounds; round++) {
    const connection = await openDoor(door, place.port, signal);
    const answer = await upgrade(connection, door, nonce, signal);
    if ("stream" in answer) return answer.stream;
    if (answer.status !== 401) return null;
    const [challenge]: Challenge[] = parseChallenges(answer.challenges);
    if (!challenge) throw noDigest(place.name);
    if (nonce && !challenge.stale) throw loginRefused(place.name, user);
    const password = await door.password();
    nonce = new Nonce(challenge, loginKey(challenge, user, password.reveal()));
  }
  throw digestLoop(place.name);
}

type Upgraded = { stream: Duplex } | { status: number; challenges: string[] };

/** One request on one connection, which is gone unless the answer is a stream. */
function upgrade(
  connection: Duplex,
  { place }: Door,
  nonce: Nonce | null,
  signal: AbortSignal,
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      connection.destroy();
      return reject(abortFault(signal));
    }
    const socket = new WebSocket(`ws://${hostAndPort(place.address, place.port)}${redirectionPath}`, {
      createConnection: () => connection,
      headers: nonce ? { Authorization: nonce.authorization("GET", redirectionPath, "") } : {},
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: mostMessageBytes,
      maxHeaderSize: mostHeaderBytes,
    });
    const settle = (settled: () => void) => {
      signal.removeEventListener("abort", onAbort);
      settled();
    };
    const give = (answer: Upgraded) => settle(() => resolve(answer));
    const fail = (error: OpsError) => {
      connection.destroy();
      settle(() => reject(error));
    };
    const onAbort = () => fail(abortFault(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("open", () => {
      const stream = createWebSocketStream(socket);
      stream.on("error", () => undefined);
      // To the WebSocket a connection that breaks looks like one that ends.
      connection.on("error", (error) => stream.destroy(error));
      give({ stream });
    });
    socket.on("unexpected-response", (request, response: IncomingMessage) => {
      const challenges = response.headersDistinct["www-authenticate"] ?? [];
      request.destroy();
      connection.destroy();
      give({ status: response.statusCode ?? 0, challenges });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      const fault = explain(place.name, error);
      if (fault) return fail(fault);
      connection.destroy();
      // It answered the upgrade, but not as RFC 6455 wants it: no WebSocket here.
      give({ status: 0, challenges: [] });
    });
  });
}

/** Why the request failed; null when the answer was HTTP but the upgrade is not one. */
function explain(name: string, error: NodeJS.ErrnoException): OpsError | null {
  const code = error.code ?? "";
  if (code === "HPE_HEADER_OVERFLOW") return answerTooLarge(name);
  if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE") return answerGarbage(name, "HTTP", error);
  return code === "" ? null : closedWithoutAnswer(name, error);
}
