import { z } from "zod";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import type { Mute } from "../../shared/rules.ts";
import type { Journal } from "../journal/journal.ts";

/** The journal's events of findings; `subject` is the resource, `data.key` the finding. */
export const foundType = "rule.found";
export const goneType = "rule.gone";
export const mutedType = "rule.muted";
export const unmutedType = "rule.unmuted";
const types = [foundType, goneType, mutedType, unmutedType];

const keyedSchema = z.looseObject({ key: z.string() });
const mutedSchema = keyedSchema.extend({ until: z.number(), reason: z.string() });

export interface FindingBookParts {
  journal: Pick<Journal, "ofTypes">;
  /** Writes several events with one flush, secrets withheld. Throws OpsError `journal.cannot-write`. */
  writeAll(events: NewJournalEvent[]): void;
}

/** What the journal has of findings: since when each stands, and which are muted until when. */
export class FindingBook {
  readonly #parts: FindingBookParts;
  readonly #open = new Map<string, number>();
  readonly #mutes = new Map<string, Mute>();

  constructor(parts: FindingBookParts) {
    this.#parts = parts;
    for (const event of parts.journal.ofTypes(types, 0)) this.#fold(event);
  }

  /** The findings that stood when somebody last looked, and since when. */
  open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  /** Null where it is not muted, or no longer. */
  muteOf(key: string, now: number): Mute | null {
    const mute = this.#mutes.get(key);
    return mute && mute.until > now ? mute : null;
  }

  /** When the next mute ends after `now`; null: none is. */
  nextEnd(now: number): number | null {
    const ends = [...this.#mutes.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Writes down what has appeared and what is gone; what cannot be written is taken up at the next change. */
  turn(appeared: readonly Appeared[], gone: readonly string[], now: number): void {
    const events = [
      ...appeared.map(({ key, rule, subject, health, text }) => ({
        ...{ type: foundType, subject, task: null },
        data: { key, rule, health, text },
      })),
      ...gone.map((key) => ({ type: goneType, subject: subjectOf(key), task: null, data: { key } })),
    ];
    if (events.length === 0) return;
    this.#parts.writeAll(events);
    for (const { key } of appeared) this.#open.set(key, this.#open.get(key) ?? now);
    for (const key of gone) this.#open.delete(key);
  }

  /** Throws OpsError `journal.cannot-write`. */
  mute(key: string, mute: Mute): void {
    const data = { key, until: mute.until, reason: mute.reason };
    this.#parts.writeAll([{ type: mutedType, subject: subjectOf(key), task: null, data }]);
    this.#mutes.set(key, mute);
  }

  /** Throws OpsError `journal.cannot-write`. */
  unmute(key: string): void {
    if (!this.#mutes.has(key)) return;
    this.#parts.writeAll([{ type: unmutedType, subject: subjectOf(key), task: null, data: { key } }]);
    this.#mutes.delete(key);
  }

  #fold({ type, at, actor, data }: JournalEvent): void {
    const keyed = keyedSchema.safeParse(data);
    if (!keyed.success) return;
    const { key } = keyed.data;
    if (type === foundType) this.#open.set(key, this.#open.get(key) ?? at);
    else if (type === goneType) this.#open.delete(key);
    else if (type === unmutedType) this.#mutes.delete(key);
    else {
      const muted = mutedSchema.safeParse(data);
      if (muted.success)
        this.#mutes.set(key, { until: muted.data.until, reason: muted.data.reason, by: actor });
    }
  }
}

export interface Appeared {
  key: string;
  rule: string;
  subject: string | null;
  health: string;
  text: { en: string; fr: string };
}

/** The resource that a finding's key names. */
function subjectOf(key: string): string | null {
  const id = key.slice(key.indexOf(" ") + 1);
  return id === "" || id.startsWith("estate:") ? null : id;
}
