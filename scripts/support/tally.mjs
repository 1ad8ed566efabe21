import { stripVTControlCharacters } from "node:util";

/**
 * What became of a run's tests. `unsteady`: those among the passed that failed at their first try, with what that
 * try said; `message` is one line.
 * @typedef {{ name: string, message: string }} Told
 * @typedef {{ passed: number, failed: Told[], unsteady: Told[], skipped: { name: string, reason: string }[] }} Tally
 * @typedef {{ name: string, tally: Tally }} Part
 */

/** Characters of an error that a summary shows. */
const messageLength = 300;

/**
 * An error's words as one line, without colours: its first line and as many of the next as fit.
 * @param {unknown} words
 */
export function oneLine(words) {
  const line = stripVTControlCharacters(String(words ?? ""))
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...line];
  if (characters.length === 0) return "it said nothing";
  return characters.length > messageLength ? `${characters.slice(0, messageLength - 1).join("")}…` : line;
}

/** @returns {Tally} */
export function emptyTally() {
  return { passed: 0, failed: [], unsteady: [], skipped: [] };
}

/** A check that holds, or that does not for what `problem` says. @param {string} name @param {string | null} problem */
export function oneCheck(name, problem) {
  const tally = emptyTally();
  if (problem === null) tally.passed = 1;
  else tally.failed.push({ name, message: oneLine(problem) });
  return tally;
}

/**
 * A part in which nothing ran has failed: an empty run must never look like a good one.
 * @param {string} name
 * @param {Tally} tally
 * @returns {Tally}
 */
export function demandTests(name, tally) {
  if (tally.passed + tally.failed.length + tally.skipped.length > 0) return tally;
  return { ...tally, failed: [{ name, message: "no test ran" }] };
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failed: tallies.flatMap((tally) => tally.failed),
    unsteady: tallies.flatMap((tally) => tally.unsteady),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}

/** The closing line that other programs read. @param {Tally} tally */
export function closingLine(tally) {
  return `${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length} skipped`;
}

/**
 * What ends every run: the skipped tests with their reasons, the unsteady and the failed ones with what they said,
 * the closing line. `.ci/run` reads the last three kinds of line.
 * @param {Tally} tally
 */
export function closing(tally) {
  const groups = [
    tally.skipped.map(({ name, reason }) => `  skipped: ${name}: ${reason}`),
    tally.unsteady.map(({ name, message }) => `  unsteady: ${name}: first try: ${message}`),
    tally.failed.map(({ name, message }) => `  failed: ${name}: ${message}`),
  ];
  return [
    ...groups.flatMap((lines) => (lines.length > 0 ? ["", ...lines] : [])),
    "",
    closingLine(tally),
    "",
  ].join("\n");
}

/**
 * Rows in columns as wide as their widest cell.
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  /** @param {string[]} row */
  const line = (row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/**
 * The summary that ends a run of several parts: one row per part, then what ends every run.
 * @param {Part[]} parts
 */
export function summary(parts) {
  const total = sum(parts.map((part) => part.tally));
  const rows = parts.map(({ name, tally }) => [
    name,
    String(tally.passed),
    String(tally.failed.length),
    String(tally.skipped.length),
  ]);
  return ["", table(["part", "passed", "failed", "skipped"], rows), closing(total)].join("\n");
}
