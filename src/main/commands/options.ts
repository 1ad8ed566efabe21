import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** A command line that cannot be understood; `words` says what is wrong with it. */
export function usageError(words: LocalText): OpsError {
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
    throw usageError(optionFault(thrown));
  }
}

/**
 * Who gives a command that changes something, where the estate tells rights by roles: `--as OPERATOR`, proven by
 * `--identity FILE`, the key that the console keeps, or ssh-agent.
 */
export const signInOptions = { as: { type: "string" }, identity: { type: "string" } } as const;

/** Says what is wrong with an option by its name alone: a value that was typed in the wrong place may be a secret. */
function optionFault(thrown: unknown): LocalText {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : "";
  const name = thrown instanceof Error ? /'(--?[A-Za-z][\w-]{0,40})/.exec(thrown.message)?.[1] : undefined;
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && name) {
    return text(`There is no option ${name} here.`, `L'option ${name} n'existe pas ici.`);
  }
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && name) {
    return text(
      `The option ${name} has a value where it takes none, or none where it takes one.`,
      `L'option ${name} a une valeur là où il n'en faut pas, ou n'en a pas là où il en faut une.`,
    );
  }
  return text("The options were not understood.", "Les options n'ont pas été comprises.");
}

/** Refuses words that a command has no use for. */
export function noFurtherWords(command: string, positionals: readonly string[]): void {
  if (positionals.length === 0) return;
  throw usageError(text(`${command} takes options only.`, `${command} n'attend que des options.`));
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
