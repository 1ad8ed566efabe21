import { z } from "zod";
import { text } from "../../shared/text.ts";
import type { Action } from "../actions/action.ts";
import type { UnitState } from "./host-units.ts";

/** Milliseconds between two looks at a run. */
export const unitLooks = 3000;

/** The input of an action that starts a service and waits for the end of its run. */
export const unitRunSchema = z.strictObject({
  /** How long the run may take before the console gives up waiting; it is not stopped. */
  deadlineMinutes: z.int().min(1).max(1440).default(120),
});

/** The same on a sheet. */
export const unitRunFields: Action["fields"] = [
  {
    name: "deadlineMinutes",
    label: text("Wait at most (minutes)", "Attendre au plus (minutes)"),
    type: "number",
    required: false,
    choices: [],
    initial: 120,
  },
];

const busy: ReadonlySet<string> = new Set(["activating", "active", "reloading", "deactivating"]);

/** Whether a service does its work at this moment (systemctl(1), ActiveState). */
export function isAtWork(unit: UnitState | null): boolean {
  return unit !== null && busy.has(unit.active);
}

/** What tells one run of a unit from another: systemd's invocation, and when it began; null where nothing is known. */
export function runOf(unit: UnitState | null): string | null {
  return unit === null ? null : `${unit.invocation ?? ""} ${unit.startedAt ?? ""}`;
}
