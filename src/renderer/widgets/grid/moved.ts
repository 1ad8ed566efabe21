/** Where a key leads among the rows of a grid, kept within them; undefined for a key that does not move. */
export function moved(
  key: string,
  { at, length, page }: { at: number; length: number; page: number },
): number | undefined {
  const moves: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: length - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.max(0, Math.min(length - 1, to));
}
