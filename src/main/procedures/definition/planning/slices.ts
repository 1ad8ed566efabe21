/** Work that can be left off and gone on with wherever it yields. */
export type Sliced<Result> = Generator<void, Result, void>;

/** Does such work in one go. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** Does such work with `breathe` in between, which lets others have their turn when it is time to. Rejects as that does. */
export async function inSlices<Result>(work: Sliced<Result>, breathe: () => Promise<void>): Promise<Result> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    await breathe();
  }
}
