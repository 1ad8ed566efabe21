import type { Evidence } from "../../../shared/evidence.ts";
import type { FoldedNode, FoldedRun } from "../engine/folded-run.ts";
import { median } from "./earlier-runs.ts";

export interface Span {
  startedAt: number | null;
  endedAt: number | null;
  took: number | null;
}

/** From the beginning to the end of something, in milliseconds; a wall clock that was set back never makes it negative. */
export function spanOf(startedAt: number | null, endedAt: number | null): Span {
  const took = startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt);
  return { startedAt, endedAt, took };
}

/** Whether a node only holds others. */
function isContainer({ node }: FoldedNode): boolean {
  return node.kind === "forEach" || node.kind === "procedure";
}

/**
 * When steps that bring one thing back had all ended well: the end of the last that was verified. Null while one has not,
 * and where none was verified.
 */
export function servedSince(
  steps: readonly { state: string; endedAt: number | null; since: number }[],
): number | null {
  if (!steps.every(({ state }) => state === "verified" || state === "skipped")) return null;
  const ends = steps.flatMap(({ state, endedAt, since }) => (state === "verified" ? (endedAt ?? since) : []));
  return ends.length === 0 ? null : Math.max(...ends);
}

/** When an application served at the other side; null while it does not, or where the run was rolled back. */
export function servedIn(run: FoldedRun, application: string): number | null {
  if (run.rollingBack !== null) return null;
  const own = [...run.nodes.values()].filter(
    (one) => one.node.application === application && !isContainer(one),
  );
  return servedSince(own.map(({ state, since, doing }) => ({ state, since, endedAt: doing.endedAt })));
}

/** From the first beginning to the last end of the steps of a phase; without an end while one has not ended. */
export function phaseSpan(run: FoldedRun, phase: string): Span {
  const own = [...run.nodes.values()].filter((one) => one.node.phase === phase && !isContainer(one));
  const begun = own.flatMap(({ doing }) => doing.startedAt ?? []);
  if (begun.length === 0) return spanOf(null, null);
  const through = own.every(({ state }) => state === "verified" || state === "skipped");
  const ends = own.flatMap(({ doing, since, state }) =>
    state === "skipped" ? [] : (doing.endedAt ?? since),
  );
  return spanOf(Math.min(...begun), through && ends.length > 0 ? Math.max(...ends) : null);
}

/** How long a step took, if it was verified by being done. */
export function stepTook({ doing, skippedBy }: FoldedNode): number | null {
  if (doing.state !== "verified" || doing.attempts === 0 || skippedBy !== null) return null;
  return spanOf(doing.startedAt, doing.endedAt).took;
}

/** The median and the newest of what something took in earlier runs, the newest first. */
export function usualOf(
  earlier: readonly FoldedRun[],
  took: (run: FoldedRun) => number | null,
): { earlier: number | null; last: number | null } {
  const figures = earlier.flatMap((run) => took(run) ?? []);
  return { earlier: median(figures), last: figures[0] ?? null };
}

/** What was promised beside what was measured. `ended`: what has not served by now never did. */
export function measure(
  { rto, rpo }: { rto: number; rpo: number },
  {
    startedAt,
    servedAt,
    lost,
    ended,
  }: {
    startedAt: number;
    servedAt: number | null;
    lost: number | null;
    ended: boolean;
  },
): Pick<Evidence["tiers"][number], "rto" | "rpo" | "servedAt" | "took" | "withinRto" | "lost" | "withinRpo"> {
  const took = spanOf(startedAt, servedAt).took;
  const withinRto = took === null ? (ended ? false : null) : took <= rto;
  return { rto, rpo, servedAt, took, withinRto, lost, withinRpo: lost === null ? null : lost <= rpo };
}
