import { firstLines, plainNumber } from "./words.ts";

/** Memory in bytes; each is null when the kernel does not say (MemAvailable is missing before Linux 3.14). */
export interface Memory {
  total: number | null;
  available: number | null;
  swapTotal: number | null;
  swapFree: number | null;
}

/** Reads /proc/meminfo (proc_meminfo(5)); null when it holds none of the wanted lines. */
export function parseMeminfo(body: string): Memory | null {
  const bytes = new Map<string, number>();
  for (const line of firstLines(body, 500)) {
    const match = /^(\w+):\s+(\d+) kB$/.exec(line.trim());
    const kibibytes = plainNumber(match?.[2]);
    if (match?.[1] !== undefined && kibibytes !== null && Number.isSafeInteger(kibibytes * 1024)) {
      bytes.set(match[1], kibibytes * 1024);
    }
  }
  const total = bytes.get("MemTotal") ?? null;
  const swapTotal = bytes.get("SwapTotal") ?? null;
  const memory: Memory = {
    total: total === 0 ? null : total,
    available: atMost(bytes.get("MemAvailable"), total),
    swapTotal,
    swapFree: atMost(bytes.get("SwapFree"), swapTotal),
  };
  return Object.values(memory).some((value) => value !== null) ? memory : null;
}

/** A part that is larger than its whole is not believed. */
function atMost(part: number | undefined, whole: number | null): number | null {
  return part === undefined || whole === null || part > whole ? null : part;
}
