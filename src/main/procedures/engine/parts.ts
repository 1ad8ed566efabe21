import type { Preview, StartRequest, Task, TaskState } from "../../../shared/action.ts";
import type { OpsError, WireError } from "../../../shared/errors.ts";
import type { SignedHandOver } from "../../../shared/hand-over.ts";
import type { JournalEvent, NewJournalEvent } from "../../../shared/journal.ts";
import type { ApprovalRequest, SignedApproval } from "../../../shared/people.ts";
import type { Plan, PlanNode, PlanNodeOf } from "../../../shared/plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { Grant } from "../../../shared/roles.ts";
import type { AnsweredRun } from "../../../shared/run.ts";
import type { LocalText } from "../../../shared/text.ts";
import type { LeaseStore } from "./run-lease.ts";

/** The step that a task is of; `check` throws when the run is no longer this console's. */
export interface StepOrigin {
  run: string;
  step: string;
  attempt: number;
  check(): void;
}

/** What the journal knows of a task. */
export interface TaskEvidence {
  state: TaskState;
  outcome: LocalText | null;
  error: WireError | null;
  /** How often its action was about to be sent. */
  intents: number;
}

/** What the engine needs of whoever runs actions; `ActionRunner` has it. */
export interface StepRunner {
  start(request: StartRequest, origin: StepOrigin): Promise<string>;
  undo(task: string, origin: StepOrigin): Promise<string>;
  cancel(task: string): boolean;
  endEarly(task: string): void;
  waitFor(task: string): Promise<Task>;
  settle(task: string): Promise<Task>;
  recall(task: string): TaskEvidence | null;
  preview(request: Pick<StartRequest, "action" | "resources" | "input">): Promise<Preview[]>;
  reserve(
    resources: readonly string[],
    wanted: { run: string; title: LocalText; since: number },
  ): { title: LocalText; resource: string } | null;
  giveBack(run: string): void;
  onChange(listener: (task: Task) => void): () => void;
}

/** What the engine needs of the journal; `Journal` has it. */
export interface RunJournal extends LeaseStore {
  ofTypes(types: readonly string[], from: number): JournalEvent[];
  forTask(task: string): JournalEvent[];
  bookmark(name: string): number | null;
  setBookmark(name: string, sequence: number): void;
  steadyNow(): number;
  readonly head: number;
}

/** The way into the journal that runs and their tasks share; `JournalQueue` is one. */
export interface RunQueue {
  record(event: NewJournalEvent): Promise<JournalEvent>;
  keep(event: NewJournalEvent): Promise<OpsError | null>;
}

/** What a `forEach` over a query holds when it is reached. */
export interface Expansion {
  items: { id: string; name: string }[];
  nodes: PlanNode[];
  /** Steps that will not run for what it holds. */
  leftOut: Plan["leftOut"];
}

/** What the engine needs of whoever knows the operators; `PeopleDesk` has it, in the console's own way. */
export interface RunPeople {
  /** The operator that a name in the journal stands for, else the name. */
  personOf(name: string): string;
  isOperator(id: string): boolean;
  /** Whether an operator has the role to approve where a plan changes something; everybody has when left out. */
  mayApprove?(person: string, plan: Plan): boolean;
  /** The rights that somebody has taken for a while, so that they may open alone what wants two people; null without. */
  passOf?(person: string): string | null;
  /** Whose signature it is, and for which of the requests. Throws an OpsError where it is for none, or nobody's. */
  check(
    signature: string,
    requests: readonly ApprovalRequest[],
    verdict: "approve" | "refuse",
  ): SignedApproval;
  /** What an operator has no right to of what is left of a run; null where they may lead it. */
  lacks?(operator: string, run: Pick<AnsweredRun, "left" | "rights">): LocalText | null;
  /** Whose signature under a hand-over it is. Throws an OpsError where it is nobody's, or for another one. */
  checkHandOver?(signature: string, text: string): Omit<SignedHandOver, "request">;
}

export interface EngineParts {
  runner: StepRunner;
  journal: RunJournal;
  queue: RunQueue;
  resource(id: string): Resource | null;
  /** Makes sure that a resource is read lately, and looked for where it is not known, before a step judges by it. */
  refresh(id: string, signal: AbortSignal): Promise<void>;
  /** Has a resource read more often for a while, because a wait looks at it. */
  lookAt(id: string): void;
  expand(plan: Plan, node: PlanNodeOf<"forEach">): Expansion;
  /** Withholds the secrets in use; a plan that would bring one into the journal is not run. */
  redact?(words: string): string;
  /** Those who may sign; without them no gate that wants two people is passed. */
  people?: RunPeople;
  /** What a gate that `shows` something shows now, as plain data: an approval is bound to it. */
  shownAt?: (run: string, plan: Plan, gate: PlanNodeOf<"gate">) => unknown;
  /** Throws an OpsError where whoever asks may not do all that a plan does; gives the rights that they have. */
  permit?: (plan: Plan) => Grant[] | undefined;
  /**
   * Who answers for a run and may not do any more what is left of it, and who else may have it go on; null while they may.
   * It is asked when `reconsider` is called, and when a run is taken over.
   */
  rightLost?: (run: AnsweredRun) => { who: string; able: string[] } | null;
  /**
   * Why an action cannot be begun from where this workstation stands; null: it can, or that is not known. A step that has not
   * begun waits for it, without a word in the journal: `look` has it asked anew.
   */
  outside?: (action: string, target: string) => LocalText | null;
  /** Does what a run does by itself in the name of whoever leads it, and not of who happened to set it going. */
  inNameOf?: <Result>(run: { leader: string; rights?: readonly Grant[] }, work: () => Result) => Result;
  /** Does what two people have decided upon, or what they decide upon before it is done. */
  asDecided?: <Result>(work: () => Result) => Result;
  /** Does what nobody has asked for. */
  unasked?: <Result>(work: () => Result) => Result;
  /** Who uses this console. */
  actor: string;
  /** Names this console's data folder among all that may share a store of leases. */
  holder: string;
  /** The wall clock, epoch milliseconds. */
  now(): number;
  /** Milliseconds that never go back; `performance.now` when left out. */
  monotonic?: () => number;
  /** Hears of what was not foreseen. */
  report(error: OpsError): void;
}
