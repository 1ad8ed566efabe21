import { type Befalling, nobodySigns } from "../../slice/support/fault-trial.ts";

/** The reference plan gone through once, with a fault on the way. */
export interface PlanRow extends Befalling {
  mode: "planned" | "disaster";
  /** Its place in the table. */
  index: number;
}

const dead = ["region-dead", "east"];
const halfDead = ["region-half-dead", "east"];

/** Faults and the steps that they befall the plan at; in `disaster`, the east has died besides unless the fault says how. */
const disasters: readonly [fault: string, ...at: (string | undefined)[]][] = [
  [dead.join(" "), undefined],
  [halfDead.join(" "), undefined],
  ["link-regions-cut north", undefined, "import/import-identity", "restore/restore-billing"],
  ["slow-restore north", "restore/restore-billing"],
  ["corrupt-restore-point billing", undefined, "restore/restore-billing"],
  ["region-half-dead north", "import/import-identity", "restore/restore-billing"],
  ["region-dead north", "freeze-north", "restore/restore-billing"],
  ["region-dead depot", undefined, "import/import-identity", "redirect/name-identity"],
  ["objects-down depot", "restore/restore-billing"],
  ["objects-down north", "restore/restore-archive"],
  ["dns-refuses-updates depot", undefined, "redirect/name-identity"],
  ["dns-silent depot", undefined, "redirect/name-identity"],
  ["resolver-stale resolver-1", undefined, "go", "redirect/name-identity"],
  ["webhook-down", undefined, "redirect/name-identity"],
  ["webhook-answer-lost", undefined],
  ["web-silent north", "go", "outside/led-identity"],
  [nobodySigns, "declare", "accept-loss", "go"],
];

const planned: typeof disasters = [
  [dead.join(" "), "stop-source/stop-portal", "save/save-billing"],
  [halfDead.join(" "), "stop-source/stop-portal"],
  ["export-fails east", undefined, "save/save-billing"],
  ["sync-stalled east", undefined, "invert-documents"],
  ["link-regions-cut east", "save/save-identity", "invert-documents"],
  ["slow-restore north", "restore/restore-identity"],
];

/** Every row of the table. */
export const planRows: readonly PlanRow[] = [
  ...rowsOf("disaster", disasters),
  ...rowsOf("planned", planned),
].map((row, index) => ({ ...row, index }));

function rowsOf(mode: PlanRow["mode"], faults: typeof disasters): Omit<PlanRow, "index">[] {
  return faults.flatMap(([words, ...steps]) =>
    steps.map((at) => ({ mode, fault: words.split(" "), ...(at !== undefined && { at }) })),
  );
}

/** What stands all the time beside the fault of a row. */
export function alwaysIn({ mode, fault }: Pick<PlanRow, "mode" | "fault">): string[][] {
  return mode === "disaster" && fault[1] !== "east" ? [dead] : [];
}
