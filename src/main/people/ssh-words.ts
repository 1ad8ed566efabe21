/**
 * Reads the data types of SSH (RFC 4251 section 5) from bytes of somebody else's. Every read throws RangeError when there
 * is not so much left; nothing is copied.
 */
export class SshReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  raw(length: number): Buffer {
    if (length > this.left) throw new RangeError("there is less than it says");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  byte(): number {
    return this.raw(1).readUInt8(0);
  }

  number(): number {
    return this.raw(4).readUInt32BE(0);
  }

  /** A length of four bytes, and as many bytes. */
  string(): Buffer {
    return this.raw(this.number());
  }

  words(): string {
    return this.string().toString("latin1");
  }

  /** The magnitude of a positive `mpint`, without the zero byte that keeps it positive. */
  magnitude(): Buffer {
    const bytes = this.string();
    if (bytes.length > 0 && (bytes[0] ?? 0) >= 0x80) throw new RangeError("a negative number");
    let zeros = 0;
    while (zeros < bytes.length && bytes[zeros] === 0) zeros += 1;
    return bytes.subarray(zeros);
  }

  /** Throws RangeError when something is left that nobody asked for. */
  end(): void {
    if (this.left > 0) throw new RangeError("there is more than there should be");
  }
}

export function sshNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Bytes, or the UTF-8 of words, behind their length. */
export function sshString(value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([sshNumber(bytes.length), bytes]);
}

/** A positive `mpint` of its magnitude. */
export function sshMagnitude(magnitude: Buffer): Buffer {
  let zeros = 0;
  while (zeros < magnitude.length && magnitude[zeros] === 0) zeros += 1;
  const bare = magnitude.subarray(zeros);
  return sshString((bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bare]) : bare);
}
