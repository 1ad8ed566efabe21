import type { OpsError } from "../../shared/errors.ts";
import { toOpsError } from "../../shared/errors.ts";
import type { InsideSubject } from "../../shared/inside.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** Something that is open towards the far side, and can be ended for a reason. The same thing is the same `key`. */
export interface OpenThing {
  key: unknown;
  subject: InsideSubject;
  end(reason: LocalText): void;
}

export interface LeavingParts {
  open(): readonly OpenThing[];
  reasonAgainst(subject: InsideSubject): LocalText | null;
  /** What was judged last, another object each time; null where nothing is outside. */
  judgement(): object | null;
  /** Has everything judged anew. */
  judgeAnew(): Promise<void>;
  /** Lets go of the connections of ways that are outside; false where some are still needed by what is under way. */
  leaveWays(): boolean;
  /** Resolves when a network that was only changing has had its time. */
  grace(signal: AbortSignal): Promise<void>;
  onChange(listener: () => void): () => void;
  report(error: OpsError): void;
}

/**
 * Ends what is open when this workstation has gone outside: nothing goes on there with credentials. A network that flaps, a
 * VPN that is just being renewed, is given a moment, and what counts is the next answer: only what both judgements find
 * outside is ended. What is not known to be outside stays.
 */
export class Leaving {
  readonly #parts: LeavingParts;
  readonly #closing = new AbortController();
  readonly #stop: () => void;
  #looking: Promise<void> | null = null;
  #again = false;
  /** The judgement by which all has been ended. */
  #done: object | null = null;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
    this.#stop = parts.onChange(() => this.#look());
  }

  async close(): Promise<void> {
    this.#stop();
    this.#closing.abort();
    await this.#looking;
  }

  #look(): void {
    const judgement = this.#parts.judgement();
    if (judgement === null || judgement === this.#done || this.#closing.signal.aborted) return;
    if (this.#looking !== null) {
      this.#again = true;
      return;
    }
    this.#looking = this.#leave()
      .catch((thrown: unknown) => {
        if (!this.#closing.signal.aborted) this.#parts.report(toOpsError(thrown, "reach"));
      })
      .finally(() => {
        this.#looking = null;
        const again = this.#again;
        this.#again = false;
        if (again) this.#look();
      });
  }

  async #leave(): Promise<void> {
    const { grace, judgement, judgeAnew, leaveWays } = this.#parts;
    const first = judgement();
    const before = new Set(this.#outside().map(({ key }) => key));
    await grace(this.#closing.signal);
    await judgeAnew();
    const next = judgement();
    // Inside again; or another judgement has overtaken this one, and is heard of when it is there.
    if (next === null || next === first || this.#closing.signal.aborted) return;
    const found = this.#outside();
    for (const { key, reason, end } of found) if (before.has(key)) end(endedFor(reason));
    const all = found.every(({ key }) => before.has(key));
    if (leaveWays() && all) this.#done = next;
  }

  #outside(): { key: unknown; reason: LocalText; end: OpenThing["end"] }[] {
    return this.#parts.open().flatMap(({ key, subject, end }) => {
      const reason = this.#parts.reasonAgainst(subject);
      return reason === null ? [] : [{ key, reason, end }];
    });
  }
}

function endedFor({ en, fr }: LocalText): LocalText {
  return text(
    `It was ended, since this workstation has gone outside. ${en} It can be opened again from inside.`,
    `Fermé, car ce poste est passé dehors. ${fr} On pourra le rouvrir de l'intérieur.`,
  );
}
