import { type JournalVerdict, journalFilterSchema } from "../../shared/journal.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { readJournal } from "../journal/read-only.ts";
import { verifyJournal } from "../journal/verify.ts";
import { dataFolder, parseOptions, usageError } from "./options.ts";
import { inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";

/**
 * `passerelle journal list|verify`: reads the journal of the data folder without opening a console, also while one
 * runs. `verify` exits with 1 when the chain does not hold.
 */
export async function journal(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    json: { type: "boolean" },
    limit: { type: "string" },
    type: { type: "string" },
    subject: { type: "string" },
  });
  const folder = dataFolder(values.data);
  if (positionals[0] === "verify" && positionals.length === 1) return verify(folder, values.json === true);
  if (positionals[0] !== "list" || positionals.length !== 1) {
    throw usageError(text("journal takes list or verify.", "journal attend list ou verify."));
  }
  const filter = journalFilterSchema.safeParse({
    limit: values.limit === undefined ? 100 : Number(values.limit),
    types: values.type === undefined ? [] : [values.type],
    subject: values.subject ?? null,
  });
  if (!filter.success) {
    throw usageError(text("--limit is a number from 1 to 500.", "--limit est un nombre de 1 à 500."));
  }
  const events = readJournal(folder, filter.data);
  if (values.json) sayJson(events);
  else {
    for (const event of events) {
      const at = new Date(event.at).toISOString();
      say(`${event.sequence}  ${at}  ${event.actor}  ${event.type}  ${event.subject ?? ""}`.trimEnd());
    }
  }
  return 0;
}

async function verify(folder: string, json: boolean): Promise<number> {
  const verdict = await verifyJournal(folder);
  if (json) sayJson(verdict);
  else say(inWords(terminalLanguage())(verdictWords(verdict)));
  return verdict.intact ? 0 : 1;
}

const faultWords: Record<NonNullable<JournalVerdict["fault"]>, LocalText> = {
  changed: text("was changed", "a été modifié"),
  missing: text("is missing", "manque"),
  reordered: text("was moved", "a été déplacé"),
  unreadable: text("cannot be read", "est illisible"),
  truncated: text("was cut off", "a été tronqué"),
};

function verdictWords(verdict: JournalVerdict): LocalText {
  const { events, lastHash, brokenAt, fault } = verdict;
  if (fault === null) {
    return text(
      `The journal is intact: ${events} events, head ${lastHash}.`,
      `Le journal est intact : ${events} événements, dernier maillon ${lastHash}.`,
    );
  }
  const words = faultWords[fault];
  return text(
    `The journal is broken: event ${brokenAt ?? "?"} ${words.en}.`,
    `Le journal est rompu : l'événement ${brokenAt ?? "?"} ${words.fr}.`,
  );
}
