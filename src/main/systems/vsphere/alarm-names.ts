import { retrieve } from "./client/collector.ts";
import type { VimSession } from "./client/session.ts";
import { type Reference, wordsAt } from "./client/values.ts";
import type { Mirror } from "./mirror.ts";
import type { Alarm, Held } from "./records.ts";

/** A triggered alarm with what triggered it, as it is shown on a resource. */
export interface ShownAlarm extends Alarm {
  name: string;
  entity: Reference;
  /** Null where the entity is what the resource shows. */
  entityName: string | null;
}

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

  /** The alarms of an object; `entityName` where they are shown on something else. */
  on({ type, id, alarms }: Held, entityName: string | null = null): ShownAlarm[] {
    return alarms.map((each) => ({ ...each, name: this.of(each.alarm), entity: { type, id }, entityName }));
  }

  /** Those of folders and datacenters; the folder that holds everything stands for the vCenter itself. */
  onPlaces(mirror: Mirror): ShownAlarm[] {
    return [...mirror.all()].flatMap((held) =>
      held.is === "place" ? this.on(held, held.parent === null ? null : (held.name ?? held.id)) : [],
    );
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
