import { firstLines, plainNumber, plainWords } from "./words.ts";

/** The name of the operating system from /etc/os-release (os-release(5)); null when it gives none. */
export function parseOsRelease(body: string): string | null {
  const values = new Map<string, string>();
  for (const line of firstLines(body, 200)) {
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], unquote(match[2]));
  }
  const named = values.get("PRETTY_NAME");
  if (named) return plainWords(named);
  const name = values.get("NAME");
  return name ? plainWords(`${name} ${values.get("VERSION_ID") ?? ""}`) : null;
}

/** Takes shell quotes off a value as os-release(5) allows them. */
function unquote(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return (match?.[2] ?? value).replaceAll(/\\(["'$`\\])/g, "$1");
}

export interface KernelNames {
  hostname: string;
  kernel: string;
  architecture: string;
}

/** The answer of `uname -snrm`: system, node name, release and machine in one line; null when it is not that. */
export function parseUname(body: string): KernelNames | null {
  for (const line of firstLines(body, 20)) {
    const match = /^(\S+) (\S+) (\S+) (\S+)$/.exec(line.trim());
    if (!match) continue;
    const hostname = plainWords(match[2] ?? "", 255);
    const kernel = plainWords(match[3] ?? "", 100);
    const architecture = plainWords(match[4] ?? "", 40);
    if (hostname && kernel && architecture) return { hostname, kernel, architecture };
  }
  return null;
}

/** The kernel's random boot identifier (random(4)), a UUID in lower case; null when it is not one. */
export function parseBootId(body: string): string | null {
  const match = /^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$/i.exec(body.slice(0, 200));
  return match?.[1]?.toLowerCase() ?? null;
}

/** Seconds since boot from /proc/uptime (proc_uptime(5)). */
export function parseUptime(body: string): number | null {
  return plainNumber(body.trim().split(/\s+/, 1)[0]);
}

/** The three load averages of /proc/loadavg (proc_loadavg(5)). */
export function parseLoad(body: string): { one: number; five: number; fifteen: number } | null {
  const [one, five, fifteen] = body.trim().split(/\s+/, 3).map(plainNumber);
  if (one === null || one === undefined) return null;
  if (five === null || five === undefined || fifteen === null || fifteen === undefined) return null;
  return { one, five, fifteen };
}

/** The number that `nproc` prints; null below one. */
export function parseProcessors(body: string): number | null {
  const count = plainNumber(body.trim());
  return count !== null && Number.isInteger(count) && count >= 1 && count <= 65_536 ? count : null;
}
