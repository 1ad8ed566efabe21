import { z } from "zod";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import { type Protection, restoreTestedSchema, restoreTestedType } from "../../shared/protection.ts";
import type { Journal } from "../journal/journal.ts";

/** What is written when an action is seen to have restored something, so that it is known without its restore point. */
const restoredType = "backup.restored";
const restoredSchema = z.looseObject({
  of: z.string(),
  restorePoint: z.string().nullable(),
  good: z.boolean(),
});
const bookmark = "protection";

const intentSchema = z.looseObject({ action: z.string(), verb: z.string(), input: z.looseObject({}) });
const endSchema = z.looseObject({
  proven: z.boolean().optional(),
  disproven: z.boolean().optional(),
  effect: z.string().optional(),
});
/** `proxmox.restore-new`, `kasten.restore`; test restores have an event of their own. */
const restoring = /\.restore(?:-|$)/;

type Tested = NonNullable<Protection["tested"]>;
type Open = { of: string; restorePoint: string | null; sequence: number };

export interface RestoreTestsParts {
  journal: Pick<Journal, "ofTypes" | "bookmark" | "setBookmark" | "writeAll" | "onHead">;
  /** What a restore point is of; null for what is none. */
  ofPoint(id: string): string | null;
  /** Called when something was tested; its identifier. */
  onTested(of: string): void;
  /** Hears of a journal that cannot be written; it is tried again with the next event. */
  onError(thrown: unknown): void;
}

/**
 * When each thing was last brought back, by the journal: by test restores, and by restores that were proven. A restore is
 * written down by itself as soon as its proof is seen, since its restore point may be gone when the console next starts.
 */
export class RestoreTests {
  readonly #parts: RestoreTestsParts;
  readonly #tested = new Map<string, Tested>();
  #open = new Map<string, Open>();
  readonly #unfollow: () => void;
  #read = 0;
  #timer: NodeJS.Immediate | null = null;

  constructor(parts: RestoreTestsParts) {
    this.#parts = parts;
    const { journal } = parts;
    this.#read = journal.bookmark(bookmark) ?? 0;
    for (const event of journal.ofTypes([restoreTestedType, restoredType], 0)) this.#take(event);
    // Not within the writing of an event: what is found is written itself.
    this.#unfollow = journal.onHead(() => {
      this.#timer ??= setImmediate(() => this.catchUp());
    });
    this.#timer = setImmediate(() => this.catchUp());
  }

  /** The last time that something was brought back of it. */
  of(id: string): Protection["tested"] {
    return this.#tested.get(id) ?? null;
  }

  /** Reads what was written since the last time. */
  catchUp(): void {
    if (this.#timer) clearImmediate(this.#timer);
    this.#timer = null;
    const { journal } = this.#parts;
    const types = [restoreTestedType, restoredType, "action.intent", "action.verified", "action.settled"];
    const found: NewJournalEvent[] = [];
    const before = this.#read;
    const open = new Map(this.#open);
    try {
      for (const event of journal.ofTypes(types, this.#read + 1)) {
        this.#read = event.sequence;
        if (event.type === restoreTestedType || event.type === restoredType) this.#take(event);
        else if (event.type === "action.intent") this.#begin(event);
        else found.push(...this.#end(event));
      }
      for (const event of found.length > 0 ? journal.writeAll(found) : []) this.#take(event);
      if (this.#read === before) return;
      // What has begun and not ended must be read again after a restart.
      const begun = [...this.#open.values()].map(({ sequence }) => sequence - 1);
      journal.setBookmark(bookmark, Math.min(this.#read, ...begun));
    } catch (thrown) {
      // All of it is read again the next time.
      this.#read = before;
      this.#open = open;
      this.#parts.onError(thrown);
    }
  }

  close(): void {
    this.#unfollow();
    if (this.#timer) clearImmediate(this.#timer);
    this.#timer = null;
  }

  #take({ type, at, data }: JournalEvent): void {
    const isTest = type === restoreTestedType;
    const read = (isTest ? restoreTestedSchema : restoredSchema).safeParse(data);
    if (!read.success) return;
    const { of, restorePoint, good } = read.data;
    if ((this.#tested.get(of)?.at ?? 0) > at) return;
    this.#tested.set(of, { at, good, by: isTest ? "test" : "restore", restorePoint });
    this.#parts.onTested(of);
  }

  #begin({ subject, task, data, sequence }: JournalEvent): void {
    const read = intentSchema.safeParse(data);
    if (!read.success || subject === null || task === null || read.data.verb !== "apply") return;
    const { action, input } = read.data;
    if (!restoring.test(action)) return;
    const words = [subject, input.backup, input.restorePoint].filter((word) => typeof word === "string");
    const point = words.find((word) => this.#parts.ofPoint(word) !== null) ?? null;
    const named = typeof input.of === "string" && input.of !== "" ? input.of : null;
    const of = named ?? (point === null ? subject : (this.#parts.ofPoint(point) ?? subject));
    this.#open.set(keyOf(task, subject), { of, restorePoint: point, sequence });
  }

  #end({ subject, task, data }: JournalEvent): NewJournalEvent[] {
    if (subject === null || task === null) return [];
    const begun = this.#open.get(keyOf(task, subject));
    const read = endSchema.safeParse(data);
    if (!begun || !read.success) return [];
    const { proven, disproven, effect } = read.data;
    const isGood = proven === true || effect === "happened";
    const isBad = disproven === true || effect === "did-not-happen";
    if (!isGood && !isBad) return [];
    this.#open.delete(keyOf(task, subject));
    const { of, restorePoint } = begun;
    return [{ type: restoredType, subject: of, task, data: { of, restorePoint, good: isGood } }];
  }
}

function keyOf(task: string, subject: string): string {
  return `${task}\n${subject}`;
}
