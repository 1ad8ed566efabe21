import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { referenceRounds } from "./reference-rounds.ts";

/** Points between two words of how far it is. */
const stride = 25;

/**
 * The reference plan of the lab, each way of it with the console killed right after each event in turn; `--every N` only after
 * each N-th, `--from N` and `--to M` only at these points, counted through all ways. Exit code 0 when nothing was wrong.
 */
const { values } = parseArgs({
  options: { every: { type: "string" }, from: { type: "string" }, to: { type: "string" } },
});
const every = whole("every", 1);
const from = whole("from", 1);
const to = whole("to", Number.POSITIVE_INFINITY);
const folder = mkdtempSync(join(tmpdir(), "passerelle-reference-"));
const began = Date.now();
const results = await referenceRounds({
  folder,
  every,
  from,
  to,
  lanes: availableParallelism(),
  onPoint: (point) => {
    if (point % stride === 0) process.stderr.write(`point ${point}\n`);
  },
  onWay: ({ name, boundaries, kills, takenOver, effects, ends, faults }) => {
    const words = Object.entries(ends).map(([end, count]) => `${end} ${count}`);
    process.stdout.write(
      `${name}: ${boundaries} events, ${kills} kills, ${takenOver} take-overs, ${effects} effects; ` +
        `${words.join(", ")}; faults ${faults.length}\n`,
    );
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
  },
});
process.stdout.write(`seconds ${Math.round((Date.now() - began) / 1000)}\n`);
const well = results.every(({ faults }) => faults.length === 0);
if (well) rmSync(folder, { recursive: true, force: true });
else process.stdout.write(`crash: what went wrong is kept in ${folder}\n`);
process.exit(well ? 0 : 1);

/** A whole number from 1 on, as an option gives it. */
function whole(name: "every" | "from" | "to", usual: number): number {
  const number = Number(values[name] ?? usual);
  if (values[name] === undefined || (Number.isInteger(number) && number >= 1)) return number;
  process.stderr.write(`crash: --${name} is a whole number from 1 on\n`);
  process.exit(1);
}
