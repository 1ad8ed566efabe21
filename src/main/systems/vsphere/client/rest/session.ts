import { abortable, Deadline } from "../../../../reach/abort.ts";
import { ReachAgent } from "../../../../reach/reach-agent.ts";
import { openDoor } from "../door.ts";
import { garbage, loginRefused, notVsphere, restForbidden, restNotOffered, timedOut } from "../faults.ts";
import { sent } from "../sending.ts";
import type { SessionParts } from "../session.ts";
import { VimFault } from "../vim-fault.ts";
import { exchange, type Incoming, type Outgoing } from "./exchange.ts";

/** All in milliseconds. */
const usualTimes = { connect: 30_000, request: 60_000, refused: 600_000, logout: 3000 };
const mostSockets = 4;

/** A request below `cis/…`; everything that is asked only reads. */
export interface RestCall {
  path: string;
  /** One of what the path lists. */
  id?: string;
  /** A query that is posted, and its body. */
  action?: string;
  body?: unknown;
  signal: AbortSignal;
}

/**
 * The two ways in which vCenter writes the same API: `/api` from 7.0 U2 on, and the older `/rest` (vSphere Automation API).
 */
interface Dialect {
  session: string;
  pathOf(call: RestCall): string;
  valueOf(value: unknown): unknown;
}
const dialects: readonly Dialect[] = [
  {
    session: "/api/session",
    pathOf: ({ path, id, action }) =>
      `/api/${path}${id === undefined ? "" : `/${encodeURIComponent(id)}`}${action ? `?action=${action}` : ""}`,
    valueOf: (value) => value,
  },
  {
    session: "/rest/com/vmware/cis/session",
    pathOf: ({ path, id, action }) =>
      `/rest/com/vmware/${path}${id === undefined ? "" : `/id:${encodeURIComponent(id)}`}${action ? `?~action=${action}` : ""}`,
    valueOf: (value) =>
      typeof value === "object" && value !== null && "value" in value ? value.value : undefined,
  },
];

/**
 * One log-in to vCenter's REST API, for what the SOAP API does not have. Logs in when it must, anew when the session has
 * ended, and leaves a refused password alone. Throws OpsErrors `reach.…`, `secrets.…`, those of faults.ts, and VimFaults.
 */
export class RestSession {
  readonly name: string;
  readonly #parts: SessionParts;
  readonly #times: typeof usualTimes;
  readonly #closing = new AbortController();
  #agent: ReachAgent;
  #dialect: Dialect | null = null;
  #token: string | null = null;
  #entering: Promise<void> | null = null;
  #refusedAt: number | null = null;

  constructor(parts: SessionParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
    this.#agent = this.#newAgent();
  }

  /** What a request is answered with; null for what is not there, such as a tag that was deleted meanwhile. */
  async call(call: RestCall): Promise<unknown> {
    for (let isAgain = false; ; isAgain = true) {
      await this.#enter(call.signal);
      const [dialect, token] = [this.#dialect, this.#token];
      if (!dialect || token === null) continue;
      const incoming = await this.#ask(dialect, call, token);
      if (incoming.status === 401) {
        if (isAgain) throw new VimFault("NotAuthenticated", this.name);
        if (this.#token === token) this.#token = null;
        continue;
      }
      const [newer, older] = dialects;
      if (incoming.status === 404 && call.id === undefined && dialect === newer && older) {
        // Before 7.0 U2 there is `/api`, with little in it.
        await this.#logOut(dialect, token);
        if (this.#token === token) [this.#dialect, this.#token] = [older, null];
        continue;
      }
      return this.#understood(incoming, dialect, call);
    }
  }

  /** A password that was refused may have been put right. */
  forgive(): void {
    this.#refusedAt = null;
  }

  /** No connection of before is trusted any more. */
  reset(): void {
    this.#agent.destroy();
    this.#agent = this.#newAgent();
  }

  /** Ends the session, also that of a log-in that is under way. */
  async close(): Promise<void> {
    if (this.#entering) {
      await abortable(this.#entering, AbortSignal.timeout(this.#times.logout)).catch(() => undefined);
    }
    const [dialect, token] = [this.#dialect, this.#token];
    if (dialect && token !== null) await this.#logOut(dialect, token);
    this.#token = null;
    this.#closing.abort();
    this.#agent.destroy();
  }

  async #logOut({ session: path }: Dialect, token: string): Promise<void> {
    const signal = AbortSignal.timeout(this.#times.logout);
    const headers = { "vmware-api-session-id": token };
    await this.#send({ method: "DELETE", path, headers, signal }).catch(() => undefined);
  }

  #understood({ status, value }: Incoming, dialect: Dialect, { id }: RestCall): unknown {
    if (status === 404 && id !== undefined) return null;
    if (status === 404) throw restNotOffered(this.name);
    if (status === 403) throw restForbidden(this.name);
    if (status < 200 || status > 299) throw notVsphere(this.name, status);
    const said = dialect.valueOf(value);
    if (said === undefined) throw garbage(this.name);
    return said;
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#token !== null) return;
    this.#entering ??= this.#logIn().finally(() => {
      this.#entering = null;
    });
    await abortable(this.#entering, signal);
  }

  async #logIn(): Promise<void> {
    const { now, config, password } = this.#parts;
    if (this.#refusedAt !== null && now() - this.#refusedAt < this.#times.refused) {
      throw loginRefused(this.name);
    }
    const pair = `${config.user}:${(await password()).reveal()}`;
    const headers = {
      authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}`,
      "vmware-use-header-authn": "true",
    };
    const signal = this.#closing.signal;
    for (const dialect of this.#dialect ? [this.#dialect] : dialects) {
      // A log-in that may have been counted is not sent twice.
      const asked = { method: "POST", path: dialect.session, headers, signal } as const;
      const { status, value } = await this.#send(asked, false);
      if (status === 404) continue;
      if (status === 401 || status === 403) {
        this.#refusedAt = now();
        throw loginRefused(this.name);
      }
      if (status < 200 || status > 299) throw notVsphere(this.name, status);
      const token = dialect.valueOf(value);
      if (typeof token !== "string" || !/^[\x21-\x7E]{1,1000}$/.test(token)) throw garbage(this.name);
      this.#refusedAt = null;
      this.#dialect = dialect;
      this.#token = token;
      return;
    }
    this.#dialect = null;
    throw restNotOffered(this.name);
  }

  #ask(dialect: Dialect, call: RestCall, token: string): Promise<Incoming> {
    return this.#send({
      method: call.action === undefined ? "GET" : "POST",
      path: dialect.pathOf(call),
      headers: { "vmware-api-session-id": token },
      ...(call.body !== undefined && { body: call.body }),
      signal: call.signal,
    });
  }

  async #send(asked: Omit<Outgoing, "name" | "address" | "port">, isRepeatable = true): Promise<Incoming> {
    const { address, port } = this.#parts.config;
    const milliseconds = this.#times.request;
    const outer = AbortSignal.any([asked.signal, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, outer, () => timedOut(this.name, milliseconds / 1000));
    const outgoing = { ...asked, name: this.name, address, port, signal: deadline.signal };
    const own = isRepeatable ? null : this.#newAgent(false);
    try {
      return await sent(() => exchange(own ?? this.#agent, outgoing), isRepeatable);
    } finally {
      own?.destroy();
      deadline.end();
    }
  }

  #newAgent(keepAlive = true): ReachAgent {
    return new ReachAgent(() => openDoor(this.#parts, this.#times.connect, this.#closing.signal), {
      maxSockets: mostSockets,
      keepAlive,
    });
  }
}
