import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { contentSecurityPolicy, withNonce } from "../content/page-policy.ts";
import { type RendererFiles, readRendererFiles } from "../content/renderer-files.ts";
import type { ShellHost } from "../shell-host.ts";
import { AssetSender, send, sendRefusal } from "./answers.ts";
import { Attempts } from "./attempts.ts";
import { type Binding, type BindingOptions, checkBinding } from "./binding.ts";
import { Crowd } from "./crowd.ts";
import { type Doorway, readCookie, refuseRequest } from "./request-guard.ts";
import { signInPage, signInScript, signInStyle } from "./sign-in-page.ts";
import { createSocketDoor } from "./socket-door.ts";
import { OneTimeLinks, Sessions } from "./tokens.ts";

export interface BrowserShellOptions extends BindingOptions {
  host: ShellHost;
  rendererFolder: string;
  /** Epoch milliseconds; for links and sessions. */
  now?: () => number;
  /** Milliseconds in which a request's headers must have come; 10,000 when left out. */
  patience?: number;
}

export interface BrowserShell {
  /** Where it listens, without a token: `http://127.0.0.1:8443/`. */
  readonly url: string;
  /** A new one-time link, good for one session within a minute. */
  newLink(): string;
  /** The same for somebody who may only look, to the page `place`, such as `/wall/RUN`; to the first when left out. */
  newLookingLink(place?: string): string;
  /** Stops listening and says good-bye to every browser. The console itself stays open. */
  close(): Promise<void>;
}

/**
 * Serves the window and the channels of a console to browsers: static files by an allow-list, one-time links,
 * session cookies, and the checks of `refuseRequest` on everything. Throws OpsError `shell.…` when it is asked to
 * listen where it must not or cannot.
 */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const binding = await checkBinding(options);
  const files = await readRendererFiles(options.rendererFolder);
  const now = options.now ?? Date.now;
  const scheme = binding.tls ? "https" : "http";
  const { patience: headersTimeout = 10_000 } = options;
  const patience = {
    headersTimeout,
    requestTimeout: headersTimeout * 1.5,
    connectionsCheckingInterval: headersTimeout / 5,
  };
  const server = binding.tls
    ? createSecureServer({ ...binding.tls, ...patience, minVersion: "TLSv1.2", handshakeTimeout: 10_000 })
    : createServer(patience);
  const crowd = new Crowd();
  server.on("connection", (socket) => crowd.enter(socket));
  const port = await listen(server, binding);
  const doorway: Doorway = { admits: binding.admits, hosts: hostHeaders(binding, port, scheme), scheme };
  const links = new OneTimeLinks(now);
  const sessions = new Sessions(now);
  // Cookies do not tell ports apart: two consoles on one machine must not take each other's.
  const cookie = `${binding.tls ? "__Host-" : ""}passerelle-${port}`;
  const door = createSocketDoor({ host: options.host, sessions, cookie, doorway: () => doorway, crowd });
  const attempts = new Attempts(now);
  const answer = createAnswerer({ files, links, sessions, attempts, cookie, scheme, crowd });
  server.on("request", ((request, response) => {
    request.resume();
    const refusal = refuseRequest(request, doorway, "request");
    if (refusal) sendRefusal(response, refusal);
    else answer(request, response).catch(() => response.destroy());
  }) satisfies RequestListener);
  server.on("upgrade", door.upgrade);
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    else socket.destroy();
  });
  const url = `${scheme}://${binding.hosts[0]}${isDefaultPort(port, scheme) ? "" : `:${port}`}/`;
  return {
    url,
    newLink: () => `${url}open#${links.issue()}`,
    newLookingLink: (place = "") => `${url}open#${links.issue(true)}${place}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      await door.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createAnswerer(parts: {
  files: RendererFiles;
  links: OneTimeLinks;
  sessions: Sessions;
  attempts: Attempts;
  cookie: string;
  scheme: "http" | "https";
  crowd: Crowd;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { files, sessions, cookie, scheme } = parts;
  const assets = new AssetSender();

  const sendPage = (response: ServerResponse, host: string, status: number, html: string) => {
    const nonce = randomBytes(16).toString("base64");
    const policy = contentSecurityPolicy(nonce, `${scheme === "https" ? "wss" : "ws"}://${host}`);
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
    send(response, status, headers, withNonce(html, nonce));
  };

  const trade = (request: IncomingMessage, response: ServerResponse) => {
    const client = request.socket.remoteAddress ?? "";
    const wait = parts.attempts.wait(client);
    const plain = { "content-type": "text/plain; charset=utf-8" };
    if (wait > 0) {
      send(response, 429, { ...plain, "retry-after": String(wait) }, "wait\n");
      return;
    }
    const token = /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const redemption = parts.links.redeem(token);
    if (redemption !== "opened" && redemption !== "looking") {
      parts.attempts.failed(client);
      send(response, 401, plain, `${redemption}\n`);
      return;
    }
    const attributes = `Path=/; HttpOnly; SameSite=Strict${scheme === "https" ? "; Secure" : ""}`;
    send(response, 204, {
      "set-cookie": `${cookie}=${sessions.open(redemption === "looking")}; ${attributes}`,
    });
  };

  return async (request, response) => {
    // Only whole, literal paths are known: nothing is decoded or resolved, so there is nothing to escape from.
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const host = request.headers.host ?? "";
    if (path === "/open") {
      sendPage(response, host, 200, signInPage);
      return;
    }
    if (path === "/sign-in.js") {
      send(response, 200, { "content-type": "text/javascript" }, signInScript);
      return;
    }
    if (path === "/sign-in.css") {
      send(response, 200, { "content-type": "text/css" }, signInStyle);
      return;
    }
    if (path === "/session" && request.method === "GET") {
      trade(request, response);
      return;
    }
    const signedIn = sessions.find(readCookie(request, cookie)) !== null;
    if (signedIn) parts.crowd.trust(request.socket);
    if (path === "/session") {
      send(response, signedIn ? 204 : 401, {});
      return;
    }
    if (!signedIn) {
      if (path === "/") sendPage(response, host, 401, signInPage);
      else sendRefusal(response, { status: 401, reason: "Not signed in." });
      return;
    }
    const file = files.get(path === "/" ? "/index.html" : path);
    if (!file) {
      sendRefusal(response, { status: 404, reason: "Not found." });
      return;
    }
    if (file.type.startsWith("text/html")) {
      sendPage(response, host, 200, file.body.toString("utf8"));
      return;
    }
    await assets.send(response, file, request.headers["accept-encoding"]?.toString());
  };
}

async function listen(server: Server, binding: Binding): Promise<number> {
  try {
    const listening = once(server, "listening");
    server.listen({ host: binding.address, port: binding.port });
    await listening;
  } catch (thrown) {
    throw cannotListen(binding, thrown);
  }
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : binding.port;
}

function hostHeaders(binding: Binding, port: number, scheme: "http" | "https"): Set<string> {
  const hosts = new Set(binding.hosts.map((host) => `${host}:${port}`));
  if (isDefaultPort(port, scheme)) for (const host of binding.hosts) hosts.add(host);
  return hosts;
}

function isDefaultPort(port: number, scheme: "http" | "https"): boolean {
  return port === (scheme === "https" ? 443 : 80);
}

function cannotListen(binding: Binding, cause: unknown): OpsError {
  return new OpsError({
    code: "shell.cannot-listen",
    system: "shell",
    message: text(
      `The console cannot listen on ${binding.address}, port ${binding.port}.`,
      `La console ne peut pas écouter sur ${binding.address}, port ${binding.port}.`,
    ),
    hint: text(
      "Check that the address is one of this machine's and that no other program uses the port.",
      "Vérifiez que l'adresse est une adresse de cette machine et qu'aucun autre programme n'utilise le port.",
    ),
    cause,
  });
}
