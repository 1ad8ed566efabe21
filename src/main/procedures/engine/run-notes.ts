import type { RunNote } from "../../../shared/people.ts";
import type { ActiveRun } from "./active-run.ts";
import type { EngineClock } from "./engine-clock.ts";
import * as faults from "./faults.ts";
import type { FoldedRun } from "./folded-run.ts";
import { handOverText } from "./hand-over.ts";
import type { EngineParts } from "./parts.ts";
import { applyEvent } from "./run-fold.ts";
import { leftOf } from "./run-summary.ts";

/** What people write down about runs, and to whom they hand them over. */
export class RunNotes {
  readonly #parts: EngineParts;
  readonly #clock: EngineClock;
  readonly #known: (id: string) => FoldedRun;
  readonly #own: (id: string) => Promise<ActiveRun>;
  readonly #changed: (id: string) => void;
  readonly #reconsider: (id: string) => Promise<void>;

  constructor(
    parts: EngineParts,
    clock: EngineClock,
    runs: {
      known(id: string): FoldedRun;
      own(id: string): Promise<ActiveRun>;
      changed(id: string): void;
      /** Pauses the run where whoever answers for it may not do what is left of it. */
      reconsider(id: string): Promise<void>;
    },
  ) {
    this.#parts = parts;
    this.#clock = clock;
    this.#known = runs.known;
    this.#own = runs.own;
    this.#changed = runs.changed;
    this.#reconsider = runs.reconsider;
  }

  /** Oldest first. Throws OpsError `run.unknown`. */
  of(id: string): RunNote[] {
    return [...this.#known(id).notes];
  }

  /**
   * Writes a note, also about a run that has ended: what was learned is often written down after. Throws OpsError
   * `run.unknown`, `run.unknown-step`, `run.held` or the journal's.
   */
  async add(id: string, { node, text, attachment }: Omit<RunNote, "at" | "by">): Promise<void> {
    const known = this.#known(id);
    if (node !== null && !known.nodes.has(node)) throw faults.unknownStep(node);
    const note = { node, by: this.#parts.actor, text, attachment };
    if (known.end === null) return (await this.#own(id)).decide("run.noted", note);
    // Nobody goes on with it, and a note changes nothing about how it ended.
    const written = await this.#parts.queue.record({
      type: "run.noted",
      subject: null,
      task: id,
      data: { ...note, time: this.#clock.now() },
    });
    applyEvent(known, written);
    this.#changed(id);
  }

  /**
   * Has another operator lead a run from now on, who has the right to all that is left of it. Throws OpsError `run.needs-reason`,
   * `run.unknown-operator`, `run.leads-already`, `run.leader-lacks-rights` or what taking the run over throws.
   */
  async handOver(id: string, to: string, reason: string): Promise<void> {
    if (reason.trim() === "") throw faults.needsReason();
    const { people, actor } = this.#parts;
    if (people?.isOperator(to) !== true) throw faults.unknownOperator(to);
    const run = await this.#own(id);
    if (people.personOf(run.folded.leader) === to) throw faults.leadsAlready(to);
    this.#demandRights(to, run);
    await run.decide("run.handed-over", { to, by: actor, reason });
    // They may have lost a role while it was being written.
    await this.#reconsider(id);
  }

  /** What is to be countersigned, and by whom. Throws OpsError `run.unknown` or `run.not-handed-over`. */
  toCountersign(id: string): { request: string; to: string } {
    const { handOver } = this.#known(id);
    if (handOver === null || handOver.signed !== null) throw faults.notHandedOver();
    return { request: handOverText(handOver.request), to: handOver.request.to };
  }

  /**
   * Keeps the signature of whoever a run was handed over to. Throws OpsError `run.not-handed-over`, `run.other-operator`,
   * `run.leader-lacks-rights`, what is wrong with the signature, or what taking the run over throws.
   */
  async countersign(id: string, signature: string): Promise<void> {
    const run = await this.#own(id);
    const { handOver } = run.folded;
    const { people } = this.#parts;
    if (handOver === null || handOver.signed !== null || !people?.checkHandOver) throw faults.notHandedOver();
    const { request } = handOver;
    const signed = people.checkHandOver(signature, handOverText(request));
    if (signed.operator !== request.to) throw faults.otherOperator(request.to);
    this.#demandRights(request.to, run);
    await run.decide("run.hand-over-signed", { by: signed.operator, signed: { request, ...signed } });
    await this.#reconsider(id);
  }

  #demandRights(operator: string, { folded }: ActiveRun): void {
    const { rights } = folded;
    const lacks = this.#parts.people?.lacks?.(operator, { left: leftOf(folded), ...(rights && { rights }) });
    if (lacks) throw faults.leaderLacksRights(lacks);
  }
}
