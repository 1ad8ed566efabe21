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

/** Milliseconds that an answer may take. */
const answerTime = 30_000;
const mostMisses = 2;

/**
 * Watches over a session that may say nothing for hours: an idle screen sends no bytes, and neither does one whose
 * machine has lost its mains. After a while of silence the machine is asked over its web port.
 */
export class SilenceWatch {
  readonly #parts: SilenceParts;
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout;
  #heard = false;
  #misses = 0;

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
    return setTimeout(() => void this.#look(), this.#parts.every);
  }

  async #look(): Promise<void> {
    const error = this.#heard ? null : await this.#ask();
    if (this.#closing.signal.aborted) return;
    this.#heard = false;
    this.#misses = error === null ? 0 : this.#misses + 1;
    if (error !== null && this.#misses >= mostMisses) this.#parts.onDead(error);
    else this.#timer = this.#later();
  }

  /** Why the machine did not answer; null when it did, be it with a refusal. */
  async #ask(): Promise<OpsError | null> {
    const deadline = new Deadline(answerTime, this.#closing.signal, () =>
      answerTimedOut(this.#parts.name, answerTime / 1000),
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
