import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { closeCode, isChannelName, largestRequest } from "../../../shared/channel.ts";
import type { ShellHost } from "../shell-host.ts";
import { SocketChannel } from "../socket-channel.ts";
import type { Crowd } from "./crowd.ts";
import { type Doorway, type Refusal, readCookie, refuseRequest } from "./request-guard.ts";
import type { Sessions } from "./tokens.ts";

/** Milliseconds between two pings; a browser that did not answer the last one is gone. */
const pingInterval = 15_000;
/** Milliseconds that a browser has to answer a close before its socket is cut. */
const closeGrace = 1000;
/** Channels that may be open at once: calls of some windows, and their terminals. */
const mostSockets = 128;

export interface SocketDoor {
  /** Answers an HTTP upgrade: opens the channel that its path names, or refuses and ends the connection. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Says good-bye to every browser; those that do not answer are cut. */
  close(): Promise<void>;
}

/** Lets signed-in browsers open the channels `/channel/calls` and `/channel/session/<token>`. */
export function createSocketDoor(parts: {
  host: ShellHost;
  sessions: Sessions;
  cookie: string;
  doorway: () => Doorway;
  crowd: Crowd;
}): SocketDoor {
  const { host, sessions } = parts;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: largestRequest,
    perMessageDeflate: false,
  });
  const open = new Map<WebSocket, { session: string; answered: boolean }>();

  const check = (request: IncomingMessage): Refusal | { name: string; session: string } => {
    const refusal = refuseRequest(request, parts.doorway(), "upgrade");
    if (refusal) return refusal;
    const session = sessions.find(readCookie(request, parts.cookie));
    if (session === null) return { status: 401, reason: "Not signed in." };
    const name = /^\/channel\/(.+)$/.exec(request.url ?? "")?.[1];
    if (!isChannelName(name)) return { status: 404, reason: "No such channel." };
    parts.crowd.trust(request.socket);
    if (open.size >= mostSockets) return { status: 503, reason: "Too many channels." };
    return { name, session };
  };

  const admit = (socket: WebSocket, name: string, session: string) => {
    const state = { session, answered: true };
    open.set(socket, state);
    socket.on("pong", () => {
      state.answered = true;
    });
    socket.on("message", () => sessions.touch(session));
    socket.on("close", () => open.delete(socket));
    const channel = new SocketChannel(socket);
    if (name === "calls") {
      host.serveCalls(channel, sessions.looksOnly(session), session);
      return;
    }
    // Who only looks is given no token for one; who found one is not let in by it either.
    const opened = !sessions.looksOnly(session) && host.openSession(name.slice("session/".length), channel);
    if (!opened) channel.close(closeCode.unknownSession, "unknown session");
  };

  const timer = setInterval(() => {
    for (const [socket, state] of open) {
      if (!sessions.isLive(state.session)) socket.close(closeCode.signInNeeded, "sign in again");
      if (!state.answered) {
        socket.terminate();
        continue;
      }
      state.answered = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }, pingInterval);

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const checked = check(request);
      if ("status" in checked) {
        socket.end(
          `HTTP/1.1 ${checked.status} Refused\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
            `content-length: ${checked.reason.length + 1}\r\n\r\n${checked.reason}\n`,
          () => socket.destroy(),
        );
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) =>
        admit(accepted, checked.name, checked.session),
      );
    },
    async close() {
      clearInterval(timer);
      for (const socket of open.keys()) socket.close(closeCode.goingAway, "console closes");
      const cut = setTimeout(() => {
        for (const socket of open.keys()) socket.terminate();
      }, closeGrace);
      await Promise.all(
        [...open.keys()].map((socket) => new Promise((resolve) => socket.once("close", resolve))),
      );
      clearTimeout(cut);
      server.close();
    },
  };
}
