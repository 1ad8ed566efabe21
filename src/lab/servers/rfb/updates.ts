import type { Area, Framebuffer } from "../../screen/framebuffer.ts";
import type { MachineScreen } from "../../screen/machine-screen.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { Gone } from "./byte-reader.ts";
import { ClientPicture, joined } from "./client-picture.ts";
import { desktopSize, extendedDesktopSize, movedUp, resizeProhibited } from "./desktop-size.ts";
import type { Dialect } from "./dialect.ts";
import {
  encodeAmtTile,
  encodeHextile,
  encodeRaw,
  encodeZrle,
  encodings,
  rectangleHead,
} from "./encodings.ts";
import { claimedSize, falseLength, garbage, resizeTime, screenFault } from "./misbehaviour.ts";
import { colourMap, type PixelFormat, type PixelWriter, pixelWriter } from "./pixel-format.ts";
import { ZlibStream } from "./zlib-stream.ts";

export interface UpdateParts {
  world: World;
  machine: Machine;
  screen: MachineScreen;
  dialect: Dialect;
  /** Writes and resolves when the far side takes more; rejects with Gone once the session is over. */
  write(bytes: Uint8Array): Promise<void>;
  /** Told when no more updates can be sent: the far side is gone or sent away (Gone), or the lab has failed. */
  onEnd(error: unknown): void;
}

/** Areas that are kept apart before the whole screen is sent instead. */
const forgottenLimit = 16;

/** A rectangle of an update; what is in it is written when its turn has come. */
type Rectangle = () => Promise<Buffer> | Buffer;

/**
 * The updates of one client (RFC 6143, 7.5.3 and 7.6.1): one for each request, as soon as there is something that
 * the client does not have yet.
 */
export class Updates {
  private readonly parts: UpdateParts;
  private readonly client: ClientPicture;
  private readonly zlib = new ZlibStream();
  private format: PixelFormat;
  private pixels: PixelWriter;
  private known: readonly number[] = [];
  /** What the client has asked for and not been sent yet, and of that what it is to get although it has it. */
  private wanted: Area | null = null;
  private forgotten: Area[] = [];
  private owesMap = false;
  private owesRefusal = false;
  private isSending = false;
  private isDue = false;
  private hasEnded = false;
  private calledOff = () => {};
  /** How many sizes a screen has taken that does not keep one. */
  private claimed = 0;

  constructor(parts: UpdateParts) {
    this.parts = parts;
    this.format = parts.dialect.format;
    this.pixels = pixelWriter(this.format);
    const { width, height } = this.claimedSize();
    this.client = new ClientPicture(width, height);
  }

  /** The size that the client was told. */
  get size(): { width: number; height: number } {
    const { width, height } = this.client.framebuffer;
    return { width, height };
  }

  takeFormat(format: PixelFormat): void {
    this.format = format;
    this.pixels = pixelWriter(format);
    this.owesMap = !format.isTrueColour;
    this.startAgain();
  }

  takeEncodings(known: readonly number[]): void {
    this.known = known;
  }

  request(area: Area, isIncremental: boolean): void {
    if (!isIncremental) this.forget(area);
    this.wanted = this.wanted ? around(area, this.wanted) : area;
    this.pump();
  }

  /** The client has asked for another size; it is told with the next update that it does not get it. */
  refuseSize(): void {
    this.owesRefusal = true;
    this.pump();
  }

  /** Sends everything again. */
  startAgain(): void {
    this.forget(this.client.area);
    this.pump();
  }

  /** Looks whether there is something to send; it is called at each change. */
  pump(): void {
    this.isDue = true;
    if (this.isSending || this.hasEnded) return;
    this.sendAll().catch((error: unknown) => this.parts.onEnd(error));
  }

  close(): void {
    this.hasEnded = true;
    this.calledOff();
    this.zlib.close();
  }

  /** From the next update on: what is being sent now is read off the client's picture. */
  private forget(area: Area): void {
    if (this.forgotten.length < forgottenLimit) this.forgotten.push(area);
    else this.forgotten = [this.client.area];
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    try {
      while (this.isDue && !this.hasEnded) {
        this.isDue = false;
        const rectangles = this.wanted ? this.collect(this.wanted) : [];
        if (rectangles.length === 0) continue;
        this.wanted = null;
        await this.send(rectangles);
        this.isDue = true;
      }
    } finally {
      this.isSending = false;
    }
  }

  /** The rectangles that an update is to have now. */
  private collect(wanted: Area): Rectangle[] {
    const { screen, dialect } = this.parts;
    const size = this.collectSize();
    if (size) return [() => size];
    this.checkLimit();
    for (const area of this.forgotten.splice(0)) this.client.forget(area);
    const { width, height } = this.client.framebuffer;
    const isWhole = wanted.x === 0 && wanted.y === 0 && wanted.width >= width && wanted.height >= height;
    const canMove = isWhole && !dialect.isAmt && this.known.includes(encodings.copyRectangle);
    const moved = canMove ? this.client.follow(screen.framebuffer) : 0;
    const tiles = this.client.takeChanges(screen.framebuffer, wanted);
    const rectangles = (dialect.isAmt ? tiles : joined(tiles)).map((area) => this.rectangle(area));
    return moved === 0 ? rectangles : [() => movedUp(width, height, moved), ...rectangles];
  }

  /** What tells the client another size, or that it does not get the one that it asked for; null for neither. */
  private collectSize(): Buffer | null {
    const { width, height } = this.claimedSize();
    const isOther = width !== this.size.width || height !== this.size.height;
    const isExtended = !this.parts.dialect.isAmt && this.known.includes(encodings.extendedDesktopSize);
    const isRefusal = this.owesRefusal && isExtended;
    this.owesRefusal = false;
    // A client that cannot take another size goes on with a part of the picture.
    const canResize = isExtended || this.known.includes(encodings.desktopSize);
    if (!isRefusal && !(isOther && canResize)) return null;
    if (isOther) this.client.resize(width, height);
    if (!isExtended) return desktopSize(width, height);
    return extendedDesktopSize(width, height, isRefusal ? resizeProhibited : null);
  }

  private rectangle(area: Area): Rectangle {
    const { pixels, zlib } = this;
    const { isAmt } = this.parts.dialect;
    // What is sent is what the client counts as having; the machine's own picture may have gone on by then.
    const picture: Framebuffer = this.client.framebuffer;
    const encoding = this.chosenEncoding();
    const head = rectangleHead(area, encoding);
    if (encoding === encodings.zrle && isAmt)
      return () => Buffer.concat([head, encodeAmtTile(picture, area, pixels)]);
    if (encoding === encodings.zrle)
      return async () => Buffer.concat([head, await encodeZrle(picture, area, pixels, zlib)]);
    if (encoding === encodings.hextile)
      return () => Buffer.concat([head, encodeHextile(picture, area, pixels)]);
    return () => Buffer.concat([head, encodeRaw(picture, area, pixels)]);
  }

  /** The first encoding of the client's list that this server has (RFC 6143, 7.5.2); raw is always possible. */
  private chosenEncoding(): number {
    const own: readonly number[] = this.parts.dialect.isAmt
      ? [encodings.raw, encodings.zrle]
      : [encodings.raw, encodings.hextile, encodings.zrle];
    return this.known.find((encoding) => own.includes(encoding)) ?? encodings.raw;
  }

  private async send(rectangles: readonly Rectangle[]): Promise<void> {
    const { world, machine, write } = this.parts;
    const fault = screenFault(world, machine);
    if (fault === "screen-garbage") {
      await write(garbage());
      throw new Gone();
    }
    if (this.owesMap) await write(colourMap());
    this.owesMap = false;
    const head = Buffer.alloc(4);
    head.writeUInt16BE(rectangles.length, 2);
    await write(head);
    for (const rectangle of rectangles) {
      const bytes = await rectangle();
      if (fault === "screen-truncated") {
        await write(bytes.subarray(0, bytes.length >> 1));
        throw new Gone();
      }
      await write(fault === "screen-lies" ? falseLength(bytes) : bytes);
    }
    if (fault === "screen-resizes") this.resizeSoon();
  }

  /** Takes another size once the picture of this one has been shown for a while. */
  private resizeSoon(): void {
    this.calledOff();
    this.calledOff = this.parts.world.clock.after(resizeTime, () => {
      this.claimed += 1;
      this.pump();
    });
  }

  private claimedSize(): { width: number; height: number } {
    const { world, machine, screen } = this.parts;
    return claimedSize(screenFault(world, machine), screen.framebuffer, this.claimed);
  }

  /** Intel AMT hangs up when a picture does not go into its buffer. */
  private checkLimit(): void {
    const { pictureLimit } = this.parts.dialect;
    const bytes = (this.size.width * this.size.height * this.format.bitsPerPixel) / 8;
    if (pictureLimit !== null && bytes > pictureLimit) throw new Gone();
  }
}

/** The smallest area that holds both. */
function around(left: Area, right: Area): Area {
  const x = Math.min(left.x, right.x);
  const y = Math.min(left.y, right.y);
  return {
    x,
    y,
    width: Math.max(left.x + left.width, right.x + right.width) - x,
    height: Math.max(left.y + left.height, right.y + right.height) - y,
  };
}
