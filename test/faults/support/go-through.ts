import { appendFileSync } from "node:fs";
import { afterEach, beforeEach } from "vitest";
import { type TrialResult, trial } from "../../slice/support/fault-trial.ts";
import { SliceLab } from "../../slice/support/lab.ts";
import type { OpenConsole } from "../../slice/support/open-console.ts";
import { openRegions } from "../../slice/support/regions-console.ts";
import { alwaysIn, type PlanRow, planRows } from "./plan-rows.ts";

const record = process.env.PASSERELLE_FAULTS_RECORD;
/** Milliseconds in which nothing goes on before a fault is taken to hold the run: no step takes as long on the fast lab. */
const holds = 15_000;
const patience = 400_000;

/** Milliseconds that one passage may take. */
export const passageLimit = patience + 20_000;

/** What became of a passage, and from where each service is led to after it. */
export interface Passage {
  result: TrialResult;
  servedBy: Record<string, unknown>;
}

/** Rows by what befalls them and where, for `it.each`. */
export function named(rows: readonly PlanRow[]): (PlanRow & { name: string })[] {
  return rows.map((row) => ({ ...row, name: `${row.fault.join(" ")}, at ${row.at ?? "the start"}` }));
}

/**
 * Gives each test of a file a lab and a console of its own, and what goes through the whole bascule there. Where
 * PASSERELLE_FAULTS_RECORD names a file, what became of each is added to it, a line of JSON each.
 */
export function passages(): (row: PlanRow & { name: string }) => Promise<Passage> {
  let lab: SliceLab;
  let console: OpenConsole;

  beforeEach(async () => {
    lab = await SliceLab.start({ sites: "regions", speed: 60 });
    console = await openRegions(lab);
  }, 120_000);
  afterEach(async () => {
    await console?.close();
    await lab?.stop();
  }, 60_000);

  return async ({ name: _, ...row }) => {
    const { mode, index: _place, ...befalling } = row;
    const put = (result: object) => {
      if (record) appendFileSync(record, `${JSON.stringify({ ...row, all: planRows.length, ...result })}\n`);
    };
    let result: TrialResult;
    try {
      result = await trial(console, lab, {
        procedure: "bascule-to-north",
        variables: { mode, watch: "1s" },
        befallings: [{ ...befalling, holds }],
        always: alwaysIn(row),
        patience,
      });
    } catch (error) {
      put({ thrown: error instanceof Error ? error.message : String(error) });
      throw error;
    }
    put(result);
    const servedBy = ["identity", "billing", "portal", "archive"].map((name) => [
      name,
      console.resource(`checks/${name}-outside`).facts["web.servedBy"]?.value,
    ]);
    return { result, servedBy: Object.fromEntries(servedBy) };
  };
}
