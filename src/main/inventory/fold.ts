/** Words as they are compared: without case and accents. */
export function fold(words: string): string {
  const lower = words.toLowerCase();
  return /^[\n -~]*$/.test(lower) ? lower : lower.normalize("NFD").replace(/\p{M}/gu, "");
}

/** A key whose plain order is the order people expect: "web-2" before "web-10", "Évry" beside "Evry". */
export function naturalKey(words: string): string {
  const known = keys.get(words);
  if (known !== undefined) return known;
  const key = fold(words.slice(0, 200)).replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  if (keys.size >= mostKeys) keys.clear();
  keys.set(words, key);
  return key;
}

/** Thousands of hosts share a few names of systems and kernels; sorting by them asks for the same keys again. */
const mostKeys = 4096;
const keys = new Map<string, string>();
