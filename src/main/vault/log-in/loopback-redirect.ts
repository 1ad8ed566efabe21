import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { abortable } from "../../reach/abort.ts";
import { providerRefused, redirectForeign, redirectPort } from "../login-faults.ts";

const path = "/oidc/callback";

/** What an authorisation ended with (RFC 6749, 4.1.2). */
export interface Returned {
  code: string;
}

/**
 * A loopback port that a browser comes back to, once (RFC 8252, 7.3). Only what bears the state that was sent out is
 * taken; everything else is answered and left alone.
 */
export class LoopbackRedirect {
  readonly #server: Server;
  readonly #name: string;
  #waiting: { state: string; settle: (words: string) => void } | null = null;

  private constructor(server: Server, name: string) {
    this.#server = server;
    this.#name = name;
    server.on("request", (request, response) => this.#serve(request, response));
  }

  /** Listens on the port, any free one for 0. Throws `vault.redirect-port`. */
  static async open(port: number, name: string): Promise<LoopbackRedirect> {
    const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000, headersTimeout: 10_000 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(redirectPort(name, port, error)));
      server.listen(port, "127.0.0.1", resolve);
    });
    return new LoopbackRedirect(server, name);
  }

  /** What the browser is to come back to. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** Waits for the browser. Throws `vault.provider-refused`, or what the signal was aborted with. */
  returned(state: string, signal: AbortSignal): Promise<Returned> {
    const coming = new Promise<Returned>((resolve, reject) => {
      this.#waiting = {
        state,
        settle: (words) => {
          try {
            resolve(returnedIn(words, state, this.#name));
          } catch (error) {
            reject(error);
          }
        },
      };
    });
    return abortable(coming, signal);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    // The page that says so is small and sent by now; a browser keeps its connection open for more.
    this.#server.closeIdleConnections();
    const last = setTimeout(() => this.#server.closeAllConnections(), 1000);
    await closed;
    clearTimeout(last);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? "", this.address);
    const known = request.method === "GET" && url?.pathname === path && this.#isForUs(request);
    if (!url || !known || !this.#waiting) {
      answer(response, 404, "Not found. / Introuvable.");
      return;
    }
    if (!sameWords(url.searchParams.get("state") ?? "", this.#waiting.state)) {
      answer(
        response,
        400,
        "This does not belong to the sign-in that is under way. / Ceci n'appartient pas à l'identification en cours.",
      );
      return;
    }
    answer(
      response,
      200,
      "You may close this page and go back to the console. / Vous pouvez fermer cette page et revenir à la console.",
    );
    this.#waiting.settle(url.href);
    this.#waiting = null;
  }

  /** A page elsewhere may have a name of its own lead here (DNS rebinding). */
  #isForUs({ headers }: IncomingMessage): boolean {
    const { port } = this.#server.address() as AddressInfo;
    return headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
  }
}

/**
 * What an address holds that a browser came back to. Throws `vault.redirect-foreign` where it has not the state that was
 * sent out, and `vault.provider-refused` where it tells an error.
 */
export function returnedIn(words: string, state: string, name: string): Returned {
  const parameters = URL.parse(words.trim())?.searchParams;
  if (!parameters || !sameWords(parameters.get("state") ?? "", state)) throw redirectForeign(name);
  const code = parameters.get("code") ?? "";
  if (parameters.has("error") || code === "") throw providerRefused(name);
  return { code };
}

function sameWords(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function answer(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-security-policy": "default-src 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(`${words}\n`);
}
