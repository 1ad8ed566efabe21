import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @typedef {{ name: string, unit: string, ours: number, peer: number | null, peerName: string | null,
 *   ratio: number | null }} Row
 */

/**
 * What a benchmark measured, with the ratio worked out here so that it is the same everywhere.
 * @param {unknown} measured
 * @returns {Row[]}
 */
export function checkedRows(measured) {
  if (!Array.isArray(measured) || measured.length === 0) throw new Error("the benchmark measured nothing");
  return measured.map((row) => {
    const { name, unit, ours, peer = null, peerName = null } = row;
    if (typeof name !== "string" || typeof unit !== "string" || !Number.isFinite(ours)) {
      throw new Error(`a row without name, unit or figure: ${JSON.stringify(row)}`);
    }
    if (peer !== null && !Number.isFinite(peer))
      throw new Error(`a peer that is no figure: ${JSON.stringify(row)}`);
    const ratio = peer === null || peer === 0 ? null : Number((ours / peer).toPrecision(4));
    return { name, unit, ours, peer, peerName, ratio };
  });
}

const [, script, benchmark, record] = process.argv;
if (script && import.meta.url === pathToFileURL(script).href && benchmark && record) {
  const { default: measure } = await import(pathToFileURL(benchmark).href);
  const rows = checkedRows(await measure());
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, JSON.stringify(rows));
  // A benchmark may leave idle connections; what was measured is safe.
  process.exit(0);
}
