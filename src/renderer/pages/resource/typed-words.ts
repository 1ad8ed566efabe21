/** Whether a text has every word that was typed; case and accents aside. */
export function hasWords(searched: string, typed: string): boolean {
  const whole = folded(searched);
  return folded(typed)
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

function folded(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
