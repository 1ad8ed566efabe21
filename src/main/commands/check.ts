import { text } from "../../shared/text.ts";
import { checkEstate } from "../estate/check.ts";
import { readBuiltInProcedures } from "../procedures/definition/built-in.ts";
import { proceduresCheck } from "../procedures-check.ts";
import { systemConfigs } from "../system-definitions.ts";
import { parseOptions, usageError } from "./options.ts";
import { inWords, say, terminalLanguage } from "./terminal-words.ts";

/** `passerelle check ESTATE`: prints every fault, and what is advised, as `file:line:column …`; exit code 0 when there is no fault, else 1. */
export async function check(words: string[]): Promise<number> {
  const { positionals } = parseOptions(words, {});
  const [path] = positionals;
  if (!path || positionals.length > 1) {
    throw usageError(text("check takes one file or folder.", "check attend un fichier ou un dossier."));
  }
  const { procedures } = await readBuiltInProcedures();
  const furtherCheck = proceduresCheck(procedures);
  const { lines, valid, advice } = await checkEstate(path, systemConfigs, terminalLanguage(), furtherCheck);
  for (const line of lines) say(line);
  for (const line of advice) say(inWords(terminalLanguage())(text(`advice: ${line}`, `conseil : ${line}`)));
  if (valid) say(inWords(terminalLanguage())(text(`${path}: no fault`, `${path} : aucune erreur`)));
  return valid ? 0 : 1;
}
