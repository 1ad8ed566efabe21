import { toOpsError } from "../../../shared/errors.ts";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { Declaration, FactValue, ObservationSink } from "../../../shared/resource.ts";
import type { WebCheck, WebSystemConfig } from "../../../shared/systems/web.ts";
import { healthOf } from "../declared-book.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import type { Outcome } from "./found.ts";
import { type CheckParts, runCheck } from "./run-check.ts";

/** Checks that are made at once. */
const concurrency = 16;
const missedReadings = 3;

interface Memory {
  answers: boolean | null;
  since: number | null;
  lastGood: number | null;
  failing: boolean;
}

/** Asks the services of one system and reports each as soon as it has answered, or has not. */
export class CheckObserver {
  readonly #system: string;
  readonly #config: WebSystemConfig;
  readonly #parts: CheckParts;
  readonly #rounds: ReadingRounds;
  readonly #memories = new Map<string, Memory>();
  #sink: ObservationSink | null = null;

  constructor(system: string, config: WebSystemConfig, parts: CheckParts) {
    this.#system = system;
    this.#config = config;
    this.#parts = parts;
    this.#rounds = new ReadingRounds({ concurrency, isFailing: (id) => this.#memory(id).failing });
  }

  declarations(): Declaration[] {
    const { checks, site, environment, every } = this.#config;
    return Object.entries(checks).map(([id, check]) => {
      const place = check.site ?? site ?? null;
      return {
        id: this.#idOf(id),
        kind: "service",
        name: check.name ?? id,
        system: this.#system,
        parent: place,
        site: place,
        environment: check.environment ?? environment ?? null,
        staleAfter: (parseDuration(every) ?? 30_000) * missedReadings,
      };
    });
  }

  /** The check behind a resource; null for any other. */
  checkOf(resource: string): WebCheck | null {
    const id = Object.keys(this.#config.checks).find((each) => this.#idOf(each) === resource);
    return id === undefined ? null : (this.#config.checks[id] ?? null);
  }

  /** Asks the named ones, all when left out; never throws. */
  async observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void> {
    this.#sink = sink;
    const all = Object.keys(this.#config.checks).map((id) => this.#idOf(id));
    await this.#rounds.run({
      resources: resources?.filter((each) => all.includes(each)) ?? all,
      signal,
      asked: resources !== undefined,
      read: async (id) => void (await this.look(id, signal).catch(() => undefined)),
    });
  }

  /** Asks one now and reports it. Throws what keeps it from being asked, which is reported too. */
  async look(resource: string, signal: AbortSignal): Promise<Outcome> {
    const check = this.checkOf(resource);
    if (!check) throw new RangeError(`no check ${resource}`);
    const memory = this.#memory(resource);
    const common = { resource, source: this.#system };
    try {
      const outcome = await runCheck(check, this.#config, this.#parts, signal);
      const at = this.#parts.now();
      const isWrong = outcome.answers || check.standby !== true;
      const problems = isWrong ? outcome.problems : [];
      memory.failing = !outcome.answers && isWrong;
      this.#sink?.observe([
        {
          ...common,
          at,
          health: healthOf(problems),
          facts: { ...outcome.facts, ...remembered(memory, outcome.answers, at) },
          problems,
        },
      ]);
      return outcome;
    } catch (thrown) {
      const error = toOpsError(thrown, this.#system);
      if (!signal.aborted) {
        memory.failing = true;
        this.#sink?.observe([{ ...common, at: this.#parts.now(), error: error.toWire() }]);
      }
      throw error;
    }
  }

  #idOf(check: string): string {
    return `${this.#system}/${check}`;
  }

  #memory(resource: string): Memory {
    const known = this.#memories.get(resource);
    if (known) return known;
    const memory: Memory = { answers: null, since: null, lastGood: null, failing: false };
    this.#memories.set(resource, memory);
    return memory;
  }
}

function remembered(memory: Memory, answers: boolean, at: number): Record<string, FactValue> {
  if (memory.answers !== answers) memory.since = at;
  memory.answers = answers;
  if (answers) memory.lastGood = at;
  return { "web.answers": answers, "web.since": memory.since, "web.lastGood": memory.lastGood };
}
