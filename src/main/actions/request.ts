import type { Risk } from "../../shared/action.ts";
import type { Action } from "./action.ts";
import { badInput } from "./faults.ts";

/** The input as the action wants it. Throws OpsError `action.bad-input` with the names of the wrong fields. */
export function parseInput(action: Action, input: Record<string, unknown>): Record<string, unknown> {
  const parsed = action.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "input"));
  throw badInput([...fields].join(", "));
}

/**
 * What must be typed before a destructive action: the resource's name, for several how many they are. Null when one
 * click is enough.
 */
export function wordToConfirm(risk: Risk, names: readonly string[]): string | null {
  if (risk !== "destructive") return null;
  return names.length === 1 ? (names[0] ?? null) : String(names.length);
}
