import type { Key } from "../keys.ts";
import type { Paint, Painter, PainterEvents } from "../painter.ts";
import type { RfbChannel } from "../rfb-channel.ts";

/** Stands in for noVNC where a test is about what is around it: takes bytes, remembers what it was told to do. */
export class FakePainter implements Painter {
  readonly canvas = document.createElement("canvas");
  /** As noVNC, which takes this out of the page when it stops, and not the canvas. */
  readonly #screen = document.createElement("div");
  readonly events: PainterEvents;
  readonly taken: number[] = [];
  readonly told: string[] = [];
  stopped = false;
  /** Thrown at the next bytes. */
  fault: Error | null = null;

  constructor(place: HTMLElement, channel: RfbChannel, events: PainterEvents) {
    this.events = events;
    this.canvas.tabIndex = 0;
    this.#screen.append(this.canvas);
    place.append(this.#screen);
    channel.onmessage = ({ data }) => {
      if (this.fault) throw this.fault;
      this.taken.push(...new Uint8Array(data));
    };
  }

  watchOnly(on: boolean): void {
    this.told.push(`watch ${on}`);
  }

  fit(on: boolean): void {
    this.told.push(`fit ${on}`);
  }

  focus(): void {
    this.canvas.focus();
  }

  press(keysym: number, _code: string | null, down?: boolean): void {
    this.told.push(`key ${keysym}${down === undefined ? "" : down ? " down" : " up"}`);
  }

  combine(combination: readonly Key[]): void {
    this.told.push(combination.map(({ code }) => code).join("-"));
  }

  paste(words: string): void {
    this.told.push(`paste ${words}`);
  }

  picture(): Promise<Blob | null> {
    return Promise.resolve(new Blob(["live"]));
  }

  stop(): void {
    this.stopped = true;
    this.#screen.remove();
  }
}

/** Painters as they are made, newest last, and the function that makes them. */
export function fakePaint(): { painters: FakePainter[]; paint: Paint } {
  const painters: FakePainter[] = [];
  const paint: Paint = (place, channel, events) => {
    const painter = new FakePainter(place, channel, events);
    painters.push(painter);
    return painter;
  };
  return { painters, paint };
}
