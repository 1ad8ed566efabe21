import type { LocalText } from "../../../shared/text.ts";
import type { FoldedRun } from "./folded-run.ts";
import type { Move } from "./moves.ts";
import type { EngineParts } from "./parts.ts";
import { workOf } from "./step-task.ts";

/** What of the next moves can be made from where this workstation stands, and why the first of the rest cannot. */
export function fromHere(
  run: FoldedRun,
  all: readonly Move[],
  outside: EngineParts["outside"],
): { moves: Move[]; held: LocalText | null } {
  const reasons = all.map((move) => {
    if (outside === undefined || (move.kind !== "begin" && move.kind !== "undo")) return null;
    const { node } = move.node;
    if (node.kind !== "action") return null;
    const { action } = workOf(run, move.node, node, move.kind === "undo" ? "undo" : "do");
    return outside(action.id, action.target.id);
  });
  return {
    moves: all.filter((_move, at) => reasons[at] === null),
    held: reasons.find((reason) => reason !== null) ?? null,
  };
}
