import type { Channel } from "../../../shared/channel.ts";
import type { WireError } from "../../../shared/errors.ts";
import { type ScreenEvent, screenEventSchema } from "../../../shared/screen.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { toWireError } from "../../state/wire-error.ts";
import type { Key } from "./keys.ts";
import type { Paint, Painter } from "./painter.ts";
import { PictureChanges } from "./picture-changes.ts";
import { PictureFrame } from "./picture-frame.ts";
import { handoverPatience, powerPatience, Reopening } from "./reopening.ts";
import { RfbChannel } from "./rfb-channel.ts";
import { closedScreen, type ScreenState } from "./screen-state.ts";
import type { PictureSince } from "./trail.ts";
import { longestTyping, strokesOf, typeStrokes } from "./typing.ts";

/** What a screen needs of the window: asking main for a channel, opening it, and something that paints. */
export interface ScreenPorts {
  request(options: { record: boolean }, signal: AbortSignal): Promise<string>;
  open(channel: string): Channel;
  loadPaint(): Promise<Paint>;
}

interface Ending {
  reason: LocalText | null;
  hint: LocalText | null;
  error?: WireError;
  returns?: boolean;
}

/**
 * The screen of one machine, or of one recording: its channel, its painter and its state. It lives on while its page
 * is not shown. When the far side closes it for a change of power it opens again by itself; whatever else ends it
 * leaves the last picture, dimmed, with its age.
 */
export class MachineScreen {
  readonly #ports: ScreenPorts;
  readonly #listeners = new Set<() => void>();
  readonly #frame = new PictureFrame();
  readonly #reopening = new Reopening(powerPatience);
  readonly #handover = new Reopening(handoverPatience);
  readonly #changes = new PictureChanges();
  #state: ScreenState = closedScreen;
  #record = false;
  #link: RfbChannel | null = null;
  #painter: Painter | null = null;
  #opening: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #typing: AbortController | null = null;

  constructor(ports: ScreenPorts, initial: Partial<Pick<ScreenState, "watchOnly" | "fit">> = {}) {
    this.#ports = ports;
    this.#state = { ...closedScreen, ...initial };
  }

  read = (): ScreenState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Puts the picture into the page; the result takes it out again and leaves the session running. */
  attach(place: HTMLElement): () => void {
    return this.#frame.attach(place);
  }

  /** Opens the screen, anew where it is open already; `record` keeps what it shows from now on. */
  open({ record = false }: { record?: boolean } = {}): void {
    this.#record = record;
    this.#reopening.forget();
    this.#handover.forget();
    this.#handover.begin(Date.now());
    this.#leave();
    void this.#connect("opening");
  }

  /** Ends the session, or the waiting for its return, from this side. */
  close(): void {
    this.#leave();
    this.#reopening.forget();
    if (this.#state.phase !== "closed" && this.#state.phase !== "ended") {
      this.#become({ phase: "ended", reason: null, hint: null, error: null });
    }
  }

  dispose(): void {
    this.close();
    this.#listeners.clear();
    this.#frame.remove();
  }

  watchOnly(on: boolean): void {
    this.#painter?.watchOnly(on);
    this.#become({ watchOnly: on });
  }

  fit(on: boolean): void {
    this.#painter?.fit(on);
    this.#frame.fit(on);
    this.#become({ fit: on });
  }

  focus(): void {
    this.#painter?.focus();
  }

  press(combination: readonly Key[]): void {
    this.#painter?.combine(combination);
  }

  /** Puts text on the machine's clipboard, where its server has one. */
  sendClipboard(words: string): void {
    this.#painter?.paste(words);
  }

  /** Types text as keys; what is too long to type is cut. Stops with the session or by `stopTyping`. */
  async type(words: string): Promise<void> {
    this.stopTyping();
    const strokes = strokesOf(words).slice(0, longestTyping);
    if (this.#state.phase !== "live" || this.#state.watchOnly || strokes.length === 0) return;
    const typing = new AbortController();
    this.#typing = typing;
    const total = strokes.length;
    this.#become({ typing: { done: 0, total } });
    await typeStrokes(
      strokes,
      (...key) => this.#painter?.press(...key),
      (done) => {
        if (done % 20 === 0 && !typing.signal.aborted) this.#become({ typing: { done, total } });
      },
      typing.signal,
    );
    if (this.#typing === typing) this.stopTyping();
  }

  stopTyping(): void {
    this.#typing?.abort();
    this.#typing = null;
    if (this.#state.typing) this.#become({ typing: null });
  }

  /** When the first picture after a change of power came, by main's clock; null while none did. */
  firstPicture(task: string, since: PictureSince): number | null {
    return this.#changes.firstSince(task, since);
  }

  /** Keeps the keyboard at the picture while what was pressed goes from the page. */
  holdFocus(): void {
    this.#frame.focus();
  }

  /** The picture as a PNG, the last one when the screen is no longer live; null when there is none. */
  picture(): Promise<Blob | null> {
    if (this.#painter && this.#state.painted) return this.#painter.picture();
    return this.#frame.lastPicture();
  }

  async #connect(phase: "opening" | "returning"): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    this.#become({ phase, ...(phase === "opening" ? { reason: null, hint: null, error: null } : {}) });
    try {
      const [name, paint] = await Promise.all([
        this.#ports.request({ record: this.#record }, opening.signal),
        this.#ports.loadPaint(),
      ]);
      if (!opening.signal.aborted) this.#join(this.#ports.open(name), paint);
    } catch (thrown) {
      if (!opening.signal.aborted) this.#over({ reason: null, hint: null, error: toWireError(thrown) });
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  #join(channel: Channel, paint: Paint): void {
    const current = (act: () => void) => () => {
      if (this.#link === link) act();
    };
    const damaged = current(() => this.#end({ reason: damagedText, hint: damagedHint }));
    const link = new RfbChannel(channel, {
      text: (data) => this.#link === link && this.#hear(data),
      taken: (bytes) => {
        if (this.#link === link && this.#changes.received(bytes))
          this.#become({ changes: this.#state.changes + 1 });
      },
      closed: current(() => this.#end({ reason: connectionLostText, hint: null })),
      broken: damaged,
    });
    this.#link = link;
    const painter = paint(this.#frame.place(), link, {
      ended: damaged,
      clipboard: (words) => this.#link === link && this.#become({ clipboard: words }),
    });
    this.#painter = painter;
    painter.watchOnly(this.#state.watchOnly);
    painter.fit(this.#state.fit);
    link.start();
  }

  #hear(data: string): void {
    const event = parseEvent(data);
    if (event) this.#heard(event);
  }

  #heard(event: ScreenEvent): void {
    switch (event.type) {
      case "opened": {
        const { name, width, height, route, recording } = event;
        this.#become({ phase: "live", opened: { name, width, height, route }, recording });
        return;
      }
      case "first-pixels": {
        this.#reopening.forget();
        if (this.#painter) this.#frame.showLive(this.#painter.canvas);
        this.#changes.first(event.at);
        const changes = this.#state.changes + 1;
        this.#become({
          painted: true,
          changes,
          pictureAt: Date.now(),
          reason: null,
          hint: null,
          error: null,
        });
        return;
      }
      case "recording-ended":
        this.#become({ recording: null, kept: event.recording });
        return;
      case "ended":
        this.#end(event);
    }
  }

  #end(ending: Ending): void {
    this.#leave();
    this.#over(ending);
  }

  /** After a session or an attempt ended: opens again when it is to return, else says why it ended. */
  #over({ reason, hint, error, returns = false }: Ending): void {
    const now = Date.now();
    if (returns) this.#reopening.begin(now);
    const said = { reason, hint, error: error ?? null };
    const delay = this.#reopening.next(now);
    if (delay !== null) {
      this.#become({ phase: "returning", ...said });
      this.#connectAfter(delay, "returning");
      return;
    }
    this.#reopening.forget();
    // A machine with room for one session needs a moment to let go of the one that this one takes the place of.
    const handover = error?.code.endsWith("-busy") ? this.#handover.next(now) : null;
    if (handover !== null) this.#connectAfter(handover, "opening");
    else this.#become({ phase: "ended", ...said });
  }

  #connectAfter(delay: number, phase: "opening" | "returning"): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#connect(phase);
    }, delay);
  }

  /** Lets go of the session, the attempt and the waiting, and keeps the last picture. */
  #leave(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#opening?.abort();
    this.#opening = null;
    this.stopTyping();
    const painter = this.#painter;
    const link = this.#link;
    this.#painter = null;
    this.#link = null;
    if (painter && this.#state.painted) this.#frame.keep(painter.canvas);
    painter?.stop();
    link?.close();
    if (this.#state.painted) this.#become({ painted: false, pictureAt: Date.now(), recording: null });
    else if (this.#state.recording) this.#become({ recording: null });
  }

  #become(part: Partial<ScreenState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of [...this.#listeners]) listener();
  }
}

const connectionLostText = text(
  "The connection to the console was lost, and the screen with it.",
  "La connexion à la console a été perdue, et l'écran avec elle.",
);
const damagedText = text(
  "The screen sent a picture that cannot be read.",
  "L'écran a envoyé une image illisible.",
);
const damagedHint = text(
  "Open it again; if that happens again, the machine's VNC server does not keep to the protocol.",
  "Rouvrez-le ; si cela se reproduit, le serveur VNC de la machine ne respecte pas le protocole.",
);

function parseEvent(data: string): ScreenEvent | null {
  try {
    return screenEventSchema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}
