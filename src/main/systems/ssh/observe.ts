import { toOpsError } from "../../../shared/errors.ts";
import type { FactValue, Observation, ObservationSink } from "../../../shared/resource.ts";
import type { HostAccess } from "../host-access.ts";
import type { Sections } from "../host-sections.ts";
import { ReadingRounds } from "../reading-rounds.ts";
import { maintenanceFacts, quickFacts } from "./facts.ts";
import { factsScript } from "./facts-script.ts";
import { nothingRead } from "./faults.ts";
import { healthOf, judge } from "./judge.ts";
import {
  type MaintenanceReading,
  type Reading,
  readMaintenance,
  readQuick,
  saysSomething,
} from "./reading.ts";

export interface ObserverTimes {
  /** Milliseconds for one quick reading, connection included, and for one with maintenance. */
  quickDeadline: number;
  maintenanceDeadline: number;
  /** Milliseconds between two maintenance readings, in the background and when somebody asks for this host. */
  maintenanceEvery: number;
  maintenanceEveryAsked: number;
  /** Hosts read at once. */
  concurrency: number;
}

export const defaultObserverTimes: ObserverTimes = {
  // Longer than reach gives a handshake, so that a host is said to be too slow by whoever knows in what.
  quickDeadline: 30_000,
  maintenanceDeadline: 45_000,
  maintenanceEvery: 15 * 60_000,
  maintenanceEveryAsked: 5 * 60_000,
  concurrency: 32,
};

/** What is remembered of a host between two readings. */
interface Memory {
  maintenance: { reading: MaintenanceReading; at: number } | null;
  maintenanceTriedAt: number;
  /** Cleared once the host has refused sudo: each refusal is reported to its administrators. */
  maySudo: boolean;
  failing: boolean;
  boot: { id: string; at: number } | null;
}

/** Two computations of the boot time that differ by less are the same boot, in milliseconds. */
const bootTimeTolerance = 60_000;

/**
 * Reads the hosts of one system and reports each as soon as it has answered. A bounded number is read at once, those
 * that failed the last time come last, so that dead hosts never keep the living waiting.
 */
export class HostObserver {
  readonly #access: HostAccess;
  readonly #times: ObserverTimes;
  readonly #memories = new Map<string, Memory>();
  readonly #rounds: ReadingRounds;

  constructor(access: HostAccess, times: ObserverTimes = defaultObserverTimes) {
    this.#access = access;
    this.#times = times;
    this.#rounds = new ReadingRounds({
      concurrency: times.concurrency,
      isFailing: (resource) => this.#memory(resource).failing,
    });
  }

  /** Reads the named hosts; `asked` says that somebody waits for them. Never throws; a cancelled reading is not reported. */
  async observe(
    sink: ObservationSink,
    signal: AbortSignal,
    resources: readonly string[],
    asked: boolean,
  ): Promise<void> {
    const read = (resource: string) => this.#read(sink, signal, resource, asked);
    await this.#rounds.run({ resources, signal, asked, read });
  }

  /** Makes the costly part due at the next reading: after a patch or a reboot it is out of date. */
  expireMaintenance(resource: string): void {
    this.#memory(resource).maintenanceTriedAt = Number.NEGATIVE_INFINITY;
  }

  async #read(sink: ObservationSink, signal: AbortSignal, resource: string, asked: boolean): Promise<void> {
    const memory = this.#memory(resource);
    try {
      const quick = await this.#ask(resource, signal, false, memory);
      sink.observe([this.#observation(resource, quick, memory)]);
      memory.failing = false;
    } catch (thrown) {
      if (signal.aborted) return;
      memory.failing = true;
      const error = toOpsError(thrown, this.#access.system).toWire();
      sink.observe([{ resource, source: this.#access.system, at: this.#access.now(), error }]);
      return;
    }
    const every = asked ? this.#times.maintenanceEveryAsked : this.#times.maintenanceEvery;
    if (this.#access.now() - memory.maintenanceTriedAt < every) return;
    memory.maintenanceTriedAt = this.#access.now();
    try {
      const whole = await this.#ask(resource, signal, true, memory);
      const reading = readMaintenance(whole);
      if (reading.sudoRefused) memory.maySudo = false;
      memory.maintenance = { reading, at: this.#access.now() };
      sink.observe([this.#observation(resource, whole, memory)]);
    } catch {
      // The quick part has just been read: what the costly part said before stays, with its own age.
      if (signal.aborted) memory.maintenanceTriedAt = Number.NEGATIVE_INFINITY;
    }
  }

  #ask(resource: string, signal: AbortSignal, maintenance: boolean, memory: Memory): Promise<Sections> {
    return this.#access.ask(resource, (mark) => factsScript({ mark, maintenance, sudo: memory.maySudo }), {
      signal,
      deadline: maintenance ? this.#times.maintenanceDeadline : this.#times.quickDeadline,
    });
  }

  /** Throws OpsError `ssh.nothing-read` for a host that ran the script and had nothing to say. */
  #observation(resource: string, sections: Sections, memory: Memory): Observation {
    const target = this.#access.target(resource);
    const maintenance = memory.maintenance?.reading ?? null;
    const reading = readQuick(sections, maintenance);
    if (!saysSomething(reading)) throw nothingRead(this.#access.system, target.name);
    const at = this.#access.now();
    const late = maintenance ? maintenanceFacts(maintenance) : {};
    const facts: Record<string, FactValue> = {
      ...quickFacts(reading, this.#bootedAt(reading, memory, at)),
      ...late,
      "reach.address": `${target.address}:${target.port}`,
      "reach.via": target.via,
      "reach.hostKey": this.#access.reach.provenHostKey(target.id),
    };
    const problems = judge(reading, maintenance);
    const lateAt = memory.maintenance?.at ?? at;
    return {
      resource,
      source: this.#access.system,
      at,
      health: healthOf(problems),
      facts,
      problems,
      readAt: Object.fromEntries(Object.keys(late).map((key) => [key, lateAt])),
    };
  }

  /** The time of the boot; the first computation of a boot is kept, for later ones differ by a few milliseconds. */
  #bootedAt(reading: Reading, memory: Memory, at: number): number | null {
    if (reading.uptime === null) return null;
    const bootedAt = at - Math.round(reading.uptime * 1000);
    const known = memory.boot;
    if (known && known.id === reading.bootId && Math.abs(known.at - bootedAt) < bootTimeTolerance)
      return known.at;
    if (known && known.id !== reading.bootId) memory.maintenanceTriedAt = Number.NEGATIVE_INFINITY;
    memory.boot = reading.bootId === null ? null : { id: reading.bootId, at: bootedAt };
    return bootedAt;
  }

  #memory(resource: string): Memory {
    const known = this.#memories.get(resource);
    if (known) return known;
    const memory: Memory = {
      maintenance: null,
      maintenanceTriedAt: Number.NEGATIVE_INFINITY,
      maySudo: true,
      failing: false,
      boot: null,
    };
    this.#memories.set(resource, memory);
    return memory;
  }
}
