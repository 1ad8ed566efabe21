import { setTimeout as sleep } from "node:timers/promises";
import { OpsError } from "../../../../shared/errors.ts";
import { abortable, Deadline } from "../../../reach/abort.ts";
import type { Reach } from "../../../reach/reach.ts";
import type { SecretValue } from "../../../secrets/resolver.ts";
import { type Challenge, keyFits, type LoginKey, loginKey, Nonce, parseChallenges } from "./digest.ts";
import { type Answer, exchange, wsmanPath } from "./exchange.ts";
import { answerTimedOut, digestLoop, loginRefused, noDigest } from "./faults.ts";
import type { AmtPlace } from "./place.ts";
import { type AmtTls, secure } from "./secure.ts";
import { StreamAgent } from "./stream-agent.ts";

/** All in milliseconds. */
export interface DeviceTimes {
  /** For a connection, TLS included. */
  connect: number;
  /** For one request and its whole answer. AMT's own operations may take 30 s. */
  exchange: number;
  /** How long a sleeping engine is called before it counts as not answering. */
  wake: number;
  /** Between two such calls; up to half as much again is added by chance. */
  callAgain: number;
  /** A connection without a request for so long is closed: AMT has few. */
  idle: number;
  /** How long a refused log-in is not tried again by routine, and when somebody asks. */
  refused: number;
  refusedAsked: number;
}

const usualTimes: DeviceTimes = {
  connect: 30_000,
  exchange: 35_000,
  wake: 60_000,
  callAgain: 1500,
  idle: 6000,
  refused: 600_000,
  refusedAsked: 60_000,
};

export interface DeviceParts {
  place: AmtPlace;
  tls: AmtTls | null;
  user: string;
  password(): Promise<SecretValue>;
  dial: Reach["dial"];
  /** Epoch milliseconds. */
  now(): number;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  times?: Partial<DeviceTimes>;
}

export interface PostOptions {
  signal: AbortSignal;
  /** Somebody waits for it: a sleeping engine is called for a minute. */
  patient?: boolean;
  /**
   * For a request that must not be sent twice: it goes over a connection of its own and this is called right before
   * its first byte leaves. Only a 401, which says that nothing was done, lets it be sent again.
   */
  sending?(): void;
}

/**
 * HTTP with Digest to the AMT of one machine: one request at a time (AMT has one worker), a kept connection, a nonce
 * used until it is refused. Sources: FIELD-NOTES 1, RFC 7616.
 */
export class AmtDevice {
  readonly place: AmtPlace;
  readonly #parts: DeviceParts;
  readonly #times: DeviceTimes;
  readonly #agent = new StreamAgent();
  readonly #closing = new AbortController();
  readonly #wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #nonce: Nonce | null = null;
  #key: LoginKey | null = null;
  #refusal: { key: LoginKey; at: number; error: OpsError } | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.place = parts.place;
    this.#times = { ...usualTimes, ...parts.times };
    this.#wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  }

  /**
   * Posts one body to /wsman and gives the answer, whatever its status but 401. Throws OpsErrors `reach.…`,
   * `secrets.…` and those of faults.ts.
   */
  async post(body: string, options: PostOptions): Promise<Answer> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    try {
      await abortable(before, signal);
      if (this.#idle) clearTimeout(this.#idle);
      return await this.#converse(body, { ...options, signal });
    } finally {
      void before.then(() => {
        if (this.#idle) clearTimeout(this.#idle);
        this.#idle = setTimeout(() => this.#agent.drop(), this.#times.idle).unref();
        if (this.#closing.signal.aborted) this.#drop();
        turn.resolve();
      });
    }
  }

  /** Ends the connection and whatever is under way. */
  close(): void {
    this.#closing.abort();
    this.#drop();
  }

  #drop(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#agent.drop();
  }

  /** Sends until the log-in is accepted: once without a nonce, once with, once more with another one. */
  async #converse(body: string, options: PostOptions): Promise<Answer> {
    await this.#heedRefusal(options.patient ?? false);
    let askedAgain = false;
    let resolved = false;
    for (;;) {
      const nonce = this.#nonce;
      const answer = await this.#send(body, nonce, options);
      if (answer.status !== 401) {
        if (nonce) this.#refusal = null;
        return answer;
      }
      this.#nonce = null;
      const [challenge] = parseChallenges(answer.challenges);
      if (!challenge) throw noDigest(this.place.name);
      if (nonce && (askedAgain || (!challenge.stale && challenge.nonce === nonce.challenge.nonce))) {
        if (challenge.stale) throw digestLoop(this.place.name);
        // A key that was kept may be out of date: the password is looked up once more before it counts as wrong.
        const tried = this.#key;
        this.#key = null;
        if (resolved || (await this.#keyFor(challenge)).hash === tried?.hash) throw this.#refused(tried);
        resolved = true;
      } else if (nonce) {
        askedAgain = true;
      }
      if (!keyFits(this.#key, challenge)) resolved = true;
      this.#nonce = new Nonce(challenge, await this.#keyFor(challenge));
    }
  }

  async #keyFor(challenge: Challenge): Promise<LoginKey> {
    if (keyFits(this.#key, challenge)) return this.#key;
    const password = await this.#parts.password();
    this.#key = loginKey(challenge, this.#parts.user, password.reveal());
    return this.#key;
  }

  #refused(key: LoginKey | null): OpsError {
    const error = loginRefused(this.place.name, this.#parts.user);
    this.#key = null;
    if (key) this.#refusal = { key, at: this.#parts.now(), error };
    return error;
  }

  /** AMT slows down after each wrong password: a refused one is left alone until somebody asks or it has changed. */
  async #heedRefusal(patient: boolean): Promise<void> {
    if (!this.#refusal) return;
    const { key, at, error } = this.#refusal;
    const age = this.#parts.now() - at;
    if (!patient) {
      if (age < this.#times.refused) throw error;
      return;
    }
    if (age >= this.#times.refusedAsked) return;
    const password = await this.#parts.password();
    const now = loginKey(
      { ...key, nonce: "", opaque: null, stale: false, named: false, qop: null },
      this.#parts.user,
      password.reveal(),
    );
    if (now.hash === key.hash) throw error;
  }

  async #send(body: string, nonce: Nonce | null, options: PostOptions): Promise<Answer> {
    for (let mayRetry = true; ; mayRetry = false) {
      const kept = options.sending === undefined && this.#agent.ready;
      if (!kept) this.#agent.offer(await this.#open(options));
      const seconds = Math.round(this.#times.exchange / 1000);
      const deadline = new Deadline(this.#times.exchange, options.signal, () =>
        answerTimedOut(this.place.name, seconds),
      );
      try {
        options.sending?.();
        return await exchange(this.#agent, this.place, {
          body,
          authorization: nonce?.authorization("POST", wsmanPath, body) ?? null,
          signal: deadline.signal,
        });
      } catch (error) {
        this.#agent.drop();
        // The far side may close a kept connection at any time, and what goes over one may be sent again.
        if (!(kept && mayRetry && error instanceof OpsError && error.code === "amt.closed")) throw error;
      } finally {
        deadline.end();
      }
    }
  }

  /** A new connection. A sleeping engine loses the first packets and wakes by them: it is called for a while. */
  async #open(options: PostOptions) {
    const until = this.#parts.now() + this.#times.wake;
    for (;;) {
      try {
        return await this.#openOnce(options.signal);
      } catch (error) {
        const asleep = error instanceof OpsError && signsOfSleep.has(error.code);
        if (!asleep || !options.patient || options.signal.aborted || this.#parts.now() >= until) throw error;
      }
      await abortable(
        this.#wait(this.#times.callAgain * (1 + Math.random() / 2), options.signal),
        options.signal,
      );
    }
  }

  async #openOnce(signal: AbortSignal) {
    const { place, tls, dial } = this.#parts;
    const seconds = Math.round(this.#times.connect / 1000);
    const deadline = new Deadline(this.#times.connect, signal, () => answerTimedOut(place.name, seconds));
    try {
      const { via, address, port, allowlist } = place;
      const stream = await abortable(
        dial({ via, address, port, allowlist }, deadline.signal),
        deadline.signal,
        (late) => late.destroy(),
      );
      // What happens to the stream later is told by the request that uses it.
      stream.on("error", () => undefined);
      return tls ? await secure(stream, place, tls, deadline.signal) : stream;
    } finally {
      deadline.end();
    }
  }
}

/** What lost packets look like from here, and from a hop, whose refusal does not tell why. */
const signsOfSleep = new Set(["reach.timed-out", "reach.unreachable", "reach.channel-refused"]);
