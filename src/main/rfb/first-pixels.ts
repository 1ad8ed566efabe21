/** Server messages of RFB (RFC 6143, 7.6) and of extensions that viewers ask for before the first update. */
const message = {
  framebufferUpdate: 0,
  setColourMapEntries: 1,
  bell: 2,
  serverCutText: 3,
  endOfContinuousUpdates: 150,
  fence: 248,
  xvp: 250,
} as const;

/** Pseudo-encodings whose rectangles say something without a pixel, by the bytes that follow their header. */
const pseudoEncodings = new Map<number, number>([
  [-223, 0], // DesktopSize
  [-224, 0], // LastRect, which ends an update
  [-257, 0], // QEMU pointer motion
  [-258, 0], // QEMU extended key event
  [-259, 0], // QEMU audio
  [-261, 1], // LED state
  [-316, 0], // extended mouse buttons
]);

const pseudoEncoding = { lastRectangle: -224, desktopName: -307, extendedDesktopSize: -308 } as const;

const rectangleHeader = 12;
const longestHead = 16;

/**
 * Follows what a server says until it has sent the first rectangle of pixels. It keeps no more than the head of a message,
 * whatever lengths are named, and stops following at a message that it does not know.
 */
export class FirstPixels {
  readonly #head = Buffer.alloc(longestHead);
  #held = 0;
  #skip = 0;
  #rectangles = 0;
  #state: "following" | "seen" | "lost" = "following";

  /** Whether nothing more is to be learned. */
  get over(): boolean {
    return this.#state !== "following";
  }

  /** Takes bytes of the server; true when the first pixels are among them. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && this.#state === "following"; ) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      this.#head[this.#held] = bytes[at] ?? 0;
      this.#held += 1;
      at += 1;
      this.#look();
    }
    return this.#state === "seen";
  }

  /** Decides on the head held so far; keeps it while more is needed. */
  #look(): void {
    const needed = this.#rectangles > 0 ? this.#rectangleHead() : headLength(this.#head[0] ?? 0);
    if (needed === null) {
      this.#state = "lost";
      return;
    }
    if (this.#held < needed) return;
    this.#held = 0;
    if (this.#rectangles > 0) this.#lookAtRectangle();
    else this.#lookAtMessage();
  }

  #lookAtMessage(): void {
    const head = this.#head;
    switch (head[0]) {
      case message.framebufferUpdate:
        this.#rectangles = head.readUInt16BE(2);
        return;
      case message.setColourMapEntries:
        this.#skip = 6 * head.readUInt16BE(4);
        return;
      case message.serverCutText:
        // A negative length is that of the extended clipboard.
        this.#skip = Math.abs(head.readInt32BE(4));
        return;
      case message.fence:
        this.#skip = head[8] ?? 0;
    }
  }

  #rectangleHead(): number {
    if (this.#held < rectangleHeader) return rectangleHeader;
    const encoding = this.#head.readInt32BE(8);
    const further =
      encoding === pseudoEncoding.desktopName || encoding === pseudoEncoding.extendedDesktopSize;
    return further ? longestHead : rectangleHeader;
  }

  /** What is not a pseudo-encoding of known length counts as pixels, for they follow it at once. */
  #lookAtRectangle(): void {
    const encoding = this.#head.readInt32BE(8);
    const skip = this.#rectangleBody(encoding);
    if (skip === undefined) {
      this.#state = "seen";
      return;
    }
    this.#skip = skip;
    this.#rectangles = encoding === pseudoEncoding.lastRectangle ? 0 : this.#rectangles - 1;
  }

  #rectangleBody(encoding: number): number | undefined {
    if (encoding === pseudoEncoding.desktopName) return this.#head.readUInt32BE(rectangleHeader);
    // The number of monitors, each of them described in 16 bytes.
    if (encoding === pseudoEncoding.extendedDesktopSize) return 16 * (this.#head[rectangleHeader] ?? 0);
    return pseudoEncodings.get(encoding);
  }
}

/** Bytes of a message until its length is known; null for a message that is not known. */
function headLength(type: number): number | null {
  switch (type) {
    case message.framebufferUpdate:
    case message.xvp:
      return 4;
    case message.setColourMapEntries:
      return 6;
    case message.serverCutText:
      return 8;
    case message.bell:
    case message.endOfContinuousUpdates:
      return 1;
    case message.fence:
      return 9;
    default:
      return null;
  }
}
