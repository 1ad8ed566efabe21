import { type Duplex, duplexPair } from "node:stream";

/** One turn of a far side: words to say, how many bytes of the console to wait for, or the end of the connection. */
export type Turn = Uint8Array | string | { hear: number } | "hang up";

/** The challenge 00 01 … 0f, and its answer for the password `secret12` as OpenSSL's DES computes it. */
export const challenge = Uint8Array.from({ length: 16 }, (_, index) => index);
export const answer = Buffer.from("adcd997f8e16fee575e973f93c2b62b4", "hex");
export const password = "secret12";

/** Big-endian 32 bits. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string with its length before it. */
export function lengthy(words: string): Buffer {
  return Buffer.concat([word(Buffer.byteLength(words)), Buffer.from(words)]);
}

/** ServerInit, 32 bits per pixel, little-endian. */
export function serverInit(width = 640, height = 480, name = "Tower A"): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(width, 0);
  size.writeUInt16BE(height, 2);
  return Buffer.concat([size, Buffer.from("2018000100ff00ff00ff100800000000", "hex"), lengthy(name)]);
}

/** A server of RFB 3.8 that wants the password, up to ServerInit. */
export const goodDialogue: readonly Turn[] = [
  "RFB 003.008\n",
  { hear: 12 },
  Buffer.of(2, 1, 2),
  { hear: 1 },
  challenge,
  { hear: 16 },
  word(0),
  { hear: 1 },
  serverInit(),
];

/** An update of 2 × 1 raw pixels, 24 bytes. */
export const smallUpdate = Buffer.from("000000010000000000020001000000000102030005060700", "hex");

/**
 * A far side that plays turns in order, whatever it hears. `console` is the console's end of the stream; `heard` is what
 * the console said. `split` cuts what is said into pieces of these sizes, again and again.
 */
export function playFarSide(turns: readonly Turn[], split: readonly number[] = []) {
  const [near, far] = duplexPair();
  const stream: Duplex = near;
  let heard = Buffer.alloc(0);
  let turn = 0;
  let pieces = 0;
  const say = (words: Buffer) => {
    for (let at = 0; at < words.length; ) {
      const size = split.length === 0 ? words.length : Math.max(1, split[pieces++ % split.length] ?? 1);
      far.write(words.subarray(at, at + size));
      at += size;
    }
  };
  let due = 0;
  const play = () => {
    for (let next = turns[turn]; next !== undefined; next = turns[turn]) {
      if (next === "hang up") far.end();
      else if (typeof next === "string" || next instanceof Uint8Array) say(Buffer.from(next));
      else if (heard.length < due + next.hear) return;
      else due += next.hear;
      turn += 1;
    }
  };
  far.on("data", (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
    play();
  });
  far.on("error", () => undefined);
  play();
  return {
    console: stream,
    far,
    get heard(): Buffer {
      return heard;
    },
  };
}
