import { toOpsError, type WireError } from "../../shared/errors.ts";

/** Something that is asked for again and again while somebody looks at it. */
export interface Looked<State> {
  /** Asks once; throws OpsErrors. */
  look(signal: AbortSignal): Promise<void>;
  /** What is known, with why it cannot be asked for now. */
  state(error: WireError | null): State;
  /** Milliseconds until the next question. */
  pause(): number;
  close(): Promise<void>;
}

export interface WatchedParts {
  /** The part of the console that its errors are of. */
  area: string;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  now(): number;
}

/** A state that is as it was is told again after so many milliseconds, so that its age is seen. */
const retellAfter = 15_000;
/** After failures it is asked again later each time. */
const firstPause = 2000;
const longestPause = 60_000;

/** What is looked at, whenever it is another than before, until the signal ends; never throws. */
export async function* watched<State extends { readAt: number | null }>(
  { area, wait, now }: WatchedParts,
  looked: Looked<State>,
  signal: AbortSignal,
): AsyncGenerator<State, void> {
  let told = "";
  let toldAt = 0;
  let failures = 0;
  try {
    while (!signal.aborted) {
      let error: WireError | null = null;
      try {
        await looked.look(signal);
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        failures += 1;
        error = toOpsError(thrown, area).toWire();
      }
      const state = looked.state(error);
      const words = JSON.stringify({ ...state, readAt: null });
      if (words !== told || now() - toldAt >= retellAfter) {
        told = words;
        toldAt = now();
        yield state;
      }
      const again = Math.min(firstPause * 2 ** Math.min(failures - 1, 6), longestPause);
      await wait(failures > 0 ? again : looked.pause(), signal).catch(() => undefined);
    }
  } finally {
    await looked.close();
  }
}
