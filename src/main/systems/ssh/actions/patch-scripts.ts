import { privilegeSection } from "../../host-privilege.ts";
import { quoteForShell, scriptEnd, scriptPreamble, wholeScript } from "../../host-script.ts";
import type { Sections } from "../../host-sections.ts";
import type { PackageManager } from "../parse/updates.ts";

/** The command for which sudo is asked, by manager. */
const ways: Record<PackageManager, string> = {
  apt: "env apt-get upgrade",
  dnf: "dnf upgrade",
  apk: "apk upgrade",
  pacman: "pacman -Syu",
};

/**
 * What brings every package to its newest version without a question. A configuration file that was changed on the
 * host is kept (dpkg(1), --force-confold); another package manager at work is waited for.
 */
const upgrades: Record<PackageManager, string> = {
  apt: `
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 update &&
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --with-new-pkgs upgrade`,
  dnf: `
  if has dnf; then as_root dnf -y --refresh upgrade
  else as_root yum -y update; fi`,
  apk: "  as_root apk upgrade -U",
  pacman: "  as_root pacman -Syu --noconfirm",
};

/** The part of a probe that asks whether this account may patch the host. */
export function patchProbeScript(mark: string, manager: PackageManager): string {
  const way = manager === "dnf" ? "if has dnf; then way='dnf upgrade'; else way='yum update'; fi" : null;
  return wholeScript(
    [scriptPreamble(mark), way ?? `way=${quoteForShell(ways[manager])}`, privilegeSection, scriptEnd].join(
      "\n",
    ),
  );
}

/**
 * Applies the pending updates; exits with the package manager's status. The reader at the end of the pipe never goes
 * away: when the connection breaks it drops the words, and a package manager half-way through is not killed by its
 * own output.
 */
export function patchScript(mark: string, manager: PackageManager): string {
  return wholeScript(
    [
      scriptPreamble(mark),
      "trap '' HUP PIPE",
      `upgrade() {\n${upgrades[manager]}\n}`,
      String.raw`{ upgrade; echo "$mark status $?"; } </dev/null 2>&1 | {
  result=255
  while IFS= read -r line; do
    case $line in
      "$mark status "*) result=${"$"}{line##* } ;;
      *) printf '%s\n' "$line" 2>/dev/null ;;
    esac
  done
  exit "$result"
}`,
    ].join("\n"),
  );
}

/** Reads whether a package manager is at work on the host, from the names of the running processes. */
export function patchSettleScript(mark: string): string {
  return wholeScript(
    [
      scriptPreamble(mark),
      "begin processes",
      "cat /proc/[0-9]*/comm 2>/dev/null | head -c 262144",
      "finish 0",
      scriptEnd,
    ].join("\n"),
  );
}

/** Whether the answer of the settle script names a package manager. */
export function isPackageManagerRunning(sections: Sections): boolean {
  const names = (sections.whole("processes")?.body ?? "").split("\n");
  return names.some((name) =>
    /^(apt-get|apt|dpkg|unattended-upgr|dnf|dnf-3|dnf5|yum|rpm|apk|pacman)$/.test(name),
  );
}
