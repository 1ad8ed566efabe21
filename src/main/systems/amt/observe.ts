import { toOpsError } from "../../../shared/errors.ts";
import {
  type Health,
  healthOrder,
  type Observation,
  type ObservationSink,
} from "../../../shared/resource.ts";
import type { LocalText } from "../../../shared/text.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import { readEventLog } from "./event-log.ts";
import { type AmtEvent, describeEvent } from "./event-words.ts";
import { type Facts, hardwareFacts, powerFacts } from "./facts.ts";
import { readHardware } from "./hardware.ts";
import { judge } from "./judge.ts";
import type { MachineAccess } from "./machine-access.ts";
import { type PowerReading, readPower } from "./power.ts";

/** All in milliseconds but the counts. */
interface ObserverTimes {
  /** Between two readings of the inventory, and before it is tried again after it failed. */
  hardwareEvery: number;
  hardwareRetry: number;
  /** Between two readings of the event log, in the background and when somebody looks at the machine. */
  eventsEvery: number;
  eventsEveryAsked: number;
  /** For the inventory and for the event log as a whole. */
  sweepDeadline: number;
  /** Machines read at once, and of these how many more deeply than their power state. */
  concurrency: number;
  sweeps: number;
}

const defaultObserverTimes: ObserverTimes = {
  hardwareEvery: 3_600_000,
  hardwareRetry: 600_000,
  eventsEvery: 900_000,
  eventsEveryAsked: 60_000,
  sweepDeadline: 180_000,
  concurrency: 64,
  sweeps: 8,
};

const eventsKept = 100;

/** What is remembered of a machine between two readings. */
interface Memory {
  power: { reading: PowerReading; at: number } | null;
  hardware: { facts: Facts; at: number } | null;
  hardwareDueAt: number;
  events: { list: AmtEvent[]; at: number } | null;
  eventsTriedAt: number;
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
  readonly #times: ObserverTimes;
  readonly #memories = new Map<string, Memory>();
  readonly #rounds: ReadingRounds;
  readonly #closing = new AbortController();
  readonly #sweeps = new Set<Promise<void>>();
  readonly #sweepQueue: (() => Promise<void>)[] = [];

  constructor(access: MachineAccess, times: ObserverTimes = defaultObserverTimes) {
    this.#access = access;
    this.#times = times;
    this.#rounds = new ReadingRounds({
      concurrency: times.concurrency,
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

  /** Makes the event log due at the next reading: a power change leaves its signs there. */
  expireEvents(resource: string): void {
    this.#memory(resource).eventsTriedAt = Number.NEGATIVE_INFINITY;
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
    const now = this.#access.now();
    const eventsDue =
      now - memory.eventsTriedAt >= (asked ? this.#times.eventsEveryAsked : this.#times.eventsEvery);
    const hardwareDue = now >= memory.hardwareDueAt;
    if (memory.sweeping || this.#closing.signal.aborted || !(eventsDue || hardwareDue)) return;
    memory.sweeping = true;
    this.#sweepQueue.push(async () => {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#times.sweepDeadline)]);
      if (eventsDue) await this.#readEvents(resource, memory, signal);
      if (hardwareDue) await this.#readHardware(resource, memory, signal);
      memory.sweeping = false;
      if (this.#closing.signal.aborted || !memory.power || memory.failure) return;
      sink.observe([this.#observation(resource, memory.power.reading, memory.power.at)]);
    });
    this.#startSweeps();
  }

  #startSweeps(): void {
    while (this.#sweeps.size < this.#times.sweeps) {
      const next = this.#sweepQueue.shift();
      if (!next) return;
      const sweep: Promise<void> = next().finally(() => {
        this.#sweeps.delete(sweep);
        this.#startSweeps();
      });
      this.#sweeps.add(sweep);
    }
  }

  async #readHardware(resource: string, memory: Memory, signal: AbortSignal): Promise<void> {
    try {
      const hardware = await readHardware(this.#access.client(resource), { signal });
      memory.hardware = { facts: hardwareFacts(hardware), at: this.#access.now() };
      memory.hardwareDueAt = this.#access.now() + this.#times.hardwareEvery;
    } catch {
      // The power state has just been read: what the inventory said before stays, with its own age.
      memory.hardwareDueAt = this.#access.now() + this.#times.hardwareRetry;
    }
  }

  async #readEvents(resource: string, memory: Memory, signal: AbortSignal): Promise<void> {
    memory.eventsTriedAt = this.#access.now();
    try {
      const records = await readEventLog(this.#access.client(resource), { signal }, eventsKept);
      memory.events = { list: records.map(describeEvent), at: this.#access.now() };
    } catch {
      // As above: the log as it was read before stays.
    }
  }

  #observation(resource: string, power: PowerReading, at: number): Observation {
    const memory = this.#memory(resource);
    const problems = judge(power, memory.events?.list ?? [], at);
    const late = memory.hardware?.facts ?? {};
    const [newest] = memory.events?.list ?? [];
    const log: Facts = newest ? { "amt.lastEvent": newest.at } : {};
    return {
      resource,
      source: this.#access.system,
      at,
      health: problems.reduce<Health>((worst, { health }) => worse(worst, health), "ok"),
      facts: { ...powerFacts(power, this.#access.machine(resource)), ...late, ...log },
      problems,
      readAt: {
        ...Object.fromEntries(Object.keys(late).map((key) => [key, memory.hardware?.at ?? at])),
        ...Object.fromEntries(Object.keys(log).map((key) => [key, memory.events?.at ?? at])),
      },
    };
  }

  #memory(resource: string): Memory {
    const known = this.#memories.get(resource);
    if (known) return known;
    const memory: Memory = {
      power: null,
      hardware: null,
      hardwareDueAt: Number.NEGATIVE_INFINITY,
      events: null,
      eventsTriedAt: Number.NEGATIVE_INFINITY,
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
