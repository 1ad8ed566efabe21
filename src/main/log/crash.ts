import { closeSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { openPrivateFileSync } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import type { Redaction } from "../secrets/redaction.ts";
import { describeError } from "./log.ts";

/** Older crash files than these are removed. */
const keptCrashes = 20;

/** The part of `process` that crash handling uses; tests hand in their own. */
export interface CrashProcess {
  on(event: "uncaughtException" | "unhandledRejection", listener: (thrown: unknown) => void): unknown;
  off(event: "uncaughtException" | "unhandledRejection", listener: (thrown: unknown) => void): unknown;
  stderr: { write(words: string): unknown };
  exit(code: number): void;
}

/**
 * Takes over from Node when an error was caught nowhere: writes it, redacted, to a file in `crashes/` of the data
 * folder, to the log and to standard error, gives `close` up to two seconds to end what is open, and ends the process
 * with exit code 70 (EX_SOFTWARE of sysexits.h). Returns what takes the handlers away again.
 */
export function installCrashHandlers(options: {
  dataFolder: string;
  redaction: Redaction;
  logger: Logger;
  now(): number;
  close?(): Promise<void>;
  process?: CrashProcess;
}): () => void {
  const host: CrashProcess = options.process ?? process;
  let crashed = false;
  const onCrash = (thrown: unknown): void => {
    // A second error while the first is dealt with must not start over.
    if (crashed) return;
    crashed = true;
    const described = describeError(thrown);
    const words = options.redaction.text(JSON.stringify(described, null, 2));
    const file = writeCrash(options.dataFolder, options.now(), words);
    options.logger.fatal({ error: thrown }, "the console crashed");
    host.stderr.write(
      options.redaction.text(
        `Passerelle stopped on an error that was not foreseen (${String(described.type)}).\n${
          file === null ? "Its details could not be written down." : `Its details are in ${file}`
        }\n`,
      ),
    );
    const end = () => host.exit(70);
    if (!options.close) {
      end();
      return;
    }
    const limit = setTimeout(end, 2000);
    options.close().then(
      () => {
        clearTimeout(limit);
        end();
      },
      () => {
        clearTimeout(limit);
        end();
      },
    );
  };
  host.on("uncaughtException", onCrash);
  host.on("unhandledRejection", onCrash);
  return () => {
    host.off("uncaughtException", onCrash);
    host.off("unhandledRejection", onCrash);
  };
}

/** Writes one crash file, readable by its owner only; null when that is impossible. */
function writeCrash(dataFolder: string, at: number, words: string): string | null {
  const folder = join(dataFolder, "crashes");
  const file = join(folder, `crash-${new Date(at).toISOString().replaceAll(":", "-")}.json`);
  try {
    makePrivateFolder(folder);
    const descriptor = openPrivateFileSync(file, "make");
    try {
      writeFileSync(descriptor, `${words}\n`);
    } finally {
      closeSync(descriptor);
    }
    const crashes = readdirSync(folder).filter((name) => /^crash-.*\.json$/.test(name));
    for (const old of crashes.sort().slice(0, -keptCrashes)) rmSync(join(folder, old), { force: true });
    return file;
  } catch {
    return null;
  }
}
