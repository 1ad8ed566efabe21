/**
 * A stream of numbers that is the same for the same seed and label on every machine (SplitMix32). Not for secrets.
 */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Lower-case hexadecimal digits. */
  hexadecimal(digits: number): string;
  /** An identifier of version 4 (RFC 9562), as the kernel's boot identifier is. */
  uuid(): string;
}

/** Makes a stream for one purpose, so that drawing more for one thing does not move all the others. */
export function randomFor(seed: number, label: string): Random {
  let state = seed >>> 0;
  for (const character of label) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;

  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const hexadecimal = (digits: number): string =>
    Array.from({ length: digits }, () => between(0, 15).toString(16)).join("");

  return {
    next,
    between,
    hexadecimal,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    uuid: () =>
      [
        hexadecimal(8),
        hexadecimal(4),
        `4${hexadecimal(3)}`,
        `${between(8, 11).toString(16)}${hexadecimal(3)}`,
        hexadecimal(12),
      ].join("-"),
  };
}
