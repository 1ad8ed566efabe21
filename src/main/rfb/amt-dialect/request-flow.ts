import type { ByteWriter } from "./byte-writer.ts";
import { desktopSize, raw, runLength } from "./encodings.ts";
import type { Rectangle, Size } from "./geometry.ts";
import { chooseDepth, judgeLink, type LinkJudgement, unknownLink } from "./pixel-choice.ts";
import { amtFormats, type Depth, writePixelFormat } from "./pixel-format.ts";
import { writeRectangle } from "./rectangle-header.ts";

/** What the viewer asks for with FramebufferUpdateRequest (RFC 6143, 7.5.3). */
export interface UpdateRequest {
  incremental: boolean;
  rectangle: Rectangle;
}

/**
 * Asks the far side for updates, one at a time, and tells it the pixel format. A format is changed only where no update
 * can be under way, and the next update then shows the whole screen, for what the viewer has was drawn in the other one.
 */
export class RequestFlow {
  readonly #toFarSide: ByteWriter;
  readonly #now: () => number;
  #screen: Size;
  #depth: Depth;
  #link: LinkJudgement;
  #underWay = false;
  #waiting: UpdateRequest | null = null;
  #showAll = false;
  #beganAt: number | null = null;

  constructor(screen: Size, toFarSide: ByteWriter, now: () => number) {
    this.#screen = screen;
    this.#toFarSide = toFarSide;
    this.#now = now;
    this.#link = unknownLink(now());
    this.#depth = chooseDepth(screen, this.#link);
  }

  /** The size of the far side's screen. */
  get screen(): Size {
    return this.#screen;
  }

  /** The pixels that an update has which comes now. */
  get depth(): Depth {
    return this.#depth;
  }

  /** Whether the first byte of an update has come and its last one has not. */
  get updating(): boolean {
    return this.#beganAt !== null;
  }

  /** Tells the far side its pixel format and what it may send; Raw must be among it. */
  begin(): void {
    this.#tellFormat();
    const encodings = [runLength, raw, desktopSize];
    this.#toFarSide.uint8(2);
    this.#toFarSide.uint8(0);
    this.#toFarSide.uint16(encodings.length);
    for (const encoding of encodings) this.#toFarSide.int32(encoding);
  }

  /** Passes a request on, or keeps it until the update that is under way has come. */
  request(request: UpdateRequest): void {
    // Nothing may ever change on the screen: a request for what is there cannot wait for the one before it.
    if (!this.#underWay || !request.incremental) this.#send(request);
    else this.#waiting = request;
  }

  /** The first byte of an update came. */
  updateBegan(): void {
    this.#beganAt = this.#now();
  }

  /** The screen has another size from here on; nothing of what the viewer has is worth keeping. */
  resized(screen: Size): void {
    this.#screen = screen;
    this.#showAll = true;
  }

  /** The last byte of an update came; what it covered and took tells how good the link is. */
  updateEnded(pixels: number, bytes: number): void {
    const now = this.#now();
    const update = { depth: this.#depth, pixels, bytes, milliseconds: now - (this.#beganAt ?? now) };
    this.#beganAt = null;
    this.#link = judgeLink(this.#link, update, this.#screen, now);
    this.#underWay = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) this.#send(waiting);
  }

  #send(request: UpdateRequest): void {
    if (!this.#underWay) this.#changeDepth();
    const whole = { x: 0, y: 0, ...this.#screen };
    const part = this.#showAll ? whole : (clipped(request.rectangle, this.#screen) ?? whole);
    this.#toFarSide.uint8(3);
    this.#toFarSide.uint8(request.incremental && !this.#showAll ? 1 : 0);
    writeRectangle(part, this.#toFarSide);
    this.#showAll = false;
    this.#underWay = true;
  }

  #changeDepth(): void {
    const depth = chooseDepth(this.#screen, this.#link);
    if (depth === this.#depth) return;
    this.#depth = depth;
    this.#showAll = true;
    this.#tellFormat();
  }

  #tellFormat(): void {
    this.#toFarSide.append(new Uint8Array(4));
    this.#toFarSide.append(writePixelFormat(amtFormats[this.#depth]));
  }
}

/** The part of a rectangle that is on the screen, for a viewer may not know its size yet; null when nothing is. */
function clipped(rectangle: Rectangle, screen: Size): Rectangle | null {
  const width = Math.min(rectangle.width, screen.width - rectangle.x);
  const height = Math.min(rectangle.height, screen.height - rectangle.y);
  return width < 1 || height < 1 ? null : { x: rectangle.x, y: rectangle.y, width, height };
}
