import { Chunk } from "@codemirror/merge";
import { ChangeSet, Text } from "@codemirror/state";

/** An edit carried over to a newer text; `conflict` when both changed the same lines, and then it is the edit unchanged. */
export interface Rebased {
  yaml: string;
  conflict: boolean;
}

/** Two texts without much in common are compared roughly rather than for long; milliseconds. */
export const diffLimits = { scanLimit: 500, timeout: 200 };

/**
 * Carries an edit of `base` over to what became of `base` meanwhile. Only where the two changed different lines: what
 * both changed is for a person to judge.
 */
export function rebase(base: string, edited: string, now: string): Rebased {
  const from = textOf(base);
  const mine = Chunk.build(from, textOf(edited), diffLimits);
  const theirs = Chunk.build(from, textOf(now), diffLimits);
  const touching = mine.some((own) =>
    theirs.some((other) => own.fromA <= other.toA && other.fromA <= own.toA),
  );
  if (touching) return { yaml: edited, conflict: edited !== now && mine.length > 0 };
  const own = changesOf(from, textOf(edited), mine);
  const others = changesOf(from, textOf(now), theirs);
  return { yaml: own.map(others).apply(textOf(now)).toString(), conflict: false };
}

const textOf = (words: string) => Text.of(words.split("\n"));

/** The changes as whole lines; a chunk at the very end reaches one past it. */
function changesOf(from: Text, to: Text, chunks: readonly Chunk[]): ChangeSet {
  return ChangeSet.of(
    chunks.map((chunk) => {
      const endA = Math.min(chunk.toA, from.length);
      const endB = Math.min(chunk.toB, to.length);
      return {
        from: Math.min(chunk.fromA, from.length),
        to: endA,
        insert: to.slice(Math.min(chunk.fromB, to.length), endB),
      };
    }),
    from.length,
  );
}
