import { minuteInWords } from "../../shared/amount-words.ts";
import { toOpsError } from "../../shared/errors.ts";
import type { JournalEvent, JournalWriter } from "../../shared/journal.ts";
import type { Pass, PassAnnounced } from "../../shared/sign-in.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** How one try to tell a channel has ended: `failed` is known not to have arrived, `uncertain` may have. */
export type AnnouncementEnd = { state: "sent" | "uncertain" } | { state: "failed"; why: LocalText };

export interface AnnouncementParts {
  record: JournalWriter;
  journal: { ofTypes(types: readonly string[], from: number): JournalEvent[] };
  passes: { list(): Pass[] };
  nameOf(operator: string): string;
  /** The channels that the estate has it announced in; null where it names none. */
  channels(): readonly string[] | null;
  /** Begins to tell one channel, and gives the task. Throws where it cannot be begun: nothing has left then. */
  send(channel: string, words: LocalText): Promise<string>;
  /** How a task ended, once it has. */
  ended(task: string): Promise<AnnouncementEnd>;
  /** What became of a task of a console that is gone. */
  recall(task: string): AnnouncementEnd;
  now(): number;
  /** From 0 to 1, for the jitter of waits. */
  random?: () => number;
}

interface Kept {
  done: Map<string, "sent" | "uncertain">;
  /** Begun by a console that has not said how it ended. */
  open: Map<string, string>;
  attempts: number;
  last: { at: number; why: LocalText } | null;
  /** Nothing is tried any more. */
  closed: "announced" | "given-up" | "nowhere" | null;
}

const types = [
  "break-glass.announcing",
  "break-glass.announced",
  "break-glass.announcement-failed",
  "break-glass.announcement-over",
] as const;
const seconds = 1000;
/** Milliseconds between one try and the next; the last one goes on. */
const waits = [10, 30, 60, 120, 300, 600, 900].map((one) => one * seconds);
/** Milliseconds after which nobody needs to be told any more: the review tells of it. */
const lasts = 24 * 3600 * seconds;

/**
 * Has each break-glass told to the channels of the estate. Taking the rights never waits for it; a channel that cannot be
 * reached is tried again, also by the next console on the same journal, until it is told or a day is over. What may have
 * arrived is not sent again. How it stands is the fold of the journal.
 */
export class Announcements {
  readonly #parts: AnnouncementParts;
  readonly #kept = new Map<string, Kept>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #listeners = new Set<() => void>();
  #closed = false;

  constructor(parts: AnnouncementParts) {
    this.#parts = parts;
    for (const event of parts.journal.ofTypes(types, 0)) this.#apply(event);
  }

  /** Takes up what an earlier console has left untold. */
  start(): void {
    for (const pass of this.#parts.passes.list()) {
      const kept = this.#of(pass.id);
      if (kept.closed !== null) continue;
      for (const [channel, task] of [...kept.open]) this.#end(pass.id, channel, this.#parts.recall(task));
      void this.announce(pass);
    }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** How the telling of one break-glass stands. */
  of(id: string): PassAnnounced {
    const { done, attempts, last, closed } = this.#of(id);
    const uncertain = [...done.values()].includes("uncertain");
    const state = closed === "announced" && uncertain ? "uncertain" : (closed ?? "pending");
    return { state, attempts, at: last?.at ?? null, why: last?.why ?? null };
  }

  /** Tells every channel that was not told yet; resolves when each has been tried once. Never rejects. */
  async announce(pass: Pass): Promise<void> {
    if (this.#closed || this.#timers.has(pass.id)) return;
    const { channels, now } = this.#parts;
    const kept = this.#of(pass.id);
    if (kept.closed !== null) return;
    const all = channels();
    if (all === null) return this.#over(pass.id, "nowhere");
    if (now() - pass.from > lasts) return this.#over(pass.id, "given-up");
    if (all.length === 0) this.#end(pass.id, "", { state: "failed", why: noChannel });
    const open = all.filter((channel) => !kept.done.has(channel));
    await Promise.all(open.map((channel) => this.#tell(pass, channel)));
    if (this.#closed) return;
    if (all.length > 0 && all.every((channel) => kept.done.has(channel))) this.#over(pass.id, "announced");
    else this.#again(pass);
  }

  /** Whether anything waits to be tried again. */
  get waiting(): boolean {
    return this.#timers.size > 0;
  }

  /** Tries again at once what waits: a channel has come back. */
  hurry(): void {
    for (const [id, timer] of [...this.#timers]) {
      clearTimeout(timer);
      this.#timers.delete(id);
      const pass = this.#parts.passes.list().find((one) => one.id === id);
      if (pass) void this.announce(pass);
    }
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#listeners.clear();
  }

  async #tell(pass: Pass, channel: string): Promise<void> {
    const { send, ended } = this.#parts;
    let end: AnnouncementEnd;
    try {
      const task = await send(channel, this.#words(pass));
      this.#write("break-glass.announcing", { id: pass.id, channel }, task);
      end = await ended(task);
    } catch (thrown) {
      end = { state: "failed", why: toOpsError(thrown, "people").toWire().message };
    }
    // A console that closes does not know the end; the next one finds it in the journal.
    if (!this.#closed) this.#end(pass.id, channel, end);
  }

  #end(id: string, channel: string, end: AnnouncementEnd): void {
    if (end.state !== "failed") {
      this.#write("break-glass.announced", { id, channel, outcome: end.state }, null);
      return;
    }
    const data = { id, channel, en: end.why.en, fr: end.why.fr };
    this.#write("break-glass.announcement-failed", data, null);
  }

  #over(id: string, state: NonNullable<Kept["closed"]>): void {
    this.#write("break-glass.announcement-over", { id, state }, null);
  }

  #again(pass: Pass): void {
    const { random = Math.random } = this.#parts;
    const { attempts } = this.#of(pass.id);
    const wait = waits[Math.min(Math.max(attempts - 1, 0), waits.length - 1)] ?? lasts;
    const timer = setTimeout(
      () => {
        this.#timers.delete(pass.id);
        void this.announce(pass);
      },
      wait * (0.8 + 0.4 * random()),
    );
    timer.unref();
    this.#timers.set(pass.id, timer);
  }

  #words({ operator, reason, from, until }: Pass): LocalText {
    const name = this.#parts.nameOf(operator);
    const late = this.#parts.now() >= until;
    const [start, end] = [minuteInWords(from), minuteInWords(until)];
    return late
      ? text(
          `BREAK-GLASS (told late): ${name} had every right from ${start} until ${end}. Reason: ${reason}`,
          `BRIS DE GLACE (annonce tardive) : ${name} a eu tous les droits du ${start} au ${end}. Motif : ${reason}`,
        )
      : text(
          `BREAK-GLASS: ${name} has taken every right until ${end}. Reason: ${reason}`,
          `BRIS DE GLACE : ${name} a pris tous les droits jusqu'au ${end}. Motif : ${reason}`,
        );
  }

  #of(id: string): Kept {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const fresh: Kept = { done: new Map(), open: new Map(), attempts: 0, last: null, closed: null };
    this.#kept.set(id, fresh);
    return fresh;
  }

  /** What a journal cannot take now still counts while this console lives, and is tried again by the next one. */
  #write(type: (typeof types)[number], data: Record<string, string>, task: string | null): void {
    const at = this.#parts.now();
    const event = { type, subject: null, task, data: { ...data, at } };
    try {
      this.#parts.record.write(event);
    } catch {
      // Who took the rights is on disk already.
    }
    this.#apply(event);
    for (const listener of [...this.#listeners]) listener();
  }

  #apply({ type, data, task }: Pick<JournalEvent, "type" | "data" | "task">): void {
    const { id, channel, outcome, state, en, fr, at } = data;
    if (typeof id !== "string") return;
    const kept = this.#of(id);
    if (type === "break-glass.announcement-over") {
      kept.closed = state === "given-up" || state === "nowhere" ? state : "announced";
    }
    if (typeof channel !== "string") return;
    if (type === "break-glass.announcing") {
      if (task !== null) kept.open.set(channel, task);
      return;
    }
    kept.open.delete(channel);
    if (type === "break-glass.announced") kept.done.set(channel, outcome === "sent" ? "sent" : "uncertain");
    if (type !== "break-glass.announcement-failed") return;
    kept.attempts++;
    if (typeof en === "string" && typeof fr === "string" && typeof at === "number") {
      kept.last = { at, why: text(en, fr) };
    }
  }
}

const noChannel = text(
  "The webhook that the estate names has no channel that is known yet.",
  "Le crochet que désigne le parc n'a encore aucun canal connu.",
);
