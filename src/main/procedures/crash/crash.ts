import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { canMountDisks, mountSmallDisk, unmountDisk } from "../../journal/testing/small-disk.ts";
import { killRounds } from "./kill-rounds.ts";
import { ResizableDisk } from "./resizable-disk.ts";

/** The full crash test: `--kills N` (1000), `--seed S` (by the clock). Exit code 0 when nothing was wrong. */
/** Megabytes of the disk while it is not full. */
const roomy = 1024;
const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
const kills = Number(values.kills ?? 1000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  process.stderr.write("crash: --kills and --seed are whole numbers\n");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "passerelle-crash-"));
const data = join(folder, "data");
mkdirSync(data, { mode: 0o700 });
const mounted = canMountDisks();
if (mounted) mountSmallDisk(data, roomy);
process.stdout.write(`crash: ${kills} kills, seed ${seed}\n`);
if (!mounted) process.stdout.write("crash: the disk is never full: that takes root on Linux\n");
const began = Date.now();
const result = await killRounds({
  kills,
  seed,
  folder: data,
  far: join(folder, "far-side.log"),
  ...(mounted && { disk: new ResizableDisk(data, roomy) }),
  onKill: (life) => life % 50 === 0 && process.stdout.write(`crash: ${life} of ${kills}\n`),
});
const ends = Object.entries(result.runs)
  .map(([status, count]) => `${status} ${count}`)
  .join(", ");
process.stdout.write(
  `${[
    `kills             ${result.kills}`,
    `take-overs        ${result.takenOver}`,
    `turned away       ${result.turnedAway}`,
    `disk full         ${result.full}`,
    `events            ${result.events}`,
    `effects           ${result.effects}`,
    `ends              ${ends}`,
    `seconds           ${Math.round((Date.now() - began) / 1000)}`,
    `faults            ${result.faults.length}`,
  ].join("\n")}\n`,
);
for (const fault of result.faults) process.stdout.write(`  ${fault}\n`);
if (result.faults.length === 0) {
  if (mounted) unmountDisk(data);
  rmSync(folder, { recursive: true, force: true });
} else process.stdout.write(`crash: everything is kept in ${folder}\n`);
process.exit(result.faults.length === 0 ? 0 : 1);
