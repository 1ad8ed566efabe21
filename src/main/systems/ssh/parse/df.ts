import { firstLines, plainNumber, plainWords } from "./words.ts";

/** A mounted local file system; sizes in bytes, `usedPercent` as `df` counts it: of what users may fill, rounded up. */
export interface FileSystem {
  place: string;
  source: string;
  /** Null when the mount table was not read. */
  type: string | null;
  total: number;
  used: number;
  available: number;
  usedPercent: number;
}

/** Never full or always full by nature, in memory, or another host's: none of them fills up by itself. */
const ignoredTypes =
  /^(tmpfs|devtmpfs|ramfs|squashfs|erofs|iso9660|udf|overlay|aufs|proc|sysfs|cgroup2?|efivarfs|nsfs|autofs|nfs4?|cifs|smb3|9p|ceph|glusterfs|fuse\..*)$/;

/** Mount points and their types from /proc/mounts (proc_pid_mounts(5)), the topmost mount of each place. */
export function parseMounts(body: string): Map<string, string> {
  const types = new Map<string, string>();
  for (const line of firstLines(body)) {
    const [, place, type, options] = line.split(" ");
    if (place?.startsWith("/") && type && options !== undefined) types.set(unescapePlace(place), type);
  }
  return types;
}

/** Undoes the octal escapes of blanks and backslashes in mount points. */
function unescapePlace(place: string): string {
  return place.replaceAll(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/**
 * Reads `df -P -k` (POSIX format). The root is kept whatever its type, for a container's is an overlay. Without the
 * mount table only what lies on a device file is kept. Each place appears once.
 */
export function parseDf(body: string, types: ReadonlyMap<string, string> | null): FileSystem[] {
  const found = new Map<string, FileSystem>();
  for (const line of firstLines(body)) {
    const match = /^(\S.*?)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/.exec(line.slice(0, 1000).trimEnd());
    if (!match) continue;
    const source = plainWords(match[1] ?? "");
    const place = plainWords(match[5] ?? "");
    const [total, used, available] = [match[2], match[3], match[4]].map(plainNumber);
    if (!source || !place || !total || typeof used !== "number" || typeof available !== "number") continue;
    if (used > total || available > total || used + available === 0) continue;
    const type = types?.get(place) ?? null;
    const ignored = type === null ? !/^\/dev\/(?!loop)/.test(source) : ignoredTypes.test(type);
    if (ignored && place !== "/") continue;
    found.set(place, {
      place,
      source,
      type: type === null ? null : plainWords(type, 40),
      total: total * 1024,
      used: used * 1024,
      available: available * 1024,
      usedPercent: Math.ceil((used * 100) / (used + available)),
    });
  }
  return [...found.values()];
}
