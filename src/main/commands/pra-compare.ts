import type { Comparison } from "../../shared/evidence.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { comparePassages } from "../pra/compare.ts";
import { durationWords } from "../procedures/report/words.ts";
import { dataFolder, usageError } from "./options.ts";
import { readRunJournal } from "./run-journal.ts";
import { inWords, say, sayJson, terminalLanguage } from "./terminal-words.ts";

/**
 * `passerelle pra compare ONE OTHER`: two passages of a plan side by side, from the journal of the data folder alone.
 * Prints what differs, or `all` steps, with what was said where states differ. Exit code 1 when something failed, is gone or was skipped in the later one, and was not before.
 */
export async function praCompare(
  passages: readonly string[],
  options: { data?: string | undefined; json?: boolean | undefined; all?: boolean | undefined },
): Promise<number> {
  const [one, other, ...more] = passages;
  if (one === undefined || other === undefined || more.length > 0) {
    throw usageError(
      text("pra compare takes two passages of a plan.", "pra compare attend deux passages d'un plan."),
    );
  }
  const compared = comparePassages(readRunJournal(dataFolder(options.data)), one, other, Date.now());
  if (options.json) sayJson(compared);
  else sayComparison(compared, options.all ?? false);
  const worse = compared.steps.some(({ difference }) => grave.has(difference));
  return worse ? 1 : 0;
}

const grave: ReadonlySet<string> = new Set(["failed", "gone", "skipped"]);

/** The differences that what was said of a step tells more of. */
const explained: ReadonlySet<string> = new Set(["failed", "skipped", "mended", "other-state", "new", "gone"]);

function sayComparison({ one, other, tiers, losses, phases, steps }: Comparison, all: boolean): void {
  const pick = inWords(terminalLanguage());
  const long = (value: number | null) => (value === null ? "-" : pick(durationWords(value)));
  for (const { id, mode, direction, startedAt, status, took } of [one, other]) {
    const at = startedAt === null ? "-" : new Date(startedAt).toISOString();
    say(`${id}  ${mode ?? "-"} ${direction ?? "-"}  ${at}  ${status}  ${long(took)}`);
  }
  const line = (table: LocalText, { id, title, difference, one, other }: Comparison["steps"][number]) => {
    const side = (told: typeof one) => `${told?.state ?? "-"} ${long(told?.took ?? null)}`;
    say(`${pick(table)}  ${difference}  ${id}  ${pick(title)}: ${side(one)} → ${side(other)}`);
    if (!explained.has(difference)) return;
    if (one?.says) say(`    < ${pick(one.says)}`);
    if (other?.says) say(`    > ${pick(other.says)}`);
  };
  for (const each of tiers) line(text("tier", "niveau"), each);
  for (const each of losses) line(text("data lost", "données perdues"), each);
  for (const each of phases) line(text("phase", "phase"), each);
  for (const each of steps) if (all || each.difference !== "same") line(text("step", "étape"), each);
}
