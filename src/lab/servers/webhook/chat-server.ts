import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecure } from "node:https";
import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";

/** What a chat can be made to do: refuse hooks, fail, or take a message and never say so. */
export const chatFaults = ["refuses", "failing", "answer-lost"] as const;
export type ChatFault = (typeof chatFaults)[number];

/** What was posted; `at` in world time. */
export interface ChatPost {
  at: number;
  channel: string;
  username: string;
  text: string;
}

export interface ChatServerOptions {
  /** The incoming webhooks: the token in their URL, and the channel that each posts to. */
  hooks: ReadonlyMap<string, { channel: string }>;
  /** Null: plain HTTP. */
  certificate: { cert: string; key: string } | null;
  fault(): ChatFault | null;
  clock: WorldClock;
}

const bodyLimit = 64 * 1024;
const mostPosts = 1000;

/** A chat with incoming webhooks as Mattermost has them: `POST /hooks/TOKEN` with `{"text": …}`. */
export class ChatServer {
  private readonly options: ChatServerOptions;
  private readonly server: Server;
  private readonly posted: ChatPost[] = [];

  constructor(options: ChatServerOptions) {
    this.options = options;
    const { certificate } = options;
    this.server = certificate ? createSecure({ ...certificate, minVersion: "TLSv1.2" }) : createPlain();
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.take(request, response).catch(() => response.destroy());
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    this.server.on("clientError", (_error, stream) => stream.destroy());
    this.server.on("tlsClientError", (_error, stream) => stream.destroy());
  }

  /** What was posted, oldest first. */
  get posts(): readonly ChatPost[] {
    return this.posted;
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(wished, "127.0.0.1", () => {
        this.server.off("error", reject);
        const address = this.server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (this.server.listening) this.server.close(() => resolve());
      else resolve();
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, words: string) => {
      response.writeHead(status, {
        "content-type": "text/plain",
        "content-length": Buffer.byteLength(words),
      });
      response.end(words);
    };
    const body = await bodyOf(request);
    const fault = this.options.fault();
    if (fault === "failing") return answer(502, "Bad Gateway\n");
    const [, token] = /^\/hooks\/([A-Za-z0-9]+)$/.exec(request.url ?? "") ?? [];
    const hook = token === undefined ? undefined : this.options.hooks.get(token);
    if (!hook) return answer(404, "no such hook\n");
    if (request.method !== "POST") return answer(405, "method not allowed\n");
    if (fault === "refuses") return answer(403, "Incoming webhooks have been disabled.\n");
    const message = read(body);
    if (!message) return answer(400, "Unable to parse incoming data.\n");
    this.posted.push({ at: this.options.clock.now(), ...message, channel: message.channel ?? hook.channel });
    this.posted.splice(0, this.posted.length - mostPosts);
    if (fault === "answer-lost") response.destroy();
    else answer(200, "ok");
  }
}

function read(body: string | null): { text: string; username: string; channel: string | null } | null {
  if (body === null) return null;
  try {
    const { text, username, channel } = JSON.parse(body) as Record<string, unknown>;
    if (typeof text !== "string" || text === "") return null;
    return {
      text,
      username: typeof username === "string" ? username : "webhook",
      channel: typeof channel === "string" ? channel : null,
    };
  } catch {
    return null;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size > bodyLimit ? null : Buffer.concat(chunks).toString("utf8");
}
