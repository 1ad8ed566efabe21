/** Words as they are compared: without case and accents. */
export function fold(words: string): string {
  const lower = words.toLowerCase();
  return /^[ -~]*$/.test(lower) ? lower : lower.normalize("NFD").replace(/\p{M}/gu, "");
}

/** A key whose plain order is the order people expect: "web-2" before "web-10", "Évry" beside "Evry". */
export function naturalKey(words: string): string {
  return fold(words.slice(0, 200)).replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
