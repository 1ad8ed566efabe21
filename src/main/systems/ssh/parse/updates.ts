import { firstLines } from "./words.ts";

/** Package managers that the console knows how to ask and to drive. */
export const packageManagers = ["apt", "dnf", "apk", "pacman"] as const;
export type PackageManager = (typeof packageManagers)[number];

/** How many packages wait; `security` is null where the manager does not tell them apart. */
export interface Updates {
  pending: number;
  security: number | null;
}

/** The first manager that the host named, in the order in which the script looks for them. */
export function parsePackageManager(body: string): PackageManager | null {
  const commands = new Map<string, PackageManager>([
    ["apt-get", "apt"],
    ["dnf", "dnf"],
    ["yum", "dnf"],
    ["apk", "apk"],
    ["pacman", "pacman"],
  ]);
  for (const line of firstLines(body, 20)) {
    const manager = commands.get(line.trim());
    if (manager) return manager;
  }
  return null;
}

/**
 * Reads `apt-get -s upgrade` (apt-get(8)): one `Inst name [old] (new origin)` line a package, where a package that is
 * new has no old version and is not counted. Null when the simulation did not come to its summary line.
 */
export function parseApt(body: string): Updates | null {
  const lines = firstLines(body, 50_000);
  const summary = /^\d+ upgraded, \d+ newly installed, \d+ to remove and \d+ not upgraded\.$/;
  if (!lines.some((line) => summary.test(line.trim()))) return null;
  const installed = lines.filter((line) => /^Inst \S+ \[[^\]]+\] \(/.test(line));
  const security = installed.filter((line) =>
    /^Inst \S+ \[[^\]]+\] \([^)]*(-security\b|Debian-Security:)/i.test(line),
  );
  return { pending: installed.length, security: security.length };
}

/**
 * Counts the packages of `dnf check-update` (dnf(8)), up to the list of obsoleted ones. The exit status decides: 100
 * with packages, 0 without any; everything else is unknown.
 */
export function countDnf(body: string, status: number | null): number | null {
  if (status === 0) return 0;
  if (status !== 100) return null;
  const names = new Set<string>();
  for (const line of firstLines(body, 50_000)) {
    if (/^Obsoleting /.test(line)) break;
    const match = /^(\S+\.(?:noarch|x86_64|i[3-6]86|aarch64|armv7hl|ppc64le|s390x|riscv64))\s+\S+\s+\S+/.exec(
      line,
    );
    if (match?.[1] !== undefined) names.add(match[1]);
  }
  return names.size > 0 ? names.size : null;
}

/** Counts the lines of `apk version -l '<'` (apk-version(8)); null when its heading is missing. */
export function countApk(body: string, status: number | null): number | null {
  const lines = firstLines(body, 50_000);
  if (status !== 0 || !lines.some((line) => /^Installed:\s+Available:/.test(line.trim()))) return null;
  return lines.filter((line) => /^\S+\s+<\s+\S+/.test(line)).length;
}

/** Counts the lines of `pacman -Qu` (pacman(8)), which ends with 1 when there are none; ignored ones do not count. */
export function countPacman(body: string, status: number | null): number | null {
  const found = firstLines(body, 50_000).filter((line) => /^\S+ \S+ -> \S+$/.test(line.trim())).length;
  if (status === 0) return found;
  return status === 1 && body.trim() === "" ? 0 : null;
}
