import { toOpsError } from "../../../shared/errors.ts";
import {
  type Health,
  healthOrder,
  type Observation,
  type ObservationSink,
} from "../../../shared/resource.ts";
import type { LocalText } from "../../../shared/text.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import { powerFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { LateReadings } from "./late-readings.ts";
import type { MachineAccess } from "./machine-access.ts";
import { type PowerReading, readPower } from "./power.ts";

interface ObserverLimits {
  /** Milliseconds for all that is read rarely of one machine. */
  sweepDeadline: number;
  /** Machines read at once, and of these how many more deeply than their power state. */
  concurrency: number;
  sweeps: number;
}

const defaultLimits: ObserverLimits = { sweepDeadline: 180_000, concurrency: 64, sweeps: 8 };

/** What is remembered of a machine between two readings. */
interface Memory {
  power: { reading: PowerReading; at: number } | null;
  late: LateReadings;
  sweeping: boolean;
  /** Why the last reading failed; null when it did not. */
  failure: LocalText | null;
}

/**
 * Reads the machines of one system and reports each as soon as it has answered: one request for the power state, and
 * only rarely, after it, the inventory and the event log. A machine that does not answer delays no other.
 */
export class MachineObserver {
  readonly #access: MachineAccess;
  readonly #limits: ObserverLimits;
  readonly #memories = new Map<string, Memory>();
  readonly #rounds: ReadingRounds;
  readonly #closing = new AbortController();
  readonly #sweeps = new Set<Promise<void>>();
  readonly #sweepQueue: (() => Promise<void>)[] = [];

  constructor(access: MachineAccess, limits: ObserverLimits = defaultLimits) {
    this.#access = access;
    this.#limits = limits;
    this.#rounds = new ReadingRounds({
      concurrency: limits.concurrency,
      isFailing: (resource) => this.failure(resource) !== null,
    });
  }

  /** Reads the named machines; `asked` says that somebody waits for them. Never throws; a cancelled reading is not reported. */
  async observe(
    sink: ObservationSink,
    signal: AbortSignal,
    resources: readonly string[],
    asked: boolean,
  ): Promise<void> {
    const read = (resource: string) => this.#read(sink, signal, resource, asked);
    await this.#rounds.run({ resources, signal, asked, read });
  }

  /**
   * Makes due at the next reading what a change may have left out of date: the event log, where a power change leaves
   * its signs, or the firmware's settings.
   */
  expire(resource: string, what: "power" | "settings"): void {
    const { late } = this.#memory(resource);
    if (what === "settings") late.expire("capabilities");
    else {
      late.expire("events");
      late.expire("standby");
    }
  }

  /** Why the last reading of a machine failed; null when it did not, or when there was none. */
  failure(resource: string): LocalText | null {
    return this.#memories.get(resource)?.failure ?? null;
  }

  /** Resolves when no costly reading is under way or waiting. */
  async settled(): Promise<void> {
    while (this.#sweeps.size > 0) await Promise.all(this.#sweeps);
  }

  /** Ends the costly readings; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  async #read(sink: ObservationSink, signal: AbortSignal, resource: string, asked: boolean): Promise<void> {
    const memory = this.#memory(resource);
    try {
      const reading = await readPower(this.#access.client(resource), { signal, patient: asked });
      memory.power = { reading, at: this.#access.now() };
      memory.failure = null;
      sink.observe([this.#observation(resource, reading, memory.power.at)]);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toOpsError(thrown, this.#access.system).toWire();
      memory.failure = error.message;
      sink.observe([{ resource, source: this.#access.system, at: this.#access.now(), error }]);
      return;
    }
    this.#sweepSoon(sink, resource, memory, asked);
  }

  /** Lets the costly readings follow that are due, without anybody waiting for them. */
  #sweepSoon(sink: ObservationSink, resource: string, memory: Memory, asked: boolean): void {
    const { power, late } = memory;
    if (memory.sweeping || this.#closing.signal.aborted || !power) return;
    const due = late.due(this.#access.now(), asked, power.reading.state);
    if (due.length === 0) return;
    memory.sweeping = true;
    this.#sweepQueue.push(async () => {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#limits.sweepDeadline)]);
      for (const name of due) {
        await late.read(name, this.#access.client(resource), { signal }, this.#access.now);
        if (this.#closing.signal.aborted || !memory.power || memory.failure) continue;
        sink.observe([this.#observation(resource, memory.power.reading, memory.power.at)]);
      }
      memory.sweeping = false;
    });
    this.#startSweeps();
  }

  #startSweeps(): void {
    while (this.#sweeps.size < this.#limits.sweeps) {
      const next = this.#sweepQueue.shift();
      if (!next) return;
      const sweep: Promise<void> = next().finally(() => {
        this.#sweeps.delete(sweep);
        this.#startSweeps();
      });
      this.#sweeps.add(sweep);
    }
  }

  #observation(resource: string, power: PowerReading, at: number): Observation {
    const { late } = this.#memory(resource);
    const problems = judge(power, late.events, at);
    const { facts, readAt } = late.told(power.state);
    return {
      resource,
      source: this.#access.system,
      at,
      health: problems.reduce<Health>((worst, { health }) => worse(worst, health), "ok"),
      facts: { ...powerFacts(power, this.#access.machine(resource)), ...facts },
      problems,
      readAt,
    };
  }

  #memory(resource: string): Memory {
    const known = this.#memories.get(resource);
    if (known) return known;
    const memory: Memory = {
      power: null,
      late: new LateReadings(),
      sweeping: false,
      failure: null,
    };
    this.#memories.set(resource, memory);
    return memory;
  }
}

function worse(one: Health, other: Health): Health {
  return healthOrder.indexOf(one) <= healthOrder.indexOf(other) ? one : other;
}
