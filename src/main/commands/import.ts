import { readFile } from "node:fs/promises";
import { OpsError } from "../../shared/errors.ts";
import type { MachineListAnswer } from "../../shared/estate-state.ts";
import { identifierSchema } from "../../shared/estate-words.ts";
import { text } from "../../shared/text.ts";
import { listAnswer, storeListSecrets } from "../contract/machine-list.ts";
import { readMachineList } from "../estate/machine-list/read.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { complain, inWords, say, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

/**
 * `passerelle import LIST`: prints a list of AMT machines as a system of the estate file, and on standard error what
 * was left out. With `--store-secrets` and `--estate` the passwords in the list are stored; they are printed nowhere.
 * Exit code 0 when every machine was taken, else 1.
 */
export async function importList(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    ...signInOptions,
    system: { type: "string" },
    via: { type: "string" },
    site: { type: "string" },
    "store-secrets": { type: "boolean" },
  });
  const [path] = positionals;
  if (!path || positionals.length > 1) {
    throw usageError(text("import takes one list.", "import attend une liste."));
  }
  const target = {
    system: identifier("system", values.system) ?? "remote-hands",
    via: identifier("via", values.via),
    site: identifier("site", values.site),
  };
  const list = readMachineList(await readWords(path));
  const stored = values["store-secrets"]
    ? await withConsole(values, (parts) => storeListSecrets(parts, list), { needs: "disrupt" })
    : 0;
  return print(listAnswer(list, target, stored));
}

/** What would not be an identifier in the estate file is refused before anything is stored. */
function identifier(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (identifierSchema.safeParse(value).success) return value;
  throw usageError(
    text(`--${option} takes an identifier of the estate.`, `--${option} attend un identifiant du parc.`),
  );
}

async function readWords(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    throw new OpsError({
      code: "estate.list-unreadable",
      system: "cli",
      message: text(`The list ${path} cannot be read.`, `La liste ${path} ne peut pas être lue.`),
      hint: text("Check its name and your rights on it.", "Vérifiez son nom et vos droits sur ce fichier."),
      cause: thrown,
    });
  }
}

function print({ yaml, faults, secrets, stored }: MachineListAnswer): number {
  const pick = inWords(terminalLanguage());
  if (yaml !== "") say(yaml.trimEnd());
  for (const fault of faults) complain(`${fault.line}: ${pick(fault.text)}`);
  if (secrets.length > stored) complain(pick(notStored(secrets.length)));
  return faults.length === 0 ? 0 : 1;
}

function notStored(count: number) {
  return text(
    `The list carries ${count} passwords, which were not stored: add them as secrets, or use --store-secrets.`,
    `La liste contient ${count} mots de passe, qui n'ont pas été enregistrés : ajoutez-les comme secrets, ou utilisez --store-secrets.`,
  );
}
