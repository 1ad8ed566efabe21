import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { abortable, Deadline } from "../../../reach/abort.ts";
import type { Reach } from "../../../reach/reach.ts";
import { ReachAgent } from "../../../reach/reach-agent.ts";
import { exchange, type Outgoing, readBody, StaleConnection } from "./exchange.ts";
import { answerGarbage, answerHtml, answerTimedOut } from "./faults.ts";
import type { Credentials, Endpoint } from "./login.ts";
import type { HeldLogin, LoginKeeper } from "./login-keeper.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { safePath } from "./safe-path.ts";
import { secure } from "./secure.ts";
import { warningsOf } from "./warnings.ts";

/** All in milliseconds. */
export interface ApiTimes {
  /** For a connection, TLS included. */
  connect: number;
  /** For one request and its whole answer, where the caller says nothing else. */
  request: number;
  /** The longest single wait that a busy server may ask for before it is given up. */
  busy: number;
}

const usualTimes: ApiTimes = { connect: 30_000, request: 60_000, busy: 30_000 };
/** How often a server that says "too many requests" is asked again. */
const busyRetries = 4;
const requestSockets = 12;
const mostBytes = 256 * 1024 * 1024;
/** After so many milliseconds without a byte the network is asked whether the far side is still there. */
const silence = 15_000;

export interface KubernetesApiParts {
  keeper: LoginKeeper;
  dial: Reach["dial"];
  via: string | null;
  allowlist: string | null;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1, for the jitter of waits. */
  random?(): number;
  times?: Partial<ApiTimes>;
}

export interface ApiRequest {
  method?: Outgoing["method"];
  /** Below the server's own path, such as `/api/v1/nodes`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  accept?: string;
  /** Sent as JSON. */
  body?: unknown;
  contentType?: string;
  signal: AbortSignal;
  deadline?: number;
  /** Whether a 429 is reported at once instead of being waited for. */
  reportBusy?: boolean;
  /** Told each warning that comes with the answer, in the API server's words. */
  onWarning?(words: string): void;
}

/** A connection that belongs to who opened it. */
export interface OwnConnection {
  stream: Duplex;
  endpoint: Endpoint;
  /** Secret. */
  headers: Readonly<Record<string, string>>;
  refused(): void;
}

/**
 * Requests to one API server over connections of our own. Every request it is given may be repeated: reads, patches to
 * a value, evictions of one UID. Throws OpsErrors `reach.…`, `secrets.…`, those of faults.ts, and Refusals.
 */
export class KubernetesApi {
  readonly #parts: KubernetesApiParts;
  readonly #times: ApiTimes;
  readonly #closing = new AbortController();
  readonly #wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #random: () => number;
  #agents: { like: string; requests: ReachAgent; watches: ReachAgent } | null = null;

  constructor(parts: KubernetesApiParts) {
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
    this.#wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
    this.#random = parts.random ?? Math.random;
  }

  /** Asks once and gives the answer's JSON; a busy server is asked again as it wishes, a few times. */
  async ask(request: ApiRequest): Promise<unknown> {
    const outer = AbortSignal.any([request.signal, this.#closing.signal]);
    const milliseconds = request.deadline ?? this.#times.request;
    let cluster = "";
    const deadline = new Deadline(milliseconds, outer, () => answerTimedOut(cluster, milliseconds / 1000));
    const signal = deadline.signal;
    try {
      for (let round = 0; ; round++) {
        try {
          return await this.#answered(request, signal, (held) => {
            cluster = held.login.endpoint.cluster;
          });
        } catch (error) {
          const pause = this.#pauseAfter(error, request, round);
          if (pause === null) throw error;
          await abortable(this.#wait(pause, signal), signal);
        }
      }
    } finally {
      deadline.end();
    }
  }

  /**
   * Opens an answer that goes on: a watch, a log. The caller reads and ends it; aborting `request.signal` ends it
   * too. Only its beginning has a deadline.
   */
  async stream(request: ApiRequest): Promise<IncomingMessage> {
    const ending = new AbortController();
    const outer = AbortSignal.any([request.signal, this.#closing.signal, ending.signal]);
    let cluster = "";
    const seconds = this.#times.request / 1000;
    const timer = setTimeout(() => ending.abort(answerTimedOut(cluster, seconds)), this.#times.request);
    try {
      const { incoming, held } = await this.#send(request, outer, "watches", (one) => {
        cluster = one.login.endpoint.cluster;
      });
      if (incoming.statusCode === 200) return incoming;
      try {
        await this.#parse(incoming, held, outer);
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) this.#parts.keeper.forget(held.generation);
        throw error;
      }
      incoming.destroy();
      throw answerGarbage(cluster, "Kubernetes");
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Opens a connection of its own, for a protocol that HTTP is upgraded to, and gives what a request on it needs to be
   * let in. `refused` is told when that was not enough, so that another log-in is fetched.
   */
  async connect(signal: AbortSignal): Promise<OwnConnection> {
    const held = await abortable(this.#parts.keeper.current(), signal);
    const stream = await abortable(this.#open(held), signal, (late) => late.destroy());
    return {
      stream,
      endpoint: held.login.endpoint,
      headers: held.credentials.headers,
      refused: () => this.#parts.keeper.forget(held.generation),
    };
  }

  /** The cluster's name as the log-in knows it; for errors. */
  async cluster(signal: AbortSignal): Promise<string> {
    return (await abortable(this.#parts.keeper.current(), signal)).login.endpoint.cluster;
  }

  /** Whether the server is taken at its word, and when the certificate ends that is shown to it. Throws as `ask`. */
  async loginState(signal: AbortSignal): Promise<{ insecure: boolean; runsOut: Credentials["runsOut"] }> {
    const { login, credentials } = await abortable(this.#parts.keeper.current(), signal);
    return { insecure: login.endpoint.tls?.insecure ?? false, runsOut: credentials.runsOut };
  }

  /** No connection of before is trusted any more: after sleep, a network change. */
  reset(): void {
    this.#agents?.requests.destroy();
    this.#agents?.watches.destroy();
    this.#agents = null;
  }

  /** Ends every connection and whatever is under way. */
  close(): void {
    this.#closing.abort();
    this.reset();
  }

  /** How long to wait before asking again; null when it is over. */
  #pauseAfter(error: unknown, request: ApiRequest, round: number): number | null {
    if (!(error instanceof Refusal) || request.reportBusy || round >= busyRetries) return null;
    const reading = (request.method ?? "GET") === "GET";
    const busy = error.status === 429 || (reading && error.status === 503 && error.retryAfter !== null);
    if (!busy) return null;
    const wanted = error.retryAfter ?? 1000 * 2 ** round;
    return wanted > this.#times.busy ? null : wanted * (1 + 0.25 * this.#random());
  }

  /** Sends, and once more where the log-in was refused that a new one may mend. */
  async #answered(
    request: ApiRequest,
    signal: AbortSignal,
    onLogin: (held: HeldLogin) => void,
  ): Promise<unknown> {
    for (let round = 0; ; round++) {
      const { incoming, held } = await this.#send(request, signal, "requests", onLogin);
      try {
        if (request.onWarning) for (const words of warningsOf(incoming)) request.onWarning(words);
        return await this.#parse(incoming, held, signal);
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 401) throw error;
        this.#parts.keeper.forget(held.generation);
        if (round > 0) throw error;
      }
    }
  }

  async #send(
    request: ApiRequest,
    signal: AbortSignal,
    which: "requests" | "watches",
    onLogin: (held: HeldLogin) => void,
  ): Promise<{ incoming: IncomingMessage; held: HeldLogin }> {
    const held = await abortable(this.#parts.keeper.current(), signal);
    onLogin(held);
    const outgoing: Outgoing = {
      method: request.method ?? "GET",
      path: safePath(held.login.endpoint.cluster, request.path) + queryOf(request.query),
      headers: {
        accept: request.accept ?? "application/json",
        ...(which === "requests" ? { "accept-encoding": "gzip" } : {}),
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
        ...held.credentials.headers,
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    };
    for (let round = 0; ; round++) {
      try {
        const agent = this.#agentsFor(held)[which];
        return { incoming: await exchange(agent, held.login.endpoint, outgoing), held };
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error;
        if (round >= requestSockets) throw error.fault;
      }
    }
  }

  async #parse(incoming: IncomingMessage, held: HeldLogin, signal: AbortSignal): Promise<unknown> {
    const { cluster } = held.login.endpoint;
    const status = incoming.statusCode ?? 0;
    const bytes = await readBody(incoming, cluster, mostBytes, signal);
    const type = incoming.headers["content-type"] ?? "";
    if (type.includes("html") || /^\s*<(!doctype|html)/i.test(bytes.subarray(0, 100).toString())) {
      throw answerHtml(cluster, status);
    }
    let body: unknown = null;
    try {
      body = JSON.parse(bytes.toString("utf8"));
    } catch (error) {
      if (status < 300) throw answerGarbage(cluster, "JSON", error);
    }
    if (status >= 200 && status < 300) return body;
    throw refusalOf(cluster, status, body, incoming.headers["retry-after"]);
  }

  /** Connections are shared by all that would be opened alike; a token is not part of a connection. */
  #agentsFor(held: HeldLogin): { requests: ReachAgent; watches: ReachAgent } {
    const like = JSON.stringify([held.login.endpoint, held.credentials.certificate]);
    if (this.#agents?.like !== like) {
      this.#agents?.requests.retire();
      const open = () => this.#open(held);
      this.#agents = {
        like,
        requests: new ReachAgent(open, { maxSockets: requestSockets, keepAlive: true }),
        watches: new ReachAgent(open, { maxSockets: Number.POSITIVE_INFINITY, keepAlive: false }),
      };
    }
    return this.#agents;
  }

  async #open({ login, credentials }: HeldLogin): Promise<Duplex> {
    const { endpoint } = login;
    const { address, port, tls, cluster } = endpoint;
    const { via, allowlist, dial } = this.#parts;
    const seconds = this.#times.connect / 1000;
    const deadline = new Deadline(this.#times.connect, this.#closing.signal, () =>
      answerTimedOut(cluster, seconds),
    );
    try {
      const opening = dial({ via, address, port, allowlist }, deadline.signal);
      const stream = await abortable(opening, deadline.signal, (late) => late.destroy());
      if (stream instanceof Socket) stream.setKeepAlive(true, silence);
      stream.on("error", () => undefined);
      return tls ? await secure(stream, endpoint, credentials.certificate, deadline.signal) : stream;
    } finally {
      deadline.end();
    }
  }
}

function queryOf(query: ApiRequest["query"]): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) words.set(key, String(value));
  }
  return words.size === 0 ? "" : `?${words}`;
}
