import type { Preview } from "../../../shared/action.ts";

/** What keeps the primary button from working, worst first. */
export type Obstacle = "incomplete" | "looking" | "impossible" | "refused" | "reason" | "confirmation" | null;

/** Whether guards refuse it, and whether a reason would open them all. */
export function refusal(preview: Preview): "refused" | "reason" | null {
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
