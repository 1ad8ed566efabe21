import type { Duplex } from "node:stream";
import { Keyboard } from "../../screen/keyboard.ts";
import type { MachineScreen } from "../../screen/machine-screen.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { ByteReader, Gone } from "./byte-reader.ts";
import type { Dialect } from "./dialect.ts";
import { type Admission, shakeHands } from "./handshake.ts";
import { type ClientMessage, readMessage } from "./messages.ts";
import { encodeFormat } from "./pixel-format.ts";
import { Updates } from "./updates.ts";

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
/** How long a client may take to close its side once it was sent away. */
const farewellMilliseconds = 1_000;
const middleButton = 2;

/** One viewer of a machine's screen: from the handshake on, until it leaves or is sent away. */
export class RfbSession {
  private readonly stream: Duplex;
  private readonly reader: ByteReader;
  private readonly parts: SessionParts;
  private readonly keyboard: Keyboard;
  private readonly undo: (() => void)[] = [];
  private buttons = 0;
  private clipboard = "";
  private hasEnded = false;

  constructor(stream: Duplex, parts: SessionParts) {
    this.stream = stream;
    this.reader = new ByteReader(stream);
    this.parts = parts;
    this.keyboard = new Keyboard(parts.dialect.isAmt);
    stream.on("error", () => this.close());
    stream.once("close", () => this.close());
    // Who has hung up reads nothing more; what came before that is still taken.
    stream.once("end", () => setImmediate(() => stream.destroy()));
  }

  /** Serves the client; resolves when it is over, whoever ended it. */
  async run(): Promise<void> {
    const grace = setTimeout(() => this.close(), handshakeMilliseconds).unref();
    this.undo.push(() => clearTimeout(grace));
    try {
      await shakeHands(this.reader, (bytes) => this.write(bytes), this.parts.admission);
      // Whether the client wants the screen to itself; several may always look.
      await this.reader.take(1);
      clearTimeout(grace);
      this.parts.onAdmitted();
      const updates = this.begin();
      for (;;) this.take(await readMessage(this.reader), updates);
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
    this.reader.stop();
    this.stream.end();
    const patience = setTimeout(() => this.stream.destroy(), farewellMilliseconds).unref();
    this.stream.once("close", () => clearTimeout(patience));
    this.stream.resume();
  }

  /** Tells the client what it is looking at (RFC 6143, 7.3.2), and follows the screen from then on. */
  private begin(): Updates {
    if (this.hasEnded) throw new Gone();
    const { world, machine, screen, dialect, name, onFailure } = this.parts;
    // The screen is drawn from here on; before, it would not know its size.
    let onChange = () => {};
    this.undo.push(screen.watch(() => onChange()));
    const updates = new Updates({
      world,
      machine,
      screen,
      dialect,
      write: (bytes) => this.writeWell(bytes),
      onEnd: (error) => {
        if (!(error instanceof Gone)) onFailure(error);
        this.close();
      },
    });
    onChange = () => updates.pump();
    this.undo.push(
      () => updates.close(),
      world.onChange((change) => {
        if (change.machine === machine.id && change.what === "fault") updates.startAgain();
      }),
    );
    const size = Buffer.alloc(4);
    size.writeUInt16BE(updates.size.width, 0);
    size.writeUInt16BE(updates.size.height, 2);
    const words = Buffer.from(name, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(words.length);
    this.write(Buffer.concat([size, encodeFormat(dialect.format), length, words]));
    return updates;
  }

  private take(message: ClientMessage, updates: Updates): void {
    const { screen, dialect } = this.parts;
    if (message.kind === "format") {
      if (message.format.bitsPerPixel > dialect.bitsLimit) throw new Gone();
      updates.takeFormat(message.format);
    } else if (message.kind === "encodings") updates.takeEncodings(message.encodings);
    else if (message.kind === "request") updates.request(message.area, message.isIncremental);
    else if (message.kind === "resize") updates.refuseSize();
    else if (message.kind === "cut-text") {
      // The engine of Intel AMT has no clipboard.
      if (!dialect.isAmt) this.clipboard = message.words;
    } else if (message.kind === "key") {
      this.parts.onInput();
      const key = this.keyboard.event(message.isDown, message.keysym);
      if (key) screen.press(key);
    } else {
      this.parts.onInput();
      const isPressed = (message.buttons & ~this.buttons & middleButton) !== 0;
      this.buttons = message.buttons;
      if (isPressed && this.clipboard !== "") screen.paste(this.clipboard);
      screen.point(message.x, message.y);
    }
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
    if (this.hasEnded) throw new Gone();
  }
}
