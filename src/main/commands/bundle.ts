import { text } from "../../shared/text.ts";
import { openBundle } from "./open-bundle.ts";
import { parseOptions, usageError } from "./options.ts";
import { inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const options = {
  estate: { type: "string" },
  identity: { type: "string" },
  json: { type: "boolean" },
} as const;

/**
 * `passerelle bundle make --estate F | check --estate F | show FILE --identity F`: makes the sealed bundle now, reads the
 * newest one again, or opens one and says what is in it (never a secret's value). Exit code 1 where it lacks a secret, is late
 * or is not there.
 */
export async function bundle(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, options);
  const [verb, file, ...more] = positionals;
  if (verb === "show" && file !== undefined && more.length === 0) {
    const { estate, secrets, missing, madeAt, workstation, journal } = await openBundle(
      file,
      values.identity,
    );
    const shown = {
      madeAt: new Date(madeAt).toISOString(),
      workstation,
      files: estate.files.map(({ path }) => path),
      secrets: Object.keys(secrets),
      missing,
      journal,
    };
    if (values.json) sayJson(shown);
    else for (const [key, value] of Object.entries(shown)) say(`${key}: ${listed(value)}`);
    return missing.length === 0 ? 0 : 1;
  }
  if ((verb !== "make" && verb !== "check") || file !== undefined) {
    throw usageError(
      text(
        "bundle takes make, check, or show and a file.",
        "bundle attend make, check, ou show et un fichier.",
      ),
    );
  }
  return withConsole(values, async ({ bundle: keeper }) => {
    if (verb === "make") await keeper.make();
    const { note, age, late, checkedAt } = await keeper.check();
    if (values.json) sayJson({ note, age, late, checkedAt });
    else if (note === null)
      say(inWords(terminalLanguage())(text("There is no bundle.", "Il n'y a pas de lot scellé.")));
    else
      say(
        `${note.file}  ${new Date(note.madeAt).toISOString()}  ${note.recipients.join(", ")}  ${note.sha256}`,
      );
    for (const reference of note?.missing ?? []) say(`- ${reference}`);
    return note === null || late || note.missing.length > 0 ? 1 : 0;
  });
}

function listed(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
