import { createHmac } from "node:crypto";
import { isIP } from "node:net";

const consonants = "bdfgjklmnprstvz";
const vowels = "aeiou";
const leastLetters = 5;
/** The range for tests of network equipment (RFC 2544): no estate has it. */
const networksOf4 = 512;

/**
 * Names and addresses that stand for others: with the same key always the same, and not to be guessed without it. No two
 * have one, and none is one that is to be hidden.
 */
export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #reserved: ReadonlySet<string>;
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** `reserved`: the words and addresses that no pseudonym may be, in lower case. */
  constructor(key: Uint8Array, reserved: ReadonlySet<string>) {
    this.#key = key;
    this.#reserved = reserved;
  }

  /** A word that can be spoken, at least as long; with a capital where the other has one. */
  word(original: string): string {
    const lower = original.toLowerCase();
    const made = this.#once(`word ${lower}`, (digest) => {
      const length = Math.min(digest.length, Math.max(leastLetters, lower.length));
      return [...digest.subarray(0, length)].map((byte, at) => letterOf(byte, at)).join("");
    });
    if (original === lower) return made;
    if (original === original.toUpperCase()) return made.toUpperCase();
    return `${made.charAt(0).toUpperCase()}${made.slice(1)}`;
  }

  /** A domain below `.example` (RFC 2606) for the last two labels of another. */
  domain(original: string): string {
    return `${this.#once(`domain ${original.toLowerCase()}`, (digest) =>
      [...digest.subarray(0, 8)].map((byte, at) => letterOf(byte, at)).join(""),
    )}.example`;
  }

  /** An address of the same family; what stood in one network of 24 bits (64 in IPv6) still does. */
  address(original: string): string {
    return isIP(original) === 4 ? this.#address4(original) : this.#address6(original);
  }

  #address4(original: string): string {
    const [last = "0"] = original.split(".").slice(-1);
    const before = original.slice(0, original.lastIndexOf("."));
    const network = this.#once(`network ${before}`, (digest) => {
      const number = digest.readUInt32BE(0);
      // Past the range for tests, those that are for private use.
      const slot = number % networksOf4;
      if (this.#taken.size < networksOf4 / 2) return `198.${18 + (slot >> 8)}.${slot & 255}`;
      return `10.${(number >>> 8) & 255}.${number & 255}`;
    });
    return this.#once(`address ${original}`, (digest, attempt) => {
      const shift = attempt === 0 ? Number(last) : (digest[0] ?? 0);
      return `${network}.${(this.#digest(`order ${before}`, 0)[0] ?? 0) ^ shift}`;
    });
  }

  #address6(original: string): string {
    const [network, host] = halves(original);
    const part = (digest: Buffer, at: number) => digest.readUInt16BE(at).toString(16);
    const prefix = this.#once(
      `network ${network}`,
      (digest) => `2001:db8:${part(digest, 0)}:${part(digest, 2)}`,
    );
    return this.#once(`address ${network}:${host}`, (digest) => {
      const own = [0, 2, 4, 6].map((at) => part(digest, at)).join(":");
      return `${prefix}:${own}`;
    });
  }

  /** The first that `make` gives and nothing else has. */
  #once(what: string, make: (digest: Buffer, attempt: number) => string): string {
    const known = this.#given.get(what);
    if (known !== undefined) return known;
    for (let attempt = 0; ; attempt += 1) {
      const made = make(this.#digest(what, attempt), attempt);
      if (this.#taken.has(made) || this.#reserved.has(made)) continue;
      this.#taken.add(made);
      this.#given.set(what, made);
      return made;
    }
  }

  #digest(what: string, attempt: number): Buffer {
    return createHmac("sha256", this.#key).update(`${attempt} ${what}`).digest();
  }
}

function letterOf(byte: number, at: number): string {
  const from = at % 2 === 0 ? consonants : vowels;
  return from.charAt(byte % from.length);
}

/** Network and host of an IPv6 address, written out the same however the address was (RFC 5952). */
function halves(address: string): [string, string] {
  const bare = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? address;
  const [left = "", right] = bare.split("::");
  const before = left === "" ? [] : left.split(":");
  const after = right === undefined || right === "" ? [] : right.split(":");
  const zeros = right === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...after];
  return [groups.slice(0, 4).join(":"), groups.slice(4).join(":")];
}
