import { firstLines } from "./words.ts";

const unitName =
  /^[A-Za-z0-9:_.\\@-]{1,240}\.(service|socket|mount|automount|swap|target|path|timer|slice|scope|device)$/;

/**
 * The names of the failed units from `systemctl --failed --plain --no-legend` (systemctl(1)). Older versions put a
 * bullet in front in spite of `--plain`. Lines that are not units are passed over.
 */
export function parseFailedUnits(body: string): string[] {
  const names: string[] = [];
  for (const line of firstLines(body, 2000)) {
    const words = line.trim().split(/\s+/);
    const name = words.find((word) => unitName.test(word));
    if (name !== undefined && words.includes("failed") && !names.includes(name)) names.push(name);
  }
  return names;
}
