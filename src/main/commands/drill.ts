import writeFileAtomic from "write-file-atomic";
import { OpsError } from "../../shared/errors.ts";
import type { EstateCopy } from "../../shared/estate-copy.ts";
import { text } from "../../shared/text.ts";
import type { ConsoleParts } from "../console.ts";
import { makeCopy } from "../drill/copying/make-copy.ts";
import { noFurtherWords, parseOptions, usageError } from "./options.ts";
import { complain, inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const observingLimit = 60_000;

/**
 * `passerelle drill copy`: reads everything once and writes the copy of the estate that a drill is made on. Exit code 0 when
 * it was written, also where the lab cannot show everything; what is left out is told.
 */
export async function drill(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    out: { type: "string" },
    json: { type: "boolean" },
  });
  const [verb, ...more] = positionals;
  const out = values.out;
  if (verb !== "copy" || out === undefined) {
    throw usageError(text("drill takes copy and --out FILE.", "drill attend copy et --out FICHIER."));
  }
  noFurtherWords("drill copy", more);
  const copy = await withConsole(values, copyOf);
  await keep(out, copy);
  if (values.json) sayJson({ copy: out, leftOut: copy.leftOut });
  else sayCopy(out, copy);
  return 0;
}

/** The copy of what is known once everything was read, as far as it can be reached. */
async function copyOf({ fleet, inventory, estate }: ConsoleParts, signal: AbortSignal): Promise<EstateCopy> {
  await fleet.observeAll(AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]));
  signal.throwIfAborted();
  if (estate.estate === null) throw noEstate();
  return makeCopy({ estate: estate.estate, resources: inventory.all() }, Date.now());
}

async function keep(out: string, copy: EstateCopy): Promise<void> {
  try {
    await writeFileAtomic(out, `${JSON.stringify(copy, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new OpsError({
      code: "drill.copy-not-kept",
      system: "drill",
      message: text(
        `The copy could not be written to ${out}.`,
        `La copie n'a pas pu être écrite dans ${out}.`,
      ),
      hint: text(
        "Name a file in a folder that you may write to.",
        "Indiquez un fichier d'un dossier où vous pouvez écrire.",
      ),
      cause,
    });
  }
}

function sayCopy(out: string, { systems, leftOut }: EstateCopy): void {
  const pick = inWords(terminalLanguage());
  for (const [id, { type }] of Object.entries(systems)) say(`${id}  ${type}`);
  const say2 = (words: string, en: string, fr: string) => complain(`${pick(text(en, fr))}: ${words}`);
  for (const { id, type } of leftOut.systems) say2(`${id} (${type})`, "left out", "laissé de côté");
  for (const id of leftOut.resources) say2(id, "left out", "laissé de côté");
  for (const { procedure, step } of leftOut.steps)
    say2(`${procedure}/${step}`, "step left out", "étape laissée de côté");
  say(out);
}

function noEstate(): OpsError {
  return new OpsError({
    code: "drill.no-estate",
    system: "drill",
    message: text("There is no estate in force to be copied.", "Aucun parc en vigueur ne peut être copié."),
    hint: text("Mend the estate file first.", "Corrigez d'abord le fichier de parc."),
  });
}
