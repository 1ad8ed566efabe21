import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import type { ProxmoxSystemConfig } from "../../../../shared/systems/proxmox.ts";
import { abortable, abortFault, Deadline } from "../../../reach/abort.ts";
import { NotSent, Unanswered } from "../../../reach/http-exchange.ts";
import { hostAndPort } from "../../../reach/place.ts";
import type { Reach } from "../../../reach/reach.ts";
import { dataOf, isForeign } from "./answer.ts";
import { type Door, Doors, gravest } from "./doors.ts";
import { exchange, type Incoming, type Outgoing } from "./exchange.ts";
import { authorityUnreadable, closed, loginRefused, notProxmox, timedOut } from "./faults.ts";
import { isRefusedLogin, logIn, renew, type Ticket } from "./login.ts";
import {
  formOf,
  type ParametersOf,
  type ParameterValue,
  type PathOf,
  pathOf,
  type RequestName,
  requests,
} from "./requests.ts";
import type { SecondFactor } from "./second-factor.ts";
import { type ClientTimes, refusedToken, usualTimes } from "./times.ts";

export interface ClientParts {
  name: string;
  config: Pick<
    ProxmoxSystemConfig,
    "addresses" | "port" | "via" | "allowlist" | "user" | "pins" | "token" | "password"
  >;
  dial: Reach["dial"];
  /** The PEM of the authorities, as a path; null: the workstation's own. */
  authorityPath(): string | null;
  /** The password, or the secret of the token. */
  secret(): Promise<{ reveal(): string }>;
  factor: SecondFactor;
  now(): number;
  times?: Partial<ClientTimes>;
}

export interface CallOptions {
  signal: AbortSignal;
  /** Milliseconds for the request and its answer; the usual when left out. */
  deadline?: number;
  /** Called right before a request leaves: from here on it may have been taken. */
  onSent?(): void;
  /** Called with the address that answered: what is begun at a node by itself goes on there. */
  onAnswered?(door: Door): void;
}

export type Call<Name extends RequestName> = CallOptions & {
  request: Name;
} & (keyof PathOf<Name> extends never ? { at?: undefined } : { at: PathOf<Name> }) &
  (Record<never, never> extends ParametersOf<Name>
    ? { parameters?: ParametersOf<Name> }
    : { parameters: ParametersOf<Name> });

/** Any of these calls, in plain. */
interface AnyCall extends CallOptions {
  request: RequestName;
  at?: Readonly<Record<string, string | number>>;
  parameters?: Readonly<Record<string, ParameterValue | undefined>>;
}

/** A connection to a node for something else than a request, with what proves the log-in there. */
export interface RawConnection {
  stream: Duplex;
  /** For the `Host` header. */
  host: string;
  headers: Readonly<Record<string, string>>;
}

/** The ticket was not accepted: nothing was done. */
class LoggedOut extends Error {}

/**
 * One log-in to a Proxmox VE cluster or node by its HTTP API, with an API token or with a ticket that is renewed. Any of its
 * addresses serves; where one cannot be connected to, the next is asked. A write is sent once. Throws OpsErrors `reach.…`,
 * `secrets.…`, those of faults.ts, and ProxmoxRefusals.
 */
export class ProxmoxClient {
  readonly name: string;
  readonly #parts: ClientParts;
  readonly #times: ClientTimes;
  readonly #doors: Doors;
  readonly #closing = new AbortController();
  #ticket: Ticket | null = null;
  #entering: Promise<void> | null = null;
  #refused: { at: number; fault: OpsError } | null = null;
  /** Milliseconds that the clock of what answered last is ahead of ours. */
  #ahead = 0;

  constructor(parts: ClientParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
    this.#doors = new Doors({
      name: parts.name,
      config: parts.config,
      dial: parts.dial,
      authorities: () => this.#authorities(),
      connect: this.#times.connect,
    });
  }

  /**
   * Makes a request and gives the `data` of its answer. It logs in before, and once more when the ticket has ended; reading
   * is repeated at another address where one does not answer.
   */
  async call<Name extends RequestName>(call: Call<Name>): Promise<unknown> {
    const { request, at = {}, parameters = {}, ...options } = call as AnyCall;
    return this.#call(request, at, parameters, options);
  }

  /** Logs in, or proves that the token is accepted. */
  async enter(signal: AbortSignal): Promise<void> {
    await this.call({ request: "version", signal });
  }

  /** A log-in that was refused may have been put right. */
  forgive(): void {
    this.#refused = null;
  }

  /** The addresses that could not be used when they were tried last, and why. */
  get failedDoors(): readonly { label: string; fault: OpsError }[] {
    return this.#doors.all.flatMap(({ label, fault }) => (fault ? [{ label, fault }] : []));
  }

  /** Tries to connect to every address but the one in use, so that one that fails is known before it is needed. */
  async tryDoors(signal: AbortSignal): Promise<void> {
    const [, ...others] = this.#doors.all;
    await Promise.all(
      others.map(async (door) => {
        try {
          const stream = await this.#doors.open(door, signal);
          stream.on("error", () => undefined);
          stream.destroy();
          door.fault = null;
        } catch (error) {
          if (error instanceof OpsError && !signal.aborted) door.fault = error;
        }
      }),
    );
  }

  /**
   * A connection of its own to one of the addresses, with what proves the log-in there, such as for a WebSocket. Whoever
   * asked for it closes it.
   */
  async connect(door: Door, signal: AbortSignal): Promise<RawConnection> {
    const headers = await this.#proof(signal);
    const stream = await this.#doors.open(door, signal);
    return { stream, host: hostAndPort(door.address, door.port), headers };
  }

  /**
   * What the clock of the cluster says, epoch milliseconds to the second, by its last answer: what it tells the age of is
   * dated by that, for ours may jump.
   */
  clusterTime(): number {
    return this.#parts.now() + this.#ahead;
  }

  /** No connection of before is trusted any more. */
  reset(): void {
    this.#doors.reset();
  }

  /** Ends everything. Proxmox VE keeps no sessions that could be ended there. */
  close(): void {
    this.#closing.abort();
    this.#ticket = null;
    this.#doors.close();
  }

  async #call(
    request: RequestName,
    at: Readonly<Record<string, string | number>>,
    parameters: Readonly<Record<string, ParameterValue | undefined>>,
    options: CallOptions,
  ): Promise<unknown> {
    try {
      return await this.#ask(request, at, parameters, options);
    } catch (error) {
      if (!(error instanceof LoggedOut)) throw error;
      if (this.#parts.config.token !== undefined) throw this.#refuse(loginRefused(this.name, "token"));
    }
    // What was refused for want of a log-in was not begun.
    try {
      return await this.#ask(request, at, parameters, options);
    } catch (error) {
      if (!(error instanceof LoggedOut)) throw error;
      throw this.#refuse(loginRefused(this.name, "password"));
    }
  }

  async #ask(
    request: RequestName,
    at: Readonly<Record<string, string | number>>,
    parameters: Readonly<Record<string, ParameterValue | undefined>>,
    { signal: outer, deadline: milliseconds = this.#times.request, onSent, onAnswered }: CallOptions,
  ): Promise<unknown> {
    const { method } = requests[request];
    const isRead = method === "GET";
    const form = formOf(parameters);
    const inQuery = method === "GET" || method === "DELETE";
    const path = `${pathOf(request, at)}${inQuery && form !== "" ? `?${form}` : ""}`;
    const headers = await this.#proof(outer);
    const used = this.#ticket;
    if (!isRead && used) headers.csrfpreventiontoken = used.prevention;
    const answered = await this.#underDeadline(outer, milliseconds, (signal) =>
      this.#throughDoors(
        {
          name: this.name,
          method,
          path,
          form: inQuery ? null : form,
          headers,
          signal,
          ...(onSent && { onSent }),
        },
        isRead,
        onAnswered,
      ),
    );
    if (answered.status === 401) {
      if (this.#ticket === used) this.#ticket = null;
      throw new LoggedOut();
    }
    return dataOf(this.name, answered);
  }

  /** The headers that prove the log-in; logs in when there is none, renews a ticket before it ends. */
  async #proof(signal: AbortSignal): Promise<Record<string, string>> {
    const { config, now, secret } = this.#parts;
    if (this.#refused) {
      const rest = config.token === undefined ? this.#times.refused : refusedToken;
      if (now() - this.#refused.at < rest) throw this.#refused.fault;
      this.#refused = null;
    }
    if (config.token !== undefined) {
      const token = (await secret()).reveal().trim();
      // What cannot stand in a header is no token that the far side knows.
      if (!/^[\x21-\x7e]{1,1000}$/.test(token)) throw loginRefused(this.name, "token");
      return { authorization: `PVEAPIToken=${config.user}=${token}` };
    }
    if (!this.#ticket || now() - this.#ticket.madeAt >= this.#times.renewal) {
      this.#entering ??= this.#logIn().finally(() => {
        this.#entering = null;
      });
      await abortable(this.#entering, signal);
    }
    return { cookie: `PVEAuthCookie=${encodeURIComponent(this.#ticket?.cookie ?? "")}` };
  }

  async #logIn(): Promise<void> {
    const { config, now, secret, factor } = this.#parts;
    const signal = this.#closing.signal;
    const parts = {
      name: this.name,
      user: config.user,
      now,
      // A log-in that may have been counted is not sent twice.
      post: (form: Readonly<Record<string, ParameterValue>>) =>
        this.#underDeadline(signal, this.#times.request, (limited) =>
          this.#throughDoors(
            {
              name: this.name,
              method: "POST",
              path: pathOf("login", {}),
              form: formOf(form),
              headers: {},
              signal: limited,
            },
            false,
          ),
        ),
    };
    const before = this.#ticket;
    this.#ticket = null;
    try {
      this.#ticket = before && (await renew(parts, before));
      this.#ticket ??= await logIn(parts, (await secret()).reveal(), factor, signal);
    } catch (error) {
      if (error instanceof OpsError && isRefusedLogin(error)) this.#refuse(error);
      throw error;
    }
  }

  #refuse(fault: OpsError): OpsError {
    this.#refused = { at: this.#parts.now(), fault };
    return fault;
  }

  async #underDeadline<Result>(
    outer: AbortSignal,
    milliseconds: number,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const signal = AbortSignal.any([outer, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, signal, () => timedOut(this.name, milliseconds / 1000));
    try {
      return await work(deadline.signal);
    } finally {
      deadline.end();
    }
  }

  /**
   * Asks at one address after the other until one answers; a write only as long as it was not sent. What any node answers
   * by itself is not waited for long where there is another.
   */
  async #throughDoors(
    outgoing: Omit<Outgoing, "address" | "port">,
    isRead: boolean,
    onAnswered?: (door: Door) => void,
  ): Promise<Incoming> {
    const faults: OpsError[] = [];
    const doors = [...this.#doors.all];
    const isAnyNodes = isRead && !outgoing.path.startsWith("/api2/json/nodes/");
    for (const [at, door] of doors.entries()) {
      const isHurried = isAnyNodes && at < doors.length - 1;
      try {
        const answered = await this.#underAttempt(door, isHurried, outgoing.signal, (signal) =>
          this.#atDoor(door, { ...outgoing, signal }, isRead),
        );
        if (isForeign(answered)) throw new Unanswered(notProxmox(door.label, answered.status), false);
        this.#doors.answered(door);
        if (answered.date !== null) this.#ahead = answered.date - this.#parts.now();
        onAnswered?.(door);
        return answered;
      } catch (error) {
        if (outgoing.signal.aborted) {
          const fault = abortFault(outgoing.signal);
          // It may be this address that hangs: the next request begins with another.
          if (fault.code === "proxmox.timed-out") this.#doors.failed(door, fault);
          throw fault;
        }
        const fault = error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
        if (!(fault instanceof OpsError)) throw fault;
        this.#doors.failed(door, fault);
        if (!isRead && !(error instanceof NotSent)) throw fault;
        faults.push(fault);
      }
    }
    throw gravest(faults) ?? closed(this.name);
  }

  async #underAttempt<Result>(
    door: Door,
    isHurried: boolean,
    outer: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (!isHurried) return work(outer);
    const { attempt } = this.#times;
    const deadline = new Deadline(attempt, outer, () => timedOut(door.label, attempt / 1000));
    try {
      return await work(deadline.signal);
    } finally {
      deadline.end();
    }
  }

  async #atDoor(
    door: Door,
    outgoing: Omit<Outgoing, "address" | "port">,
    isRead: boolean,
  ): Promise<Incoming> {
    const { address, port } = door;
    if (isRead) {
      try {
        return await exchange(this.#doors.agent(door), { ...outgoing, address, port });
      } catch (error) {
        // A kept connection that was closed meanwhile says nothing about the node.
        if (!(error instanceof Unanswered) || !error.kept) throw error;
      }
    }
    const own = this.#doors.freshAgent(door);
    try {
      return await exchange(own, { ...outgoing, address, port });
    } finally {
      own.destroy();
    }
  }

  async #authorities(): Promise<string | null> {
    const path = this.#parts.authorityPath();
    if (path === null) return null;
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      throw authorityUnreadable(this.name, error);
    }
  }
}
