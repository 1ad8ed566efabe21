import { retrieve } from "./client/collector.ts";
import type { VimSession } from "./client/session.ts";
import { wordsAt } from "./client/values.ts";
import type { Held } from "./records.ts";

/** What alarms are called. Each is asked for once; until then it goes by its identifier. */
export class AlarmNames {
  readonly #session: VimSession;
  readonly #names = new Map<string, string>();

  constructor(session: VimSession) {
    this.#session = session;
  }

  of(alarm: string): string {
    return this.#names.get(alarm) ?? alarm;
  }

  /** Asks for the names of those among these objects that are not known; gives the objects that have got one by it. */
  async learn(among: Iterable<Held>, signal: AbortSignal): Promise<Held[]> {
    const unnamed = new Set<string>();
    const affected: Held[] = [];
    for (const held of among) {
      const unknown = held.alarms.filter(({ alarm }) => !this.#names.has(alarm));
      if (unknown.length > 0) affected.push(held);
      for (const { alarm } of unknown) unnamed.add(alarm);
    }
    if (unnamed.size === 0) return [];
    const alarms = [...unnamed].map((id) => ({ type: "Alarm", id }));
    try {
      const found = await retrieve(this.#session, alarms, ["info.name"], signal);
      for (const [id, values] of found) {
        const name = wordsAt(values.get("info.name"));
        if (name) this.#names.set(id, name);
      }
    } catch {
      // A name is an extra: the alarm is told without it, and asked for with its next change.
      return [];
    }
    return affected;
  }
}
