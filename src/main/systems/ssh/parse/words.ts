/**
 * Words from a host made fit for a screen: without control characters, terminal escapes or marks that turn the
 * writing direction, on one line, at most `length` characters. Null when nothing is left.
 */
export function plainWords(words: string, length = 200): string | null {
  const plain = words
    .slice(0, length * 4)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  if (plain === "") return null;
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain;
}

/** A non-negative number written in decimal digits, below 2^53; null for anything else. */
export function plainNumber(words: string | undefined): number | null {
  if (words === undefined || !/^\d{1,16}(\.\d{1,9})?$/.test(words)) return null;
  const value = Number(words);
  return value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** The first `most` lines; what a host prints is never gone through without an end. */
export function firstLines(body: string, most = 5000): string[] {
  return body.split("\n", most);
}
