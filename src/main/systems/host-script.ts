import { randomBytes } from "node:crypto";

/**
 * The command that starts every script on a host. The script itself goes in on standard input: the account's login
 * shell (fish, csh …) never has to understand it, and the far side has accepted the start before the first byte of
 * the script leaves, so that a connection lost earlier has certainly changed nothing.
 */
export const shellCommand = "sh -s";

/** A 128-bit random word that no output of the host can contain by chance. */
export function newMark(): string {
  return `passerelle-${randomBytes(16).toString("hex")}`;
}

/** Quotes a word for a POSIX shell (XCU 2.2.2): whatever it holds, the shell reads it back unchanged. */
export function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Makes a script whole-or-nothing: its body is a function that is called by the very last line, so that a script
 * cut short on its way to the host does nothing at all.
 */
export function wholeScript(body: string): string {
  return `passerelle_main() {\n${body.trim()}\n}\npasserelle_main </dev/null\n`;
}

/**
 * Functions for scripts whose output `readSections` takes apart:
 * - `file NAME BYTES PATH`, `run NAME BYTES COMMAND…`: a section of at most so many bytes;
 * - `heavy NAME BYTES SECONDS COMMAND…`: the same for what may hang; left out where the host has no usable timeout;
 * - `begin NAME`, `finish STATUS`: a section made by hand;
 * - `as_root COMMAND…`: as it is for root, else through sudo without ever asking for a password.
 * The status line of a section that is cut off by `head` is missing, which is how truncation is noticed.
 */
export function scriptPreamble(mark: string): string {
  return String.raw`
LC_ALL=C
export LC_ALL
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH
mark=${mark}
limited=no
if timeout -s KILL 2 true >/dev/null 2>&1; then limited=yes; fi
user=$(id -u 2>/dev/null)
begin() { printf '\n%s begin %s\n' "$mark" "$1"; }
finish() { printf '\n%s status %s\n%s end\n' "$mark" "$1" "$mark"; }
run() {
  begin "$1"
  bytes=$2
  shift 2
  { "$@" </dev/null 2>/dev/null; printf '\n%s status %s\n' "$mark" "$?"; } | head -c "$bytes"
  printf '\n%s end\n' "$mark"
}
file() { if [ -r "$3" ]; then run "$1" "$2" cat "$3"; fi; }
heavy() {
  if [ "$limited" = no ]; then return 0; fi
  title=$1
  size=$2
  seconds=$3
  shift 3
  run "$title" "$size" timeout -s KILL "$seconds" "$@"
}
has() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$user" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
`.trim();
}

/** The last line of a sectioned script: shows that it ran to its end. */
export const scriptEnd = String.raw`printf '\n%s complete\n' "$mark"`;
