import type { Preview } from "../../../shared/action.ts";

/** What keeps the primary button from working, worst first. */
export type Obstacle = "incomplete" | "looking" | "impossible" | "guard" | "confirmation" | null;

/**
 * Judges what the sheet shows. With several resources only what stops all of them stops the whole: main refuses
 * the others one by one. A guard's refusal may be overruled by a reason; whether it really is, main decides.
 */
export function obstacle(
  previews: readonly Preview[] | null,
  given: { complete: boolean; reason: string; confirmation: string },
): Obstacle {
  if (!given.complete) return "incomplete";
  if (previews === null || previews.length === 0) return "looking";
  if (previews.every((preview) => preview.probe.state === "impossible")) return "impossible";
  const refused = previews.every((preview) => preview.guards.some((guard) => !guard.allowed));
  if (refused && given.reason.trim() === "") return "guard";
  const expected = previews.find((preview) => preview.typeToConfirm !== null)?.typeToConfirm ?? null;
  if (expected !== null && given.confirmation !== expected) return "confirmation";
  return null;
}

export interface Tally {
  needed: number;
  done: number;
  impossible: number;
  refused: number;
}

/** How many of the resources stand how; one that a guard refuses is counted there and not as needed. */
export function tally(previews: readonly Preview[]): Tally {
  const counts: Tally = { needed: 0, done: 0, impossible: 0, refused: 0 };
  for (const preview of previews) {
    if (preview.probe.state === "needed" && preview.guards.some((guard) => !guard.allowed))
      counts.refused += 1;
    else counts[preview.probe.state] += 1;
  }
  return counts;
}
