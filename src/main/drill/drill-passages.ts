import { isDeepStrictEqual } from "node:util";
import type { DrillPassage } from "../../shared/drill.ts";
import type { PraView } from "../../shared/pra.ts";

const ends: ReadonlySet<string> = new Set(["completed", "completed-with-skips", "rolled-back", "failed"]);

/** The passages of a drill's console as its estate's journal keeps them: each a drill, of a run that only the drill knows. */
export function drilled(view: Pick<PraView, "passages">): DrillPassage[] {
  return view.passages
    .filter(({ run, endedAt, status }) => run !== null && endedAt !== null && ends.has(status))
    .map(({ mode, ...passage }) => ({
      ...passage,
      run: null,
      mode: "drill" as const,
      way: mode === "planned" ? ("planned" as const) : ("disaster" as const),
    }));
}

/** Tells of each passage once, and again when it became another. */
export class PassageNews {
  readonly #told = new Map<string, DrillPassage>();

  /** Those that were not told of as they are. */
  fresh(passages: readonly DrillPassage[]): DrillPassage[] {
    const fresh = passages.filter((passage) => !isDeepStrictEqual(this.#told.get(passage.id), passage));
    for (const passage of fresh) this.#told.set(passage.id, passage);
    return fresh;
  }
}
