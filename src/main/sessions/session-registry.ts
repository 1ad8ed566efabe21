import { randomBytes } from "node:crypto";
import { type Channel, channelState } from "../../shared/channel.ts";
import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { ScreenSource, ShellSession } from "../systems/system.ts";
import { ScreenSession, type ScreenSessionOptions, type ScreenSummary } from "./screen-session.ts";
import { type TerminalEnd, TerminalSession } from "./terminal-session.ts";

/** A terminal or a screen that waits for, or runs on, a channel of its own. */
interface Session {
  attach(channel: Channel): void;
  end(reason: LocalText, options?: { returns?: boolean }): void;
}

/** What a session is open on; `system` where it was said which is to open it. */
export interface SessionPlace {
  resource: string;
  system?: string | undefined;
}

export interface SessionRegistryOptions {
  /** Milliseconds that a session waits for its channel. */
  patience?: number;
  /** Sessions, waiting and open ones together. */
  most?: number;
}

const defaultPatience = 30_000;
const defaultMost = 200;

const neverOpened = text("The window did not open it in time.", "La fenêtre ne l'a pas ouvert à temps.");
const consoleCloses = text("The console is closing.", "La console se ferme.");

/**
 * Terminals and screens by one-time token. A token is 128 random bits, opens one channel once and expires unopened. Closing
 * the registry ends every session.
 */
export class SessionRegistry {
  readonly #patience: number;
  readonly #most: number;
  readonly #waiting = new Map<string, { session: Session; timer: ReturnType<typeof setTimeout> }>();
  readonly #sessions = new Map<Session, SessionPlace | null>();
  #closed = false;

  constructor(options: SessionRegistryOptions = {}) {
    this.#patience = options.patience ?? defaultPatience;
    this.#most = options.most ?? defaultMost;
  }

  /**
   * Puts a shell up for a terminal and gives the name of the channel that it waits on (`session/<token>`). `onEnded`
   * is called exactly once, also when nobody came. Throws OpsError `session.too-many` (the shell is closed then).
   */
  offerTerminal(
    shell: ShellSession,
    onEnded: (end: TerminalEnd) => void = () => undefined,
    place: SessionPlace | null = null,
  ): string {
    const session = new TerminalSession(shell, (end) => {
      this.#sessions.delete(session);
      onEnded(end);
    });
    return `session/${this.#offer(session, place)}`;
  }

  /**
   * Puts a screen up for a viewer and gives the name of the channel that it waits on (`session/<token>`). `onEnded`
   * is called exactly once, also when nobody came. Throws OpsError `session.too-many` (the screen is closed then).
   */
  offerScreen(
    source: ScreenSource,
    options: ScreenSessionOptions = {},
    onEnded: (summary: ScreenSummary) => void = () => undefined,
    place: SessionPlace | null = null,
  ): string {
    const session = new ScreenSession(source, options, (summary) => {
      this.#sessions.delete(session);
      onEnded(summary);
    });
    return `session/${this.#offer(session, place)}`;
  }

  /** The sessions on resources, waiting or open; each can be ended for a reason, to be opened again later. */
  onResources(): { place: SessionPlace; end(reason: LocalText): void }[] {
    return [...this.#sessions].flatMap(([session, place]) =>
      place === null ? [] : [{ place, end: (reason: LocalText) => session.end(reason, { returns: true }) }],
    );
  }

  /** Gives a waiting session its channel. False when the token is unknown, used or expired; nothing happens then. */
  open(token: string, channel: Channel): boolean {
    const waiting = this.#waiting.get(token);
    if (!waiting || channel.readyState > channelState.open) return false;
    this.#waiting.delete(token);
    clearTimeout(waiting.timer);
    if (channel.readyState === channelState.open) {
      waiting.session.attach(channel);
      return true;
    }
    channel.onclose = () => waiting.session.end(neverOpened);
    channel.onopen = () => {
      channel.onopen = null;
      waiting.session.attach(channel);
    };
    return true;
  }

  /** Sessions that wait or run. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Ends every session; none is taken afterwards. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    for (const session of [...this.#sessions.keys()]) session.end(consoleCloses);
  }

  #offer(session: Session, place: SessionPlace | null): string {
    this.#sessions.set(session, place);
    if (this.#closed || this.#sessions.size > this.#most) {
      session.end(this.#closed ? consoleCloses : tooMany(this.#most).text);
      throw tooMany(this.#most);
    }
    const token = randomBytes(16).toString("base64url");
    const timer = setTimeout(() => {
      this.#waiting.delete(token);
      session.end(neverOpened);
    }, this.#patience);
    timer.unref();
    this.#waiting.set(token, { session, timer });
    return token;
  }
}

function tooMany(most: number): OpsError {
  return new OpsError({
    code: "session.too-many",
    system: "console",
    message: text(
      `No further terminal or screen can be opened: ${most} are open or the console is closing.`,
      `Aucun autre terminal ou écran ne peut être ouvert : ${most} sont ouverts ou la console se ferme.`,
    ),
    hint: text("Close one that is no longer needed.", "Fermez-en un devenu inutile."),
  });
}
