import {
  type Alert,
  readAlerts,
  readSilence,
  readSilenceId,
  readSilences,
  readStatus,
  type Silence,
  type Status,
} from "./answers.ts";
import type { AlertmanagerClient } from "./client.ts";
import { service } from "./faults.ts";
import { type Matcher, matcherWords } from "./matchers.ts";

/** A silence that is asked for; times in epoch milliseconds. */
export interface WantedSilence {
  /** Of the one that it takes the place of. */
  id?: string;
  matchers: readonly Matcher[];
  startsAt: number;
  endsAt: number;
  createdBy: string;
  comment: string;
}

/** Alertmanager's API v2 (https://github.com/prometheus/alertmanager, api/v2/openapi.yaml) as plain data. */
export class AlertmanagerApi {
  readonly name: string;
  readonly #client: AlertmanagerClient;
  #silences: readonly Silence[] | null = null;
  /** How often a silence was asked for: what was read before that does not show it. */
  #asked = 0;

  constructor(name: string, client: AlertmanagerClient) {
    this.name = name;
    this.#client = client;
  }

  async status(signal: AbortSignal, login: string | null = null): Promise<Status> {
    return this.#known(readStatus(await this.#client.ask({ path: "/status", signal }, login)));
  }

  /** All alerts, or those that matchers let through; and how many of them could not be read. */
  async alerts(
    signal: AbortSignal,
    matchers: readonly Matcher[] = [],
  ): Promise<{ members: Alert[]; unread: number }> {
    const query = matchers.map((matcher) => ["filter", matcherWords(matcher)] as const);
    return this.#known(readAlerts(await this.#client.ask({ path: "/alerts", query, signal })));
  }

  /** Those in force, to come, and over lately. */
  async silences(signal: AbortSignal): Promise<Silence[]> {
    const asked = this.#asked;
    const { members } = this.#known(readSilences(await this.#client.ask({ path: "/silences", signal })));
    if (asked === this.#asked) this.#silences = members;
    return members;
  }

  /** Those that were read last; null where none were since one was asked for. */
  get silencesSeen(): readonly Silence[] | null {
    return this.#silences;
  }

  async silence(id: string, signal: AbortSignal): Promise<Silence> {
    const path = `/silence/${encodeURIComponent(id)}`;
    return this.#known(readSilence(await this.#client.ask({ path, signal })));
  }

  /** Makes a silence, or changes one; gives its identifier, which changes when it has to be made anew. */
  async setSilence(wanted: WantedSilence, signal: AbortSignal, onSent: () => void): Promise<string> {
    const { startsAt, endsAt, ...rest } = wanted;
    const body = {
      ...rest,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    };
    this.#asked += 1;
    this.#silences = null;
    const answer = await this.#client.ask({ method: "POST", path: "/silences", body, signal, onSent });
    return this.#known(readSilenceId(answer));
  }

  /** Ends a silence now. */
  async expire(id: string, signal: AbortSignal, onSent: () => void): Promise<void> {
    await this.#client.ask({ method: "DELETE", path: `/silence/${encodeURIComponent(id)}`, signal, onSent });
  }

  close(): void {
    this.#client.close();
  }

  #known<Answer>(answer: Answer | null): Answer {
    if (answer === null) throw service.http(this.name).garbage();
    return answer;
  }
}
