import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { referenceRounds } from "./reference-rounds.ts";

/**
 * The reference plan of the lab, each way of it with the console killed right after each event in turn; `--every N` only after
 * each N-th. Exit code 0 when nothing was wrong.
 */
const { values } = parseArgs({ options: { every: { type: "string" } } });
const every = Number(values.every ?? 1);
if (!Number.isInteger(every) || every < 1) {
  process.stderr.write("crash: --every is a whole number from 1 on\n");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "passerelle-reference-"));
const began = Date.now();
const results = await referenceRounds({
  folder,
  every,
  lanes: availableParallelism(),
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
