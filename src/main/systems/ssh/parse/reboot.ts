import { firstLines, plainWords } from "./words.ts";

/** Whether a host wants a reboot, and for which packages or kernel. */
export interface RebootNeed {
  needed: boolean;
  reasons: string[];
}

interface Signs {
  /** Body of the reboot-required section: `required` and the packages that asked for it. */
  flag: string | null;
  running: string | null;
  /** Listings of /boot and /lib/modules. */
  boot: string | null;
  modules: string | null;
  /** Body and exit status of needs-restarting. */
  needsRestarting: { body: string; status: number | null } | null;
}

/**
 * Any sign that says yes decides; "no" is only said when a sign speaks for it (the running kernel is the newest, or
 * the package manager denies it). Null: nothing says anything.
 */
export function judgeReboot(signs: Signs): RebootNeed | null {
  const reasons: string[] = [];
  const flag = firstLines(signs.flag ?? "", 200).map((line) => line.trim());
  const flagged = flag.includes("required");
  if (flagged) {
    for (const line of flag) {
      const name = plainWords(line, 100);
      if (name !== null && name !== "required" && !reasons.includes(name)) reasons.push(name);
    }
  }
  const newest = signs.running === null ? null : newestKernel(signs.running, signs.boot, signs.modules);
  const outdated = newest !== null && newest !== signs.running;
  if (outdated && !reasons.some((reason) => reason.includes(newest))) reasons.push(`linux ${newest}`);
  const restart = signs.needsRestarting ? readNeedsRestarting(signs.needsRestarting) : null;
  if (flagged || outdated || restart === true) return { needed: true, reasons: reasons.slice(0, 20) };
  return newest !== null || restart === false ? { needed: false, reasons: [] } : null;
}

/** The plugin ends with 1 both when a reboot is due and when it is not installed; its words tell them apart. */
function readNeedsRestarting(answer: { body: string; status: number | null }): boolean | null {
  if (answer.status === 0) return false;
  return answer.status === 1 && /\bReboot is required\b/i.test(answer.body) ? true : null;
}

/**
 * The newest installed kernel of the running one's flavour; the running one itself when none is newer, null when
 * it is unknown what is installed. /boot is believed before /lib/modules, where removed kernels leave folders behind.
 */
function newestKernel(running: string, boot: string | null, modules: string | null): string | null {
  const images = firstLines(boot ?? "", 500).flatMap((line) => {
    const match = /^vmlinu[xz]-(\d[\w.+~-]{2,80})$/.exec(line.trim());
    return match?.[1] === undefined ? [] : [match[1]];
  });
  const folders = firstLines(modules ?? "", 500).filter((line) => /^\d[\w.+~-]{2,80}$/.test(line.trim()));
  const installed = (images.length > 0 ? images : folders.map((line) => line.trim())).filter(
    (version) => flavour(version) === flavour(running),
  );
  const newest = installed.reduce<string | null>(
    (best, version) => (best === null || compareVersions(version, best) > 0 ? version : best),
    null,
  );
  if (newest === null) return null;
  const order = compareVersions(newest, running);
  if (order > 0) return newest;
  return installed.includes(running) ? running : null;
}

function flavour(version: string): string {
  return /[-.]([A-Za-z][\w+-]*)$/.exec(version)?.[1] ?? "";
}

/** Compares versions part by part, digits as numbers and words as words; a longer one is newer. */
export function compareVersions(left: string, right: string): number {
  const leftParts = left.match(/\d+|[A-Za-z]+/g) ?? [];
  const rightParts = right.match(/\d+|[A-Za-z]+/g) ?? [];
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index += 1) {
    const a = leftParts[index];
    const b = rightParts[index];
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
    const numeric = /^\d/.test(a) && /^\d/.test(b);
    const order = numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
    if (order !== 0) return order;
  }
  return 0;
}
