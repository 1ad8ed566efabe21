import { readCapabilities } from "./capabilities.ts";
import type { PostOptions } from "./client/device.ts";
import type { Wsman } from "./client/wsman.ts";
import { readEventLog } from "./event-log.ts";
import { type AmtEvent, describeEvent } from "./event-words.ts";
import { capabilityFacts, type Facts, hardwareFacts, savingFacts } from "./facts.ts";
import type { Firmware } from "./firmware.ts";
import { readHardware } from "./hardware.ts";
import type { PowerState } from "./power.ts";
import { readSaving } from "./standby.ts";

/** What is read rarely, in the order in which it is read. */
const names = ["events", "hardware", "standby", "capabilities"] as const;
export type LateName = (typeof names)[number];

/** Milliseconds between two readings: in the background, when somebody looks, and after one that failed. */
interface Interval {
  every: number;
  asked: number;
  retry: number;
}

const minute = 60_000;
const often: Interval = { every: 15 * minute, asked: minute, retry: 15 * minute };
const seldom: Interval = { every: 60 * minute, asked: 60 * minute, retry: 10 * minute };
const intervals: Record<LateName, Interval> = {
  standby: often,
  events: often,
  hardware: seldom,
  capabilities: seldom,
};

const eventsKept = 100;

/** What one machine tells besides its power state: costly, so read rarely, and kept with its age. */
export class LateReadings {
  readonly #found = new Map<LateName, { facts: Facts; at: number }>();
  readonly #tried = new Map<LateName, { at: number; failed: boolean }>();
  #events: AmtEvent[] = [];
  #firmware: Firmware | null = null;

  /** The entries of its event log, the newest first. */
  get events(): readonly AmtEvent[] {
    return this.#events;
  }

  /** What is to be read now; `asked` says that somebody looks. `now` is in epoch milliseconds. */
  due(now: number, asked: boolean, power: PowerState): LateName[] {
    return names.filter((name) => {
      // Only a machine that is on has an operating system that could save power.
      if (name === "standby" && power !== "on") return false;
      const tried = this.#tried.get(name);
      if (!tried) return true;
      const { every, asked: soon, retry } = intervals[name];
      const usual = tried.failed ? retry : every;
      return now - tried.at >= (asked ? Math.min(soon, usual) : usual);
    });
  }

  /** Makes a reading due. */
  expire(name: LateName): void {
    this.#tried.delete(name);
  }

  /** Reads; what was known before stays when that fails. Never throws. */
  async read(name: LateName, wsman: Wsman, options: PostOptions, now: () => number): Promise<void> {
    this.#tried.set(name, { at: now(), failed: true });
    try {
      const facts = await this.#readFacts(name, wsman, options);
      this.#found.set(name, { facts, at: now() });
      this.#tried.set(name, { at: now(), failed: false });
    } catch {
      // The power state has just been read: what was said before stays, with its own age.
    }
  }

  /** All that was found and when each was read, in epoch milliseconds. */
  told(power: PowerState): { facts: Facts; readAt: Record<string, number> } {
    const found = [...this.#found].filter(([name]) => name !== "standby" || power === "on");
    return {
      facts: Object.assign({}, ...found.map(([, { facts }]) => facts)),
      readAt: Object.fromEntries(
        found.flatMap(([, { facts, at }]) => Object.keys(facts).map((key) => [key, at])),
      ),
    };
  }

  async #readFacts(name: LateName, wsman: Wsman, options: PostOptions): Promise<Facts> {
    if (name === "standby") return savingFacts(await readSaving(wsman, options));
    if (name === "hardware") {
      const hardware = await readHardware(wsman, options);
      this.#firmware = hardware.identity;
      return hardwareFacts(hardware);
    }
    if (name === "capabilities")
      return capabilityFacts(await readCapabilities(wsman, options, this.#firmware));
    this.#events = (await readEventLog(wsman, options, eventsKept)).map(describeEvent);
    const [newest] = this.#events;
    return newest ? { "amt.lastEvent": newest.at } : {};
  }
}
