import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** The third-party program that a test runs against, for the table of `npm run test:real`. */
    counterpart?: { name: string; version: string | null; absent: string | null };
  }
}

/** What was found of a counterpart: its version, or the reason why it cannot be had. */
export type Found = { version: string } | { absent: string };

/**
 * Declares that `tests` run against the third-party program `name`. When it was not found they are all skipped, with
 * the reason, and so they show in the table and in the closing summary.
 */
export function describeCounterpart(name: string, found: Found, tests: () => void): void {
  const version = "version" in found ? found.version : null;
  const absent = "absent" in found ? found.absent : null;
  describe(name, { skip: absent !== null, meta: { counterpart: { name, version, absent } } }, () => tests());
}

/** Where a program is, in PATH or among the system's own; null when it is not there. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin"];
  for (const folder of folders.filter((entry) => entry !== "")) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * Looks for all of `programs`, then asks the first one for its version: the first group of `pattern` in what it says
 * on either stream when it is run with `versionArguments`.
 */
export function findCounterpart(
  programs: [string, ...string[]],
  versionArguments: string[],
  pattern: RegExp,
): Found {
  const missing = programs.filter((program) => findProgram(program) === null);
  if (missing.length > 0) return { absent: `${missing.join(", ")} not installed` };
  const asked = spawnSync(findProgram(programs[0]) ?? programs[0], versionArguments, {
    encoding: "utf8",
    timeout: 10_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const version = pattern.exec(`${asked.stdout ?? ""}\n${asked.stderr ?? ""}`)?.[1];
  return version === undefined ? { absent: `${programs[0]} does not tell its version` } : { version };
}
