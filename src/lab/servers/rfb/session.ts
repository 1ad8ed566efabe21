import type { Duplex } from "node:stream";
import type { Area, Framebuffer } from "../../screen/framebuffer.ts";
import { Keyboard } from "../../screen/keyboard.ts";
import type { MachineScreen } from "../../screen/machine-screen.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { ByteReader, Gone } from "./byte-reader.ts";
import type { Dialect } from "./dialect.ts";
import {
  encodeAmtTile,
  encodeHextile,
  encodeRaw,
  encodeZrle,
  encodings,
  rectangleHead,
} from "./encodings.ts";
import { type Admission, shakeHands } from "./handshake.ts";
import { type ClientMessage, readMessage } from "./messages.ts";
import { claimedSize, falseLength, garbage, resizeTime, screenFault } from "./misbehaviour.ts";
import { colourMap, encodeFormat, type PixelFormat, type PixelWriter, pixelWriter } from "./pixel-format.ts";
import { ClientPicture, joined } from "./update.ts";
import { ZlibStream } from "./zlib-stream.ts";

export interface SessionParts {
  world: World;
  machine: Machine;
  screen: MachineScreen;
  dialect: Dialect;
  admission: Admission;
  /** The name of the screen, as the client shows it. */
  name: string;
  /** Told when the client is in, and at each of its key presses and mouse moves. */
  onAdmitted(): void;
  onInput(): void;
  onFailure(error: unknown): void;
}

const handshakeMilliseconds = 30_000;
const middleButton = 2;
const prohibited = 1;

/** One viewer of a machine's screen: from the handshake on, until it leaves or is sent away. */
export class RfbSession {
  private readonly stream: Duplex;
  private readonly reader: ByteReader;
  private readonly parts: SessionParts;
  private readonly keyboard: Keyboard;
  private readonly zlib = new ZlibStream();
  private format: PixelFormat;
  private pixels: PixelWriter;
  private known: readonly number[] = [];
  private client = new ClientPicture(0, 0);
  /** What the client has asked for and not been sent yet. */
  private wanted: { area: Area; isIncremental: boolean } | null = null;
  private sizeReply: number | null = null;
  private isSending = false;
  private isDue = false;
  private calledOff = () => {};
  private buttons = 0;
  private clipboard = "";
  private hasEnded = false;
  private readonly undo: (() => void)[] = [];

  constructor(stream: Duplex, parts: SessionParts) {
    this.stream = stream;
    this.reader = new ByteReader(stream);
    this.parts = parts;
    this.format = parts.dialect.format;
    this.pixels = pixelWriter(this.format);
    this.keyboard = new Keyboard(parts.dialect.isAmt);
    stream.on("error", () => this.close());
    stream.once("close", () => this.close());
  }

  /** Serves the client; resolves when it is over, whoever ended it. */
  async run(): Promise<void> {
    const grace = setTimeout(() => this.close(), handshakeMilliseconds).unref();
    this.undo.push(() => clearTimeout(grace));
    try {
      await shakeHands(this.reader, (bytes) => this.write(bytes), this.parts.admission);
      await this.reader.take(1);
      clearTimeout(grace);
      this.begin();
      for (;;) this.take(await readMessage(this.reader));
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    for (const step of this.undo.splice(0)) step();
    this.calledOff();
    this.reader.stop();
    this.zlib.close();
    this.stream.end();
    // A client that does not take the farewell is left without.
    const patience = setTimeout(() => this.stream.destroy(), 1_000).unref();
    this.stream.once("close", () => clearTimeout(patience));
    this.stream.resume();
  }

  private begin(): void {
    const { world, machine, screen, name } = this.parts;
    this.parts.onAdmitted();
    this.undo.push(
      screen.watch(() => this.pump()),
      world.onChange((change) => {
        if (change.machine !== machine.id || change.what !== "fault") return;
        this.client.forget(this.client.area);
        this.pump();
      }),
    );
    const { width, height } = this.claimedSize();
    this.client.resize(width, height);
    const size = Buffer.alloc(4);
    size.writeUInt16BE(width, 0);
    size.writeUInt16BE(height, 2);
    const nameBytes = Buffer.from(name, "utf8");
    const nameLength = Buffer.alloc(4);
    nameLength.writeUInt32BE(nameBytes.length);
    this.write(Buffer.concat([size, encodeFormat(this.format), nameLength, nameBytes]));
  }

  private take(message: ClientMessage): void {
    const { screen } = this.parts;
    if (message.kind === "format") this.takeFormat(message.format);
    else if (message.kind === "encodings") this.known = message.encodings;
    else if (message.kind === "request") this.request(message.area, message.isIncremental);
    else if (message.kind === "key") {
      this.parts.onInput();
      const key = this.keyboard.event(message.isDown, message.keysym);
      if (key) screen.press(key);
    } else if (message.kind === "pointer") {
      this.parts.onInput();
      const isPressed = (message.buttons & ~this.buttons & middleButton) !== 0;
      this.buttons = message.buttons;
      if (isPressed && this.clipboard !== "") screen.paste(this.clipboard);
      screen.point(message.x, message.y);
    } else if (message.kind === "cut-text") {
      // The engine of Intel AMT has no clipboard.
      if (!this.parts.dialect.isAmt) this.clipboard = message.words;
    } else this.sizeReply = prohibited;
    if (message.kind === "resize") this.pump();
  }

  private takeFormat(format: PixelFormat): void {
    if (format.bitsPerPixel > this.parts.dialect.bitsLimit) throw new Gone();
    this.format = format;
    this.pixels = pixelWriter(format);
    this.client.forget(this.client.area);
    if (!format.isTrueColour) this.write(colourMap());
  }

  private request(area: Area, isIncremental: boolean): void {
    if (!isIncremental) this.client.forget(area);
    const { wanted } = this;
    if (wanted) {
      const x = Math.min(area.x, wanted.area.x);
      const y = Math.min(area.y, wanted.area.y);
      const right = Math.max(area.x + area.width, wanted.area.x + wanted.area.width);
      const bottom = Math.max(area.y + area.height, wanted.area.y + wanted.area.height);
      this.wanted = {
        area: { x, y, width: right - x, height: bottom - y },
        isIncremental: isIncremental && wanted.isIncremental,
      };
    } else this.wanted = { area, isIncremental };
    this.pump();
  }

  /** Sends what was asked for, if there is anything of it, and goes on while more was asked for meanwhile. */
  private pump(): void {
    this.isDue = true;
    if (this.isSending || this.hasEnded) return;
    this.sendUpdates().catch((error: unknown) => {
      if (!(error instanceof Gone)) this.parts.onFailure(error);
      this.close();
    });
  }

  private async sendUpdates(): Promise<void> {
    this.isSending = true;
    try {
      while (this.isDue && !this.hasEnded) {
        this.isDue = false;
        const rectangles = this.wanted ? this.collect(this.wanted.area) : [];
        if (rectangles.length === 0) continue;
        this.wanted = null;
        await this.send(rectangles);
        this.isDue = true;
      }
    } finally {
      this.isSending = false;
    }
  }

  /** The rectangles that an update is to have now, each with what writes its data. */
  private collect(wanted: Area): { head: Buffer; data: () => Promise<Buffer> | Buffer }[] {
    const { screen, dialect } = this.parts;
    const source = screen.framebuffer;
    const size = this.collectSize();
    if (size) return [size];
    this.checkLimit();
    const nothing = () => Buffer.alloc(0);
    const canCopy = !dialect.isAmt && this.known.includes(encodings.copyRectangle);
    const moved = canCopy ? this.client.follow(source) : 0;
    const isWhole = wanted.x === 0 && wanted.y === 0 && wanted.height >= this.client.framebuffer.height;
    const tiles = this.client.takeChanges(source, moved > 0 || isWhole ? this.client.area : wanted);
    const areas = dialect.isAmt ? tiles : joined(tiles);
    const rectangles = areas.map((area) => this.rectangle(area));
    if (moved === 0) return rectangles;
    const { width, height } = this.client.framebuffer;
    const from = Buffer.alloc(4);
    from.writeUInt16BE(moved, 2);
    const head = rectangleHead({ x: 0, y: 0, width, height: height - moved }, encodings.copyRectangle);
    return [{ head: Buffer.concat([head, from]), data: nothing }, ...rectangles];
  }

  /** The pseudo-rectangle that tells another size, or refuses one that the client asked for. */
  private collectSize(): { head: Buffer; data: () => Buffer } | null {
    const { width, height } = this.claimedSize();
    const { framebuffer } = this.client;
    const isOther = width !== framebuffer.width || height !== framebuffer.height;
    const isExtended = this.known.includes(encodings.extendedDesktopSize) && !this.parts.dialect.isAmt;
    const canResize = isExtended || this.known.includes(encodings.desktopSize);
    const status = this.sizeReply;
    this.sizeReply = null;
    // A client that cannot take another size goes on with a part of the picture.
    if ((!isOther || !canResize) && !(status !== null && isExtended)) return null;
    if (isOther) this.client.resize(width, height);
    if (!isExtended)
      return {
        head: rectangleHead({ x: 0, y: 0, width, height }, encodings.desktopSize),
        data: () => Buffer.alloc(0),
      };
    const layout = Buffer.alloc(20);
    layout.writeUInt8(1, 0);
    layout.writeUInt16BE(width, 12);
    layout.writeUInt16BE(height, 14);
    // The first place says who asked: nobody here, or this client, whose wish is refused.
    const [x, y] = status === null ? [0, 0] : [1, status];
    return {
      head: rectangleHead({ x, y, width, height }, encodings.extendedDesktopSize),
      data: () => layout,
    };
  }

  private rectangle(area: Area): { head: Buffer; data: () => Promise<Buffer> | Buffer } {
    const { dialect } = this.parts;
    const { pixels } = this;
    // What is sent is what the client counts as having; the machine's own picture may have gone on.
    const picture: Framebuffer = this.client.framebuffer;
    const encoding = this.chosenEncoding();
    const head = rectangleHead(area, encoding);
    if (encoding === encodings.zrle && dialect.isAmt)
      return { head, data: () => encodeAmtTile(picture, area, pixels) };
    if (encoding === encodings.zrle)
      return { head, data: () => encodeZrle(picture, area, pixels, this.zlib) };
    if (encoding === encodings.hextile) return { head, data: () => encodeHextile(picture, area, pixels) };
    return { head, data: () => encodeRaw(picture, area, pixels) };
  }

  /** The first encoding of the client's list that this server has (RFC 6143, 7.5.2); raw is always possible. */
  private chosenEncoding(): number {
    const own: readonly number[] = this.parts.dialect.isAmt
      ? [encodings.raw, encodings.zrle]
      : [encodings.raw, encodings.hextile, encodings.zrle];
    return this.known.find((encoding) => own.includes(encoding)) ?? encodings.raw;
  }

  private async send(rectangles: { head: Buffer; data: () => Promise<Buffer> | Buffer }[]): Promise<void> {
    const { world, machine } = this.parts;
    const fault = screenFault(world, machine);
    if (fault === "screen-garbage") {
      await this.writeWell(garbage());
      throw new Gone();
    }
    const head = Buffer.alloc(4);
    head.writeUInt16BE(rectangles.length, 2);
    this.write(head);
    for (const rectangle of rectangles) {
      const data = await rectangle.data();
      if (this.hasEnded) throw new Gone();
      if (fault === "screen-truncated" && data.length > 1) {
        await this.writeWell(Buffer.concat([rectangle.head, data.subarray(0, data.length >> 1)]));
        throw new Gone();
      }
      const whole = Buffer.concat([rectangle.head, data]);
      await this.writeWell(fault === "screen-lies" ? falseLength(whole) : whole);
    }
    this.calledOff();
    if (fault === "screen-resizes") this.calledOff = world.clock.after(resizeTime, () => this.pump());
  }

  private claimedSize(): { width: number; height: number } {
    const { world, machine, screen } = this.parts;
    return claimedSize(screenFault(world, machine), screen.framebuffer, world.clock.now());
  }

  /** Intel AMT hangs up when a picture does not go into its buffer. */
  private checkLimit(): void {
    const { pictureLimit } = this.parts.dialect;
    const { width, height } = this.client.framebuffer;
    const bytes = (width * height * this.format.bitsPerPixel) / 8;
    if (pictureLimit !== null && bytes > pictureLimit) throw new Gone();
  }

  private write(bytes: Uint8Array): void {
    if (!this.hasEnded) this.stream.write(bytes);
  }

  /** Writes and waits until the far side takes more. */
  private async writeWell(bytes: Uint8Array): Promise<void> {
    if (this.hasEnded) throw new Gone();
    if (this.stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.stream.off("drain", done);
        this.stream.off("close", done);
        resolve();
      };
      this.stream.on("drain", done);
      this.stream.on("close", done);
    });
  }
}
