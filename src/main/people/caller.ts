import { AsyncLocalStorage } from "node:async_hooks";
import type { Grant } from "../../shared/roles.ts";

/** Whoever something is done for. */
export interface Caller {
  /**
   * `person`: somebody at a window or a command. `run`: a run goes on, in its leader's name. `console`: nobody has asked;
   * the console looks by itself.
   */
  kind: "person" | "run" | "console";
  /** The operator; null while nobody has proven to be one. */
  person: string | null;
  /** The name that is written down. */
  name: string;
  /** The rights that a run was begun with: whoever began it may lose theirs meanwhile. */
  begunWith?: readonly Grant[];
  /** Two people have opened the gate before it, or have to before what is tried out here is done. */
  decidedByTwo?: true;
}

/**
 * Knows, anywhere in what a call of the contract sets going, for whom it is done: also in what goes on after the call was
 * answered, such as a task, and whoever signs in at that window meanwhile.
 */
export class Callers {
  readonly #store = new AsyncLocalStorage<Caller>();
  #otherwise: () => Caller | null = () => null;

  /** Null: nobody has asked for it, as for what is done on a schedule. */
  get current(): Caller | null {
    return this.#store.getStore() ?? this.#otherwise();
  }

  as<Result>(caller: Caller, work: () => Result): Result {
    return this.#store.run(caller, work);
  }

  /** Who is meant outside of all calls: of a command line, whoever gave the command. */
  otherwise(caller: () => Caller | null): void {
    this.#otherwise = caller;
  }
}
