import type { Comparison } from "../../shared/evidence.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { comparePassages } from "../pra/compare.ts";
import { durationWords } from "../procedures/report/words.ts";
import { dataFolder, usageError } from "./options.ts";
import { readRunJournal } from "./run-journal.ts";
import { inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";

/**
 * `passerelle pra compare ONE OTHER`: two passages of a plan side by side, from the journal of the data folder alone.
 * Prints what differs. Exit code 1 when something failed, is gone or was skipped in the later one, and was not before.
 */
export async function praCompare(
  passages: readonly string[],
  options: { data?: string | undefined; json?: boolean | undefined },
): Promise<number> {
  const [one, other, ...more] = passages;
  if (one === undefined || other === undefined || more.length > 0) {
    throw usageError(
      text("pra compare takes two passages of a plan.", "pra compare attend deux passages d'un plan."),
    );
  }
  const compared = comparePassages(readRunJournal(dataFolder(options.data)), one, other, Date.now());
  if (options.json) sayJson(compared);
  else sayComparison(compared);
  const worse = compared.steps.some(({ difference }) => grave.has(difference));
  return worse ? 1 : 0;
}

const grave: ReadonlySet<string> = new Set(["failed", "gone", "skipped"]);

function sayComparison({ one, other, tiers, losses, phases, steps }: Comparison): void {
  const pick = inWords(terminalLanguage());
  const long = (value: number | null) => (value === null ? "-" : pick(durationWords(value)));
  for (const { id, mode, direction, startedAt, status, took } of [one, other]) {
    const at = startedAt === null ? "-" : new Date(startedAt).toISOString();
    say(`${id}  ${mode ?? "-"} ${direction ?? "-"}  ${at}  ${status}  ${long(took)}`);
  }
  const line = (table: LocalText, { id, title, difference, one, other }: Comparison["steps"][number]) =>
    say(
      `${pick(table)}  ${difference}  ${id}  ${pick(title)}: ${one?.state ?? "-"} ${long(one?.took ?? null)} → ${other?.state ?? "-"} ${long(other?.took ?? null)}`,
    );
  for (const each of tiers) line(text("tier", "niveau"), each);
  for (const each of losses) line(text("data lost", "données perdues"), each);
  for (const each of phases) line(text("phase", "phase"), each);
  for (const each of steps) if (each.difference !== "same") line(text("step", "étape"), each);
}
