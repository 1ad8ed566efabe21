import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/*
 * Where a browser comes back to after somebody has logged in elsewhere (RFC 8252 section 7.3): a server on loopback that
 * lives for one log-in, believes one redirect, and shows one page.
 */

/** Milliseconds: people look for their password and their second factor. */
const usualPatience = 300_000;
/** Characters of a redirect's address. */
const longestAddress = 8192;
const mostConnections = 16;

export interface RedirectPlace {
  /** The path of the redirect, as it is registered with whoever sends the browser back. */
  path: string;
  /** The port; 0: whichever is free, for those who let a loopback redirect have any (RFC 8252 section 7.3). */
  port?: number;
  /** How the redirect's address spells loopback; the server listens on 127.0.0.1 either way. */
  host?: "127.0.0.1" | "localhost";
  /** Milliseconds that the browser may take. */
  patience?: number;
}

export interface LoopbackRedirect {
  /** What is sent as `redirect_uri`. */
  readonly address: string;
  /**
   * The address that the browser came back to, once it came with this `state` and with a `code` or an `error`; what else
   * comes is turned away and waited on. To be called before the browser is sent. Throws OpsError
   * `reach.redirect-not-come` when the time is over, or what the signal was aborted with.
   */
  come(state: string, signal: AbortSignal): Promise<URL>;
  /** Ends the server and its connections, and whoever waits. */
  close(): Promise<void>;
}

/** Listens for one redirect. Throws OpsError `reach.redirect-port-taken`. */
export async function listenForRedirect({
  path,
  port = 0,
  host = "127.0.0.1",
  patience = usualPatience,
}: RedirectPlace): Promise<LoopbackRedirect> {
  let awaited: { state: string; resolve(address: URL): void; reject(reason: unknown): void } | null = null;
  let address = "";
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 10_000 },
    (request, response) => {
      const asked = readRequest(request, address);
      if (typeof asked === "number") return answer(response, asked, pages.other);
      if (asked.pathname !== path) return answer(response, 404, pages.other);
      const [state, ...more] = asked.searchParams.getAll("state");
      const whole = asked.searchParams.has("code") !== asked.searchParams.has("error");
      if (awaited === null || !whole || more.length > 0 || !sameWords(state ?? "", awaited.state))
        return answer(response, 400, pages.other);
      const { resolve } = awaited;
      awaited = null;
      answer(response, 200, asked.searchParams.has("error") ? pages.refused : pages.done);
      resolve(asked);
    },
  );
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(portTaken(port, cause)));
    server.listen(port, "127.0.0.1", resolve);
  });
  address = `http://${host}:${portOf(server)}${path}`;

  return {
    address,
    come(state, signal) {
      return new Promise<URL>((resolve, reject) => {
        const over = AbortSignal.timeout(patience);
        const settled = () => {
          signal.removeEventListener("abort", onAbort);
          over.removeEventListener("abort", onOver);
        };
        const fail = (reason: unknown) => {
          awaited = null;
          settled();
          reject(reason);
        };
        const onAbort = () => fail(signal.reason);
        const onOver = () => fail(notCome());
        if (signal.aborted) return onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
        over.addEventListener("abort", onOver, { once: true });
        awaited = {
          state,
          resolve: (came) => {
            settled();
            resolve(came);
          },
          reject: fail,
        };
      });
    },
    async close() {
      awaited?.reject(notCome());
      // The page of the one who came back is sent; whoever else hangs on is cut off.
      server.closeIdleConnections();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => server.closeAllConnections(), lastPage);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Milliseconds that the last page may take to be read. */
const lastPage = 2000;

/** The address that was asked for, or the status to turn the request away with. */
function readRequest({ method, url, headers }: IncomingMessage, address: string): URL | number {
  if (method !== "GET") return 405;
  // A page of somebody else's whose name points here has that name as Host (DNS rebinding).
  if (headers.host !== new URL(address).host) return 421;
  if (url === undefined || !url.startsWith("/") || url.length > longestAddress) return 400;
  try {
    return new URL(`${new URL(address).origin}${url}`);
  } catch {
    return 400;
  }
}

function portOf(server: Server): number {
  const place = server.address();
  return typeof place === "object" && place !== null ? place.port : 0;
}

function sameWords(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
}

const pages = {
  done: [
    "You can close this page and go back to Passerelle.",
    "Vous pouvez fermer cette page et revenir à Passerelle.",
  ],
  refused: [
    "The log-in was refused. Passerelle says why.",
    "La connexion a été refusée. Passerelle indique pourquoi.",
  ],
  other: [
    "Passerelle does not wait for this page. Start the log-in again there.",
    "Passerelle n'attend pas cette page. Recommencez-y la connexion.",
  ],
} as const;

function answer(response: ServerResponse, status: number, [en, fr]: readonly [string, string]): void {
  const body =
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Passerelle</title>` +
    `<h1>Passerelle</h1><p>${en}</p><p lang="fr">${fr}</p></html>\n`;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    connection: "close",
    ...(status === 405 && { allow: "GET" }),
  });
  response.end(body);
}

function notCome(): OpsError {
  return new OpsError({
    code: "reach.redirect-not-come",
    system: "reach",
    message: text(
      "The browser did not come back from the log-in page in time.",
      "Le navigateur n'est pas revenu à temps de la page de connexion.",
    ),
    hint: text(
      "Start the log-in again and finish it in the browser of this workstation.",
      "Recommencez la connexion et terminez-la dans le navigateur de ce poste.",
    ),
  });
}

function portTaken(port: number, cause: unknown): OpsError {
  return new OpsError({
    code: "reach.redirect-port-taken",
    system: "reach",
    message: text(
      `Nothing can listen on port ${port} of this workstation for the browser to come back to.`,
      `Rien ne peut écouter sur le port ${port} de ce poste pour le retour du navigateur.`,
    ),
    hint: text(
      "End the program that has this port, for example another log-in under way, then try again.",
      "Terminez le programme qui occupe ce port, par exemple une autre connexion en cours, puis réessayez.",
    ),
    cause,
  });
}
