import type { Preview } from "../../../shared/action.ts";

/** What keeps the primary button from working, worst first. */
export type Obstacle = "incomplete" | "looking" | "impossible" | "refused" | "reason" | "confirmation" | null;

/** Whether guards refuse it, and whether a reason would open them all. */
function refusal(preview: Preview): "refused" | "reason" | null {
  const refusing = preview.guards.filter((guard) => !guard.allowed);
  if (refusing.length === 0) return null;
  return refusing.every((guard) => guard.opensWithReason === true) ? "reason" : "refused";
}

/**
 * Judges what the sheet shows. With several resources only what stops all of them stops the whole: main refuses
 * the others one by one.
 */
export function obstacle(
  previews: readonly Preview[] | null,
  given: { complete: boolean; reason: string; confirmation: string },
): Obstacle {
  if (!given.complete) return "incomplete";
  if (previews === null || previews.length === 0) return "looking";
  const possible = previews.filter((preview) => preview.probe.state !== "impossible");
  if (possible.length === 0) return "impossible";
  const refusals = possible.map(refusal);
  if (refusals.every((each) => each === "refused")) return "refused";
  if (refusals.every((each) => each !== null) && given.reason.trim() === "") return "reason";
  const expected = previews.find((preview) => preview.typeToConfirm !== null)?.typeToConfirm ?? null;
  if (expected !== null && given.confirmation !== expected) return "confirmation";
  return null;
}

/** Whether nothing that a person types would let any of the resources go on: only time or a repair can. */
export function isHeldUp(previews: readonly Preview[]): boolean {
  return previews.every((preview) => preview.probe.state === "impossible" || refusal(preview) === "refused");
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
    if (preview.probe.state === "needed" && refusal(preview) !== null) counts.refused += 1;
    else counts[preview.probe.state] += 1;
  }
  return counts;
}
