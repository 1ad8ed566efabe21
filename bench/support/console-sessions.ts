import { once } from "node:events";
import { WebSocketServer } from "ws";
import { KnownHosts } from "../../src/main/reach/known-hosts.ts";
import { Questions } from "../../src/main/reach/questions.ts";
import { SshReach } from "../../src/main/reach/ssh-reach.ts";
import { SessionRegistry } from "../../src/main/sessions/session-registry.ts";
import { SocketChannel } from "../../src/main/shell/socket-channel.ts";

/** What a console needs to open a terminal or a screen, without the rest of it. */
export interface ConsoleSessions {
  reach: SshReach;
  sessions: SessionRegistry;
  /** The WebSocket of a channel that `sessions` named. */
  url(channel: string): string;
}

/** Gives `use` a reach over SSH and sessions behind a WebSocket server on loopback; all of it is closed afterwards. */
export async function withConsoleSessions<T>(
  knownHosts: string,
  use: (console: ConsoleSessions) => Promise<T>,
): Promise<T> {
  let sequence = 0;
  const reach = new SshReach({
    knownHosts: new KnownHosts({ own: knownHosts }),
    secrets: { resolve: () => Promise.reject(new Error("the log-in by key needs no secret")) },
    questions: new Questions({ interactive: false, now: Date.now }),
    now: Date.now,
    journal: {
      write: (event) => {
        sequence++;
        const nobody = { actor: "", workstation: "", previousHash: "", hash: "" };
        return { ...event, ...nobody, sequence, at: Date.now() };
      },
    },
  });
  const sessions = new SessionRegistry();
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (socket, request) => {
    const token = /^\/session\/(.+)$/.exec(request.url ?? "")?.[1] ?? "";
    if (!sessions.open(token, new SocketChannel(socket))) socket.close();
  });
  try {
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("not listening on a port");
    return await use({ reach, sessions, url: (channel) => `ws://127.0.0.1:${address.port}/${channel}` });
  } finally {
    sessions.close();
    await reach.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}
