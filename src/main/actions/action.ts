import type { z } from "zod";
import type {
  EffectClass,
  GuardVerdict,
  InputField,
  Probe,
  ProgressMark,
  Risk,
} from "../../shared/action.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { Resource, ResourceKind } from "../../shared/resource.ts";
import type { LocalText } from "../../shared/text.ts";

/** What was about to be done on a resource before, as the journal has it: written before anything was sent. */
export interface EarlierTask {
  task: string;
  action: string;
  verb: "apply" | "undo";
  /** Epoch milliseconds. */
  at: number;
  /** What its probe had seen. */
  observed: Readonly<Record<string, z.core.util.JSONType>>;
}

/** What an action is handed when it runs on one resource. Every wait in it honours `signal`. */
export interface ActionContext {
  resource: Resource;
  signal: AbortSignal;
  /** Says how far it is; `fraction` from 0 to 1, null when not known. */
  progress(text: LocalText, fraction?: number | null, mark?: ProgressMark): void;
  /** Live output of the work itself (a command's words); not journalled line by line. */
  output(stream: "output" | "error", words: string): void;
  /**
   * Called by `apply` right before the byte that cannot be taken back leaves. From here on a lost connection
   * means *unknown effect*, before it means *failed, nothing changed*.
   */
  committed(): void;
  /**
   * The newest of what these actions were about to do on this resource in the last days, the newest first, whoever asked
   * and whatever became of it; left out where there is no journal.
   */
  earlier?(actions: readonly string[]): readonly EarlierTask[];
  /** The name of whom it is done for, as it is written down; left out where nobody is known. */
  actor?: string;
  /**
   * Writes down what this work has found out of another resource, as an event of this task; left out where there is no
   * journal. Resolves when it is on disk.
   */
  journal?(event: Omit<NewJournalEvent, "task">): Promise<void>;
}

export interface Applied {
  /** Plain data that `verify` needs and the journal keeps; no secret. */
  data: Record<string, z.core.util.JSONType>;
}

export interface Verification {
  proven: boolean;
  /**
   * With `proven: false`: the far side itself shows that the action has failed, and nothing is left to find out. A
   * `once` effect that is only not proven stays unknown and is settled; one that is disproven has failed.
   */
  disproven?: boolean;
  /** The proof in words, or what was seen instead. */
  text: LocalText;
  data: Record<string, z.core.util.JSONType>;
}

/** After a crash or a lost connection between intent and result: did the effect happen? */
export interface Settlement {
  effect: "happened" | "did-not-happen" | "unknown";
  /** With `unknown`: nothing that could be asked will ever tell. It is not asked again; a person says what became of it. */
  untellable?: true;
  text: LocalText;
  data: Record<string, z.core.util.JSONType>;
}

/**
 * One change on one resource, in four verbs. `probe` and `settle` only read. `apply` of a `once` effect is never
 * called twice for one intent. Errors are OpsErrors.
 */
export interface Action<Input = Record<string, unknown>> {
  readonly id: string;
  readonly title: LocalText;
  readonly verb: LocalText;
  readonly risk: Risk;
  readonly effect: EffectClass;
  readonly kinds: readonly ResourceKind[];
  readonly input: z.ZodType<Input>;
  readonly fields: readonly InputField[];
  /** The fields as they are on this resource, by what is known of it: with choices that it does not have greyed. */
  fieldsFor?(resource: Resource): readonly InputField[];
  readonly bulk: boolean;
  /** It asks and changes something else than the resource that it is about, so that the resource need not answer. */
  readonly elsewhere?: true;
  /** Milliseconds that its probe may take in a preview, where the far side needs longer than the usual 20 s. */
  readonly probeLimit?: number;
  /** What of its input the journal may have, where only the action can tell a secret in it; the input itself: all. */
  journalled?(input: Input): Readonly<Record<string, unknown>>;
  /** Whether this resource has the action at all (its system offers it). */
  appliesTo(resource: Resource): boolean;
  /** Why it cannot work right now by what is known without asking the far side; null when it can. */
  unavailable?(resource: Resource): LocalText | null;
  /**
   * What the system itself says about whether this log-in may do it there (a cluster's rules, a firmware's realms), by
   * what is known without asking; null where it does not say beforehand.
   */
  rights?(resource: Resource): { allowed: boolean; text: LocalText } | null;
  /**
   * Whether it would keep out whoever works here: refused by a guard that no reason opens, by what is known without asking.
   * Left out of what lets nobody in or out.
   */
  lockOut?(resource: Resource): { allowed: boolean; text: LocalText };
  /**
   * The procedure in which two people decide upon it: refused elsewhere by a guard that no reason opens, unless rights were
   * taken by break-glass. Left out of what one person may decide.
   */
  readonly decidedIn?: string;
  /** Steps in words, the proof that will be asked for afterwards, and how it is undone (null: it is not). */
  describe(
    resource: Resource,
    input: Input,
  ): { steps: LocalText[]; proof: LocalText; undo: LocalText | null };
  probe(context: ActionContext, input: Input): Promise<Probe>;
  apply(context: ActionContext, input: Input, probe: Probe): Promise<Applied>;
  verify(context: ActionContext, input: Input, probe: Probe, applied: Applied): Promise<Verification>;
  settle(context: ActionContext, input: Input, probe: Probe): Promise<Settlement>;
  /** Asks what is under way on a resource to end, as a failure, at the next place where nothing is left half done. */
  endEarly?(resource: Resource): void;
  /**
   * Why there is nothing to do now, or not yet, by what is known without asking: greyed where it is offered. In a run, where
   * the step before may have changed that a moment ago, the probe tells.
   */
  idle?(resource: Resource): LocalText | null;
  undo?(context: ActionContext, input: Input, probe: Probe): Promise<Verification>;
}

/** What guards judge an action by. */
export type Judged = Pick<
  Action,
  "id" | "risk" | "effect" | "rights" | "elsewhere" | "lockOut" | "decidedIn"
>;

/** Says before an action whether it may go on, and why not; it only looks. */
export interface Guard {
  readonly id: string;
  /** Whether it has anything to say of such an action; of all when left out. */
  concerns?(action: Judged): boolean;
  check(action: Judged, resource: Resource): Promise<GuardVerdict> | GuardVerdict;
}
