/** What a policy demands to be kept, as far as its words say it. */
export interface Retention {
  /** How far back restore points are to go, in milliseconds; null where only a number of them is said. */
  keepFor: number | null;
  /** The time between two of the points that go back so far, in milliseconds. */
  step: number;
  /** How many of the newest are kept, whatever their age. */
  last: number | null;
}

const day = 86_400_000;
const steps: Readonly<Record<string, number>> = {
  hourly: 3_600_000,
  daily: day,
  weekly: 7 * day,
  monthly: 30 * day,
  yearly: 365 * day,
};
const part = /^(?:keep-([a-z]+)=(\d{1,6})|(\d{1,6}) ([a-z]+))$/;

/**
 * Reads what is kept by count: `keep-last=3,keep-daily=7` as Proxmox VE writes it (vzdump(1), prune-backups), `7 daily, 4
 * weekly` as Kasten's policies have it. The longest of the periods counts, a month as thirty days. Null for other words, and
 * where everything is kept.
 */
export function readRetention(words: string | null): Retention | null {
  const read: Retention = { keepFor: null, step: 0, last: null };
  for (const piece of words?.split(",") ?? []) {
    const [, key, count, amount, unit] = part.exec(piece.trim()) ?? [];
    const many = Number(count ?? amount ?? 0);
    const period = key ?? unit ?? "";
    if (many === 0) continue;
    if (period === "last") read.last = Math.max(read.last ?? 0, many);
    const step = Object.hasOwn(steps, period) ? steps[period] : undefined;
    if (step === undefined || many * step <= (read.keepFor ?? 0)) continue;
    read.keepFor = many * step;
    read.step = step;
  }
  return read.keepFor === null && read.last === null ? null : read;
}
