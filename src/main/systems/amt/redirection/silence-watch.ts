import { OpsError } from "../../../../shared/errors.ts";
import { abortable, Deadline } from "../../../reach/abort.ts";
import { answerTimedOut } from "../client/faults.ts";

export interface SilenceParts {
  /** The machine, as errors name it. */
  name: string;
  /** Milliseconds of silence after which the machine is asked, and between two such questions. */
  every: number;
  /** Asks the machine something that it always answers; throws when it does not. */
  ask(signal: AbortSignal): Promise<unknown>;
  /** The machine did not answer, twice in a row. */
  onDead(error: OpsError): void;
}

/** Milliseconds that an answer may take at first, and when it is asked again because none came. */
const answerTimes = [8000, 12_000] as const;
/** Milliseconds before it is asked again. */
const pause = 1000;

/**
 * Watches over a session that may say nothing for hours: an idle screen sends no bytes, and neither does one whose
 * machine has lost its mains. After a while of silence the machine is asked over its web port, and once more at once
 * when it does not answer; whatever the session says meanwhile counts as an answer.
 */
export class SilenceWatch {
  readonly #parts: SilenceParts;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout;
  #heard = false;

  constructor(parts: SilenceParts) {
    this.#parts = parts;
    this.#timer = this.#later();
  }

  /** Something came from the far side. */
  heard(): void {
    this.#heard = true;
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
  }

  #later(): NodeJS.Timeout {
    return setTimeout(() => {
      const heard = this.#heard;
      this.#heard = false;
      if (heard) this.#timer = this.#later();
      else void this.#look(0);
    }, this.#parts.every);
  }

  async #look(misses: number): Promise<void> {
    const error = await this.#ask(answerTimes[misses] ?? answerTimes[0]);
    if (this.#closing.signal.aborted) return;
    if (error === null || this.#heard) this.#timer = this.#later();
    else if (misses + 1 < answerTimes.length) {
      this.#timer = setTimeout(() => void this.#look(misses + 1), pause);
    } else this.#parts.onDead(error);
  }

  /** Why the machine did not answer; null when it did, be it with a refusal. */
  async #ask(milliseconds: number): Promise<OpsError | null> {
    const deadline = new Deadline(milliseconds, this.#closing.signal, () =>
      answerTimedOut(this.#parts.name, milliseconds / 1000),
    );
    try {
      await abortable(this.#parts.ask(deadline.signal), deadline.signal);
      return null;
    } catch (thrown) {
      return thrown instanceof OpsError && isSilence(thrown.code) ? thrown : null;
    } finally {
      deadline.end();
    }
  }
}

function isSilence(code: string): boolean {
  return code === "amt.timed-out" || code === "amt.closed" || code.startsWith("reach.");
}
