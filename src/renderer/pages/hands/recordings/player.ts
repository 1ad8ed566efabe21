import type { Recording } from "../../../../shared/screen.ts";
import { MachineScreen, type ScreenPorts } from "../machine-screen.ts";

/** What a player needs: a replay from a position in milliseconds at a speed, and what every screen needs. */
export interface PlayerPorts extends Omit<ScreenPorts, "request"> {
  replay(from: number, speed: number, signal: AbortSignal): Promise<string>;
}

export const speeds = [1, 2, 4, 8] as const;

/**
 * Plays one recording in a screen of its own. Main plays from a position to the end; a pause, another position and
 * another speed each begin a new replay, and the picture stays in between.
 */
export class Player {
  readonly screen: MachineScreen;
  /** Milliseconds. */
  readonly duration: number;
  readonly #now: () => number;
  #from = 0;
  #startedAt: number | null = null;
  #speed: number = speeds[0];

  constructor(recording: Recording, ports: PlayerPorts, now: () => number = Date.now) {
    this.duration = Math.max(0, (recording.endedAt ?? recording.startedAt) - recording.startedAt);
    this.#now = now;
    this.screen = new MachineScreen(
      {
        request: (_options, signal) => ports.replay(this.#from, this.#speed, signal),
        open: ports.open,
        loadPaint: ports.loadPaint,
      },
      { watchOnly: true },
    );
    this.screen.subscribe(() => this.#follow());
  }

  get speed(): number {
    return this.#speed;
  }

  get playing(): boolean {
    const { phase } = this.screen.read();
    return phase === "opening" || phase === "live";
  }

  /** Where it stands, in milliseconds from the beginning. */
  position(): number {
    if (this.#startedAt === null) return this.#from;
    return Math.min(this.duration, this.#from + (this.#now() - this.#startedAt) * this.#speed);
  }

  /** Plays on, from the beginning when it had reached the end. */
  play(): void {
    if (this.#from >= this.duration) this.#from = 0;
    this.screen.open();
  }

  pause(): void {
    this.#halt();
    this.screen.close();
  }

  /** Goes to a position in milliseconds; plays on from there if it was playing. */
  seek(position: number): void {
    const playing = this.playing;
    this.#from = Math.min(Math.max(0, position), this.duration);
    this.#startedAt = null;
    if (playing) this.screen.open();
  }

  setSpeed(speed: number): void {
    const position = this.position();
    this.#speed = speed;
    this.seek(position);
  }

  dispose(): void {
    this.screen.dispose();
  }

  #follow(): void {
    const { phase } = this.screen.read();
    if (phase === "opening") this.#startedAt = null;
    else if (phase === "live") this.#startedAt ??= this.#now();
    else if (phase === "ended") this.#halt();
  }

  #halt(): void {
    this.#from = this.position();
    this.#startedAt = null;
  }
}
