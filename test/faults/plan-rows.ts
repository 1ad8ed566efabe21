import { type Befalling, nobodySigns } from "../slice/support/fault-trial.ts";

/** The reference plan gone through once, with a fault on the way. */
export interface PlanRow extends Befalling {
  mode: "planned" | "disaster";
}

const dead = ["region-dead", "east"];
const halfDead = ["region-half-dead", "east"];

/** Faults and the steps that they befall the plan at; in `disaster`, the east has died besides unless the fault says how. */
const disasters: readonly [fault: string, ...at: (string | undefined)[]][] = [
  [dead.join(" "), undefined],
  [halfDead.join(" "), undefined, "fence"],
  ["link-regions-cut north", undefined, "import/import-identity", "restore/restore-billing"],
  ["slow-restore north", undefined, "restore/restore-billing"],
  ["corrupt-restore-point billing", undefined, "import/import-billing", "restore/restore-billing"],
  ["region-half-dead north", "import/import-identity", "restore/restore-billing"],
  ["region-dead north", "freeze-north", "restore/restore-billing"],
  ["region-dead depot", undefined, "import/import-identity", "redirect/name-identity"],
  ["objects-down depot", undefined, "restore/restore-billing"],
  ["objects-down north", undefined, "take-documents"],
  ["dns-refuses-updates depot", undefined, "redirect/name-identity"],
  ["dns-silent depot", undefined, "redirect/name-identity"],
  ["resolver-stale resolver-1", undefined, "go", "redirect/name-identity"],
  ["webhook-down", undefined, "tell-open"],
  ["webhook-answer-lost", "tell-open"],
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
export const planRows: readonly PlanRow[] = [...rowsOf("disaster", disasters), ...rowsOf("planned", planned)];

function rowsOf(mode: PlanRow["mode"], faults: typeof disasters): PlanRow[] {
  return faults.flatMap(([words, ...steps]) =>
    steps.map((at) => ({ mode, fault: words.split(" "), ...(at !== undefined && { at }) })),
  );
}

/** What stands all the time beside the fault of a row. */
export function alwaysIn({ mode, fault }: PlanRow): string[][] {
  return mode === "disaster" && fault[1] !== "east" ? [dead] : [];
}
