import { constants, createDeflate, createInflate } from "node:zlib";
import { dictionary } from "./dictionary.ts";

const blockLimit = 64 * 1024;
const pairLimit = 64;

/** A header block that cannot be read: the connection has no common state any more and has to end. */
export class BrokenHeaders extends Error {}

/** Reads the header blocks of one direction of a connection, in order: they share one compression state. */
export class HeaderReader {
  private readonly inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  private parts: Buffer[] = [];
  private length = 0;
  private failed: ((error: Error) => void) | null = null;

  constructor() {
    this.inflate.on("data", (part: Buffer) => {
      this.length += part.length;
      if (this.length > blockLimit) this.inflate.destroy(new BrokenHeaders("too long"));
      else this.parts.push(part);
    });
    this.inflate.on("error", () => this.failed?.(new BrokenHeaders("not compressed as agreed")));
  }

  /** The names and values of a block, names in lower case. Rejects with BrokenHeaders. */
  async read(block: Buffer): Promise<Map<string, string>> {
    this.parts = [];
    this.length = 0;
    await new Promise<void>((resolve, reject) => {
      this.failed = reject;
      this.inflate.write(block, (error) => (error ? reject(new BrokenHeaders(error.message)) : resolve()));
    });
    return pairsOf(Buffer.concat(this.parts));
  }

  close(): void {
    this.inflate.destroy();
  }
}

function pairsOf(plain: Buffer): Map<string, string> {
  let at = 0;
  const number = () => {
    if (at + 4 > plain.length) throw new BrokenHeaders("breaks off");
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const word = () => {
    const length = number();
    if (at + length > plain.length) throw new BrokenHeaders("breaks off");
    at += length;
    return plain.toString("utf8", at - length, at);
  };
  const count = number();
  if (count > pairLimit) throw new BrokenHeaders("too many");
  const pairs = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = word().toLowerCase();
    pairs.set(name, word());
  }
  return pairs;
}

/** Writes the header blocks of one direction; they are to be sent in the order in which they were asked for. */
export class HeaderWriter {
  private readonly deflate = createDeflate({ dictionary });
  private parts: Buffer[] = [];

  constructor() {
    this.deflate.on("data", (part: Buffer) => this.parts.push(part));
    this.deflate.on("error", () => {});
  }

  /** The compressed block of names and values. One call at a time. */
  async write(pairs: ReadonlyMap<string, string>): Promise<Buffer> {
    const plain: Buffer[] = [number(pairs.size)];
    for (const pair of pairs) {
      for (const words of pair) plain.push(number(Buffer.byteLength(words)), Buffer.from(words));
    }
    this.parts = [];
    this.deflate.write(Buffer.concat(plain));
    await new Promise<void>((resolve) => this.deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    return Buffer.concat(this.parts);
  }

  close(): void {
    this.deflate.destroy();
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
