import { OpsError } from "../../../shared/errors.ts";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { OvhSystemConfig } from "../../../shared/systems/ovh.ts";
import type { Reach } from "../../reach/reach.ts";
import { WebService } from "../../reach/web-service.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";
import { signedHeaders } from "./signature.ts";

const mostBytes = 4 * 1024 * 1024;
/** Milliseconds after which the API is asked for its clock again. */
const clockGoodFor = 600_000;
/** What it calls a signature that does not fit, keys that it does not know, and keys without the right (`errorCode`). */
const badLogin = /^(INVALID_SIGNATURE|INVALID_KEY|INVALID_CREDENTIAL|NOT_CREDENTIAL|QUERY_TIME_OUT)$/;

export interface ClientParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secrets are used for. */
  subject: string;
  config: OvhSystemConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  now(): number;
  deadline?: number;
}

export interface Asked {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the API, such as `/domain/zone/shop.example/refresh`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Called when the request is on its way: from here on it may have been taken. */
  onSent?(): void;
  /** Gives null for what is not there, in place of `ovh.not-found`. */
  orNull?: true;
  /** Tried in place of a stored secret. */
  trial?: { reference: SecretReference; value: string } | null;
}

/**
 * Signed requests to OVHcloud's API, each on a connection of its own, by the API's own clock. Redirections are not followed.
 * Throws OpsErrors `reach.…`, `secrets.…`, and those of faults.ts.
 */
export class OvhClient {
  readonly #parts: ClientParts;
  readonly #service: WebService;
  /** How far the API's clock is ahead in milliseconds, and when that was read. */
  #clock: { ahead: number; at: number } | null = null;

  constructor(parts: ClientParts) {
    const { name, config, dial, folder, deadline } = parts;
    this.#parts = parts;
    this.#service = new WebService({ name, config, dial, folder, deadline, faults: service, mostBytes });
  }

  get name(): string {
    return this.#parts.name;
  }

  /** The answer's JSON; null where it is empty. */
  async ask(asked: Asked): Promise<unknown> {
    const isReading = (asked.method ?? "GET") === "GET";
    const reckoned = this.#clock;
    try {
      return await this.#ask(asked);
    } catch (error) {
      // Its clock may have been set since it was asked for: what only reads is asked again by the time that it has now.
      const isRefused = error instanceof OpsError && error.code === "ovh.login-refused";
      if (!isReading || !isRefused || reckoned === null || this.#clock !== null) throw error;
      return this.#ask(asked);
    }
  }

  async #ask(asked: Asked): Promise<unknown> {
    const { config, name } = this.#parts;
    if (this.#service.isReadable) throw faults.plainLogin(name);
    const keys = {
      applicationKey: config.applicationKey,
      applicationSecret: await this.#secret(config.applicationSecret, asked.trial),
      consumerKey: await this.#secret(config.consumerKey, asked.trial),
    };
    const time = await this.#time(asked.signal);
    const path = `${asked.path}${asked.query ? `?${new URLSearchParams(asked.query)}` : ""}`;
    const body = asked.body === undefined ? null : JSON.stringify(asked.body);
    const method = asked.method ?? "GET";
    const signed = { method, url: this.#service.urlOf(path), body: body ?? "", time };
    const headers = signedHeaders(keys, signed);
    const { signal, onSent } = asked;
    const { status, words } = await this.#service.ask({ method, path, headers, body, signal, onSent });
    return asked.orNull && status === 404 ? null : this.#answer(status, words);
  }

  close(): void {
    this.#service.close();
  }

  /** Epoch milliseconds by the API's clock, to the second: what is agreed upon with it is not due by another. */
  async clock(signal: AbortSignal): Promise<number> {
    return (await this.#time(signal)) * 1000;
  }

  /** The seconds of the API's own clock: a workstation's may be off by more than it takes (`GET /auth/time`). */
  async #time(signal: AbortSignal): Promise<number> {
    const { now, name } = this.#parts;
    if (!this.#clock || Math.abs(now() - this.#clock.at) > clockGoodFor) {
      const asked = { method: "GET", path: "/auth/time", headers: {}, body: null, signal };
      const { status, words } = await this.#service.ask(asked);
      const seconds = this.#answer(status, words);
      if (typeof seconds !== "number" || !Number.isSafeInteger(seconds)) throw service.http(name).garbage();
      this.#clock = { ahead: seconds * 1000 - now(), at: now() };
    }
    return Math.floor((now() + this.#clock.ahead) / 1000);
  }

  async #secret(reference: SecretReference, trial: Asked["trial"]): Promise<string> {
    const { secrets, subject, name } = this.#parts;
    const value =
      trial?.reference === reference ? trial.value : (await secrets.resolve(reference, subject)).reveal();
    // What cannot stand in a header is no key that the far side knows.
    if (!/^[\x21-\x7e]+$/.test(value.trim())) throw faults.loginRefused(name);
    return value.trim();
  }

  #answer(status: number, words: string): unknown {
    const { name } = this.#parts;
    const value = parsed(words);
    if (status >= 400) {
      const code = errorCode(value);
      if (status === 401 || badLogin.test(code)) {
        // Its clock may have been set meanwhile.
        this.#clock = null;
        throw faults.loginRefused(name);
      }
      if (status === 403) throw faults.notAllowed(name);
      if (status === 404) throw faults.notFound(name);
      if (status === 429) throw faults.tooManyCalls(name);
      throw status < 500 ? faults.refused(name, status) : service.failing(name, status);
    }
    if (status >= 300) throw service.moved(name);
    if (value === undefined) throw service.http(name).garbage();
    return value;
  }
}

/** Undefined for what is no JSON. */
function parsed(words: string): unknown {
  if (words === "") return null;
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}

function errorCode(value: unknown): string {
  const code = typeof value === "object" && value !== null && "errorCode" in value ? value.errorCode : "";
  return typeof code === "string" ? code : "";
}
