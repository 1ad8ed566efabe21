import type { Estate } from "../../shared/estate.ts";
import type { EstateCopy } from "../../shared/estate-copy.ts";
import type { Resource } from "../../shared/resource.ts";
import { anonymised } from "./anonymous/anonymise.ts";
import { keptKey } from "./anonymous/kept-key.ts";
import { vocabularyOf, type Worded } from "./anonymous/vocabulary.ts";
import { knownWell } from "./copying/known-well.ts";
import { makeCopy } from "./copying/make-copy.ts";

export interface CopyDeskParts {
  /** The estate in force. Throws OpsError where there is none. */
  estate(): Estate;
  resources(): readonly Resource[];
  /** Every action that there is, each by what it may be given. */
  actions(): readonly Worded[];
  /** Where the key of pseudonyms is kept. */
  keyFile: string;
  now(): number;
}

/** Milliseconds for what is told after everything else. */
const patience = 15_000;

/** Makes copies of the estate as it is known: for drills, and to be shown to others. */
export class CopyDesk {
  readonly #parts: CopyDeskParts;

  constructor(parts: CopyDeskParts) {
    this.#parts = parts;
  }

  /**
   * Copies the estate; `anonymous` with other names, addresses and domains, the same each time. Throws OpsError where no
   * estate is in force, or `drill.not-anonymous`.
   */
  async make({
    anonymous = false,
    signal,
  }: {
    anonymous?: boolean;
    signal?: AbortSignal;
  } = {}): Promise<EstateCopy> {
    const { estate, resources, actions, keyFile, now } = this.#parts;
    const late = AbortSignal.timeout(patience);
    const known = () => ({ estate: estate(), resources: resources() });
    const copy = makeCopy(await knownWell(known, signal ? AbortSignal.any([signal, late]) : late), now());
    signal?.throwIfAborted();
    return anonymous ? anonymised(copy, await keptKey(keyFile), vocabularyOf(actions())) : copy;
  }
}
