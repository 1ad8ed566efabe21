/**
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Tally
 * @typedef {{ name: string, tally: Tally, note?: string }} Part
 */

/** @param {boolean} passed @returns {Tally} */
export function oneCheck(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: [] };
}

/** A part in which nothing ran has failed: an empty run must never look like a good one. @param {Tally} tally */
export function demandTests(tally) {
  return tally.passed + tally.failed + tally.skipped.length === 0 ? { ...tally, failed: 1 } : tally;
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failed: tallies.reduce((total, tally) => total + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}

/** The closing line that other programs read. @param {Tally} tally */
export function closingLine(tally) {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`;
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
 * The summary that ends a run: one row per part, every skipped test with its reason, the closing line.
 * @param {Part[]} parts
 */
export function summary(parts) {
  const total = sum(parts.map((part) => part.tally));
  const rows = parts.map(({ name, tally, note }) => [
    name,
    String(tally.passed),
    String(tally.failed),
    String(tally.skipped.length),
    note ?? "",
  ]);
  const skipped = total.skipped.map(({ name, reason }) => `  skipped: ${name}: ${reason}`);
  return [
    "",
    table(["part", "passed", "failed", "skipped", ""], rows),
    ...(skipped.length > 0 ? ["", ...skipped] : []),
    "",
    closingLine(total),
    "",
  ].join("\n");
}
