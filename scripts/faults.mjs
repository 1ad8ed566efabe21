// `npm run faults`: the whole reference plan of the lab under each fault, at each of the steps where it is laid; the table in
// docs/pra.md is what came of it. `npm run faults -- WORDS`: only the rows whose name has these words; writes nothing.
// `npm run faults -- --table`: writes the table of the rows that the last run came to, where it was cut short.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageScript, pinnedNode, recordsFolder, root } from "./support/project.mjs";
import { run } from "./support/run.mjs";
import { closing } from "./support/tally.mjs";
import { runVitest, tallyOf } from "./support/vitest-run.mjs";

/**
 * @typedef {{ node: string, state: string, words: string }} Held
 * @typedef {{ index: number, all: number, mode: string, fault: string[], at?: string, thrown?: string, status?: string, held?: Held[][],
 *   twice?: string[], seconds?: number }} Row
 */

/** Milliseconds: every row on a slow machine. */
const limit = 3 * 3_600_000;
const marks = ["<!-- faults: written by npm run faults -->", "<!-- faults: end -->"];
/** Characters of what a step said that fit into a cell. */
const mostWords = 160;

const node = pinnedNode();
if (!node) {
  process.stderr.write("faults: Node 24 is missing; run npm install first\n");
  process.exit(1);
}
const [words] = process.argv.slice(2);
const lines = join(recordsFolder, "faults.jsonl");
const isDone = words === "--table" || (await isRun(node));
const rows = existsSync(lines) ? readFileSync(lines, "utf8").trim().split("\n").map(parsed) : [];
rows.sort((one, other) => one.index - other.index);
const table = tableOf(rows);
process.stdout.write(`\n${table}\n`);
if ((words === undefined || words === "--table") && rows.length > 0) await keep(table);
process.exit(isDone && rows.length > 0 ? 0 : 1);

/** Goes through the rows; whether all went well. @param {string} program */
async function isRun(program) {
  mkdirSync(recordsFolder, { recursive: true });
  rmSync(lines, { force: true });
  process.env.PASSERELLE_FAULTS_RECORD = lines;
  const record = await runVitest(program, {
    record: join(recordsFolder, "faults.json"),
    args: ["--config", "vitest.faults.config.ts", ...(words === undefined ? [] : ["-t", words])],
    deadline: limit,
  });
  const tally = tallyOf(record);
  process.stdout.write(`\n${closing(tally)}\n`);
  return tally.failed.length === 0;
}

/** @param {string} line @returns {Row} */
function parsed(line) {
  return JSON.parse(line);
}

/** @param {Row[]} of */
function tableOf(of) {
  const head = ["way", "fault", "laid", "meanwhile", "in its words", "once it is lifted"];
  const body = of.map(({ mode, fault, at, held = [], status, twice = [], thrown }) => [
    mode,
    `\`${fault.join(" ")}\``,
    at === undefined ? "before the run" : `at \`${at}\``,
    meanwhile(held.flat()),
    cell(held.flat()[0]?.words ?? ""),
    thrown ? cell(thrown) : `${status}${twice.length > 0 ? `; twice: ${twice.join(", ")}` : ""}`,
  ]);
  const lines = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
  return `Rows gone through by the last run: ${of.length} of ${of[0]?.all ?? 0}.\n\n${lines.join("\n")}`;
}

/** @param {Held[]} held */
function meanwhile(held) {
  if (held.length === 0) return "goes on by itself";
  const [first] = held;
  const more = held.length > 1 ? ` and ${held.length - 1} more` : "";
  return `\`${first?.node}\`${more}: ${first?.state.replace("-", " ")}`;
}

/** @param {string} text */
function cell(text) {
  const plain = text
    .replaceAll(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll(/:\d{4,5}\b/g, ":PORT");
  return plain.length > mostWords ? `${plain.slice(0, mostWords)}…` : plain;
}

/** Puts the table between its marks. @param {string} block */
async function keep(block) {
  const file = join(root, "docs", "pra.md");
  const whole = readFileSync(file, "utf8");
  const [before, rest] = whole.split(marks[0] ?? "");
  const after = rest?.split(marks[1] ?? "")[1];
  if (after === undefined) throw new Error("docs/pra.md has no place for the table");
  writeFileSync(file, `${before}${marks[0]}\n\n${block}\n\n${marks[1]}${after}`);
  const format = [packageScript("@biomejs/biome", "bin/biome"), "format", "--write", file];
  await run(String(node), format, { deadline: 60_000, quiet: true });
}
