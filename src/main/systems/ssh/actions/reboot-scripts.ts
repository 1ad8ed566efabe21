import { type Privilege, privilegeSection, readPrivilege } from "../../host-privilege.ts";
import { quoteForShell, scriptEnd, scriptPreamble, wholeScript } from "../../host-script.ts";
import type { Sections } from "../../host-sections.ts";
import { parseBootId, parseUptime } from "../parse/system.ts";
import { firstLines, plainWords } from "../parse/words.ts";

const bootIdSection = "file boot-id 256 /proc/sys/kernel/random/boot_id";

/** Sets `way` to the words of the command that reboots this host. */
const chooseWay = `
if has systemctl && [ -d /run/systemd/system ]; then way='systemctl reboot'
elif has shutdown; then way='shutdown -r now'
else way=reboot; fi
`.trim();

/** Reads what a reboot starts from; changes nothing. */
export function rebootProbeScript(mark: string): string {
  return wholeScript(
    [
      scriptPreamble(mark),
      bootIdSection,
      "file uptime 256 /proc/uptime",
      "if has who; then run who 16384 who; fi",
      chooseWay,
      privilegeSection,
      scriptEnd,
    ].join("\n"),
  );
}

export interface RebootStart {
  bootId: string | null;
  /** Seconds since boot. */
  uptime: number | null;
  /** Accounts with an open session, each once. */
  loggedIn: string[];
  privilege: Privilege;
}

/** Reads the answer of the probe script. */
export function readRebootStart(sections: Sections): RebootStart {
  const names = firstLines(sections.whole("who")?.body ?? "", 500).flatMap(
    (line) => plainWords(line.split(/\s/, 1)[0] ?? "", 64) ?? [],
  );
  return {
    bootId: readBootId(sections),
    uptime: parseUptime(sections.whole("uptime")?.body ?? ""),
    loggedIn: [...new Set(names)].slice(0, 50),
    privilege: readPrivilege(sections),
  };
}

/** Only the boot identifier. */
export function bootIdScript(mark: string): string {
  return wholeScript([scriptPreamble(mark), bootIdSection, scriptEnd].join("\n"));
}

export function readBootId(sections: Sections): string | null {
  return parseBootId(sections.whole("boot-id")?.body ?? "");
}

/**
 * Reboots the host, but only if it still runs the boot that was probed: the host itself compares, so that a reboot by
 * somebody else in between is not followed by a second one. Section `reboot` holds the command's words and status,
 * section `other-boot` says that nothing was done.
 */
export function rebootScript(mark: string, bootId: string): string {
  return wholeScript(
    [
      scriptPreamble(mark),
      `expected=${quoteForShell(bootId)}`,
      'if [ "$(cat /proc/sys/kernel/random/boot_id)" != "$expected" ]; then',
      "  begin other-boot",
      "  finish 0",
      "else",
      chooseWay,
      "  begin reboot",
      "  as_root $way </dev/null 2>&1",
      "  finish $?",
      "fi",
      scriptEnd,
    ].join("\n"),
  );
}

/** Reads the boot identifier and whether the host is on its way down (systemctl(1), is-system-running). */
export function rebootSettleScript(mark: string): string {
  return wholeScript(
    [
      scriptPreamble(mark),
      bootIdSection,
      "if has systemctl; then heavy running 256 5 systemctl is-system-running; fi",
      "if has systemctl; then heavy jobs 8192 5 systemctl list-jobs --no-legend --no-pager; fi",
      scriptEnd,
    ].join("\n"),
  );
}

/** Whether the answer of the settle script says that a shutdown is under way. */
export function isGoingDown(sections: Sections): boolean {
  const running = sections.whole("running")?.body.trim();
  return running === "stopping" || /\b(reboot|shutdown)\.target\b/.test(sections.whole("jobs")?.body ?? "");
}
