import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/** A command line that cannot be understood; `words` says what is wrong with it. */
export function usageError(words: { en: string; fr: string }): OpsError {
  return new OpsError({
    code: "cli.usage",
    system: "cli",
    message: words,
    hint: text("See `passerelle help`.", "Voir `passerelle help`."),
  });
}

/** Parses the words after a command; an unknown option is a usage error, never ignored. */
export function parseOptions<Options extends NonNullable<ParseArgsConfig["options"]>>(
  words: string[],
  options: Options,
) {
  try {
    return parseArgs({
      args: words,
      options: { ...options, data: { type: "string" } } as Options & { data: { type: "string" } },
      allowPositionals: true,
      strict: true,
    });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split("\n")[0] : "";
    throw usageError({ en: `${reason}`, fr: `Option incorrecte : ${reason}` });
  }
}

/** Where journal, known hosts and last good estate live: --data, PASSERELLE_DATA or the platform's place. */
export function dataFolder(option: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? environment.PASSERELLE_DATA;
  if (named) return resolve(named);
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "Passerelle");
  if (process.platform === "win32") {
    return join(environment.APPDATA ?? join(homedir(), "AppData", "Roaming"), "Passerelle");
  }
  return join(environment.XDG_DATA_HOME || join(homedir(), ".local", "share"), "passerelle");
}

/** The estate file or folder named on the command line; throws a usage error when there is none. */
export function estatePath(option: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? environment.PASSERELLE_ESTATE;
  if (!named) {
    throw usageError(
      text(
        "No estate was named: give --estate FILE or set PASSERELLE_ESTATE.",
        "Aucun parc n'est indiqué : donnez --estate FICHIER ou définissez PASSERELLE_ESTATE.",
      ),
    );
  }
  return resolve(named);
}
