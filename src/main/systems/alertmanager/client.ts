import type { AlertmanagerSystemConfig } from "../../../shared/systems/alertmanager.ts";
import type { Reach } from "../../reach/reach.ts";
import { WebService } from "../../reach/web-service.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";

const mostBytes = 32 * 1024 * 1024;

export interface ClientParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secrets are used for. */
  subject: string;
  config: AlertmanagerSystemConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  deadline?: number;
}

export interface Asked {
  method?: "GET" | "POST" | "DELETE";
  /** Below the API, such as `/alerts`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Called when the request is on its way: from here on it may have been taken. */
  onSent?(): void;
}

/**
 * Requests to the API v2 of an Alertmanager, each on a connection of its own. Redirections are not followed. Throws
 * OpsErrors `reach.…`, `secrets.…`, and those of faults.ts.
 */
export class AlertmanagerClient {
  readonly #parts: ClientParts;
  readonly #service: WebService;

  constructor(parts: ClientParts) {
    const { name, config, dial, folder, deadline } = parts;
    this.#parts = parts;
    this.#service = new WebService({ name, config, dial, folder, deadline, faults: service, mostBytes });
  }

  /** The answer's JSON; null where it is empty. `login` is tried in place of the stored secret. */
  async ask(asked: Asked, login: string | null = null): Promise<unknown> {
    const query = new URLSearchParams(asked.query?.map(([key, value]): [string, string] => [key, value]));
    const { status, words } = await this.#service.ask({
      method: asked.method ?? "GET",
      path: `/api/v2${asked.path}${query.size > 0 ? `?${query}` : ""}`,
      headers: await this.#headers(login),
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: asked.signal,
      onSent: asked.onSent,
    });
    return answerOf(this.#parts.name, status, words);
  }

  close(): void {
    this.#service.close();
  }

  async #headers(login: string | null): Promise<Record<string, string>> {
    const { name, config, secrets, subject } = this.#parts;
    const reference = config.token ?? config.password;
    if (reference === undefined) return {};
    if (this.#service.isReadable) throw faults.plainLogin(name);
    const secret = login ?? (await secrets.resolve(reference, subject)).reveal();
    // What cannot stand in a header is no secret that the far side knows.
    if (/[\r\n\0]/.test(secret.trim())) throw faults.loginRefused(name);
    const basic = Buffer.from(`${config.user ?? ""}:${secret}`, "utf8").toString("base64");
    return { authorization: config.token ? `Bearer ${secret.trim()}` : `Basic ${basic}` };
  }
}

function answerOf(name: string, status: number, words: string): unknown {
  if (status === 401) throw faults.loginRefused(name);
  if (status === 403) throw faults.notAllowed(name);
  if (status === 404) throw faults.notFound(name);
  if (status >= 300 && status < 400) throw service.moved(name);
  if (status >= 400 && status < 500) throw faults.refused(name, status);
  if (status >= 500) throw service.failing(name, status);
  if (words === "") return null;
  try {
    return JSON.parse(words);
  } catch (error) {
    throw service.http(name).garbage(error);
  }
}
