/** A port number as it was typed; null when it is none within the bounds. */
export function portOf(words: string, least: number): number | null {
  if (!/^\d{1,5}$/.test(words.trim())) return null;
  const port = Number(words);
  return port >= least && port <= 65_535 ? port : null;
}
