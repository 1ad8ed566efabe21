import type { RunState } from "../../../src/shared/run.ts";
import type { SliceLab } from "./lab.ts";
import type { OpenConsole } from "./open-console.ts";
import { approve } from "./pra-run.ts";
import { reaches, started } from "./runs.ts";

type Step = RunState["steps"][number];

/** `waits`: it neither failed nor got any further. */
export type HeldState = "failed" | "unknown-effect" | "waits";

/** What a fault is said to do: how each of these steps stands by it, in which words (of the step or of its task). */
export interface Claim {
  steps: Readonly<Record<string, HeldState>>;
  says?: RegExp;
}

/** The words by which a trial has nobody sign any gate, in place of a fault of the lab. */
export const nobodySigns = "nobody-signs";

/** A fault that befalls a run. */
export interface Befalling {
  /** The words of the fault, as `lab fault` takes them; or `nobodySigns`. */
  fault: readonly string[];
  /** The step at which it befalls the lab, once that waits or runs; before the run begins when left out. */
  at?: string;
  /** What the fault does: it is lifted once that is seen. Left out: once nothing goes on for `holds`. */
  claim?: Claim;
  /** Milliseconds for which what is claimed to wait must be seen standing still; without a claim, the whole run. */
  holds?: number;
}

/** A run under faults of the lab, each laid once the one before it is lifted. */
export interface Trial {
  procedure: string;
  variables?: Record<string, string>;
  befallings: readonly [Befalling, ...Befalling[]];
  /** Gone through to its end before a fault is laid. */
  before?: string;
  /** Faults that stand all the time, and are laid again when one of the trial is lifted. */
  always?: readonly (readonly string[])[];
  /** Milliseconds that all of it may take. */
  patience?: number;
}

export interface Held {
  node: string;
  state: HeldState;
  words: string;
}

export interface TrialResult {
  /** What each fault kept back; empty where the run got by without it. */
  held: Held[][];
  status: RunState["status"];
  /** Steps whose effect may be had once, and which were proven more often. */
  twice: string[];
  seconds: number;
}

/** Milliseconds in which a lab server listens again, and is read. */
const settling = 5_000;

/**
 * Goes through a procedure under faults. Once one holds it, that is lifted and what failed is tried again; of what nobody
 * knows, a person says that it is done once reading does not tell. A run that is not held as it is claimed ends with the fault
 * in force, and says what was held: nothing. Throws where it never ends.
 */
export async function trial(console: OpenConsole, lab: SliceLab, given: Trial): Promise<TrialResult> {
  const { procedure, variables = {}, befallings, before, always = [], patience = 150_000 } = given;
  if (before !== undefined) await goneThrough(console, before);
  const began = Date.now();
  const laid = new Laid(console, lab, befallings, always);
  try {
    await laid.begin();
    const run = await started(console, procedure, variables);
    for (;;) {
      const state = console.parts.procedures.engine.run(run);
      if (state.endedAt !== null) {
        const seconds = Math.round((Date.now() - began) / 1000);
        return { held: laid.held, status: state.status, twice: provenTwice(console, run), seconds };
      }
      if (Date.now() - began > patience) throw new Error(`never ended: ${picture(console, state)}`);
      await laid.look(state);
      const wrong = state.steps.filter(isWrong);
      if (wrong.length > 0 && laid.liftedAt !== null && state.status !== "running")
        await putRight(console, state, wrong, Date.now() - laid.liftedAt > settling);
      const gate = state.steps.find((step) => step.state === "waiting" && step.blockedBy?.kind === "gate");
      if (gate && !laid.waitsAt(gate.node)) await approve(console, lab, state, gate.node);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await lab.control.clear();
  }
}

/** The faults of a trial, as they are laid and lifted. */
class Laid {
  readonly held: Held[][];
  /** When one was lifted last. */
  liftedAt: number | null = null;
  readonly #console: OpenConsole;
  readonly #lab: SliceLab;
  readonly #always: readonly (readonly string[])[];
  readonly #left: Befalling[];
  #index = -1;
  #now: { befalling: Befalling; watch: (state: RunState) => Held[] } | null = null;

  constructor(
    console: OpenConsole,
    lab: SliceLab,
    befallings: readonly Befalling[],
    always: readonly (readonly string[])[],
  ) {
    this.#console = console;
    this.#lab = lab;
    this.#left = [...befallings];
    this.#always = always;
    this.held = befallings.map(() => []);
  }

  /** Lays what stands all the time, and the first one where it befalls before the run. */
  async begin(): Promise<void> {
    for (const each of this.#always) await this.#lab.control.fault(...each);
    if (this.#left[0]?.at === undefined) await this.#layNext();
  }

  /** Lifts the fault that holds the run, or lays the next where its step has begun. */
  async look(state: RunState): Promise<void> {
    const found = this.#now?.watch(state) ?? [];
    if (found.length > 0) {
      this.held[this.#index] = found;
      await this.#lab.control.clear();
      for (const each of this.#always) await this.#lab.control.fault(...each);
      this.liftedAt = Date.now();
      this.#now = null;
    }
    const [next] = this.#left;
    if (this.#now === null && next && hasBegun(state, next.at)) await this.#layNext();
  }

  /** Whether a gate is to be left as it stands: a fault is to be laid at it, or there is nobody who signs. */
  waitsAt(node: string): boolean {
    if (this.#now) return this.#now.befalling.fault[0] === nobodySigns;
    return this.#left[0]?.at === node;
  }

  async #layNext(): Promise<void> {
    const befalling = this.#left.shift();
    if (!befalling) return;
    const { fault, claim, holds } = befalling;
    if (fault[0] !== nobodySigns) await this.#lab.control.fault(...fault);
    this.#index += 1;
    this.#now = {
      befalling,
      watch: claim ? claimed(this.#console, claim, holds) : standing(this.#console, holds),
    };
  }
}

async function goneThrough(console: OpenConsole, procedure: string): Promise<void> {
  const run = await started(console, procedure, {});
  const { status } = await reaches(console, run, ({ endedAt }) => endedAt !== null, `through ${procedure}`);
  if (status !== "completed") throw new Error(`${procedure} ended as ${status}`);
}

/** Tells what is held once all that is claimed is seen, and what waits has been seen to for so many milliseconds. */
function claimed(console: OpenConsole, { steps, says = /^/ }: Claim, holds = 2_000) {
  let since: number | null = null;
  return (state: RunState): Held[] => {
    const seen = state.steps.flatMap((step) => (step.node in steps ? heldBy(console, step) : []));
    const isSo = ({ node, state: how, words }: Held) => how === steps[node] && says.test(words);
    if (seen.length < Object.keys(steps).length || !seen.every(isSo)) {
      since = null;
      return [];
    }
    since ??= Date.now();
    const isStill = seen.some(({ state: how }) => how === "waits");
    if (isStill ? Date.now() - since < holds : state.status === "running") return [];
    return seen;
  };
}

/**
 * Tells what is held once a step has failed and nothing else is under way, or nothing went on for so many milliseconds. A step
 * that has not said anything may still be at its deadlines: that is longer.
 */
function standing(console: OpenConsole, holds = 12_000) {
  let last = { picture: "", since: Date.now() };
  return (state: RunState): Held[] => {
    const now = picture(console, state);
    if (now !== last.picture) last = { picture: now, since: Date.now() };
    const wrong = state.steps.filter(isWrong);
    if (wrong.length > 0 && state.status !== "running") return wrong.flatMap((each) => heldBy(console, each));
    const all = state.steps.flatMap((each) => heldBy(console, each));
    // What a procedure within the plan waits for is said by its own steps.
    const held = all.filter(({ node }) => !all.some((other) => other.node.startsWith(`${node}/`)));
    const isSilent = held.some(({ words }) => words === "");
    return Date.now() - last.since <= holds * (isSilent ? 4 : 1) ? [] : held;
  };
}

/** What can be tried again is; of what nobody knows, somebody has looked once time for reading it is over. */
async function putRight(console: OpenConsole, { id }: RunState, wrong: Step[], patient: boolean) {
  const { window, parts } = console;
  for (const { node, state } of wrong) {
    const target = parts.procedures.engine.run(id).plan.nodes.find((each) => each.id === node);
    if (target?.kind === "action")
      await window.resources.refresh({ ids: [target.action.target.id] }).catch(() => {});
    if (state === "failed") await window.procedures.retry({ id, node }).catch(() => {});
    else if (patient) await window.procedures.adopt({ id, node, reason: "seen there" }).catch(() => {});
  }
}

/** Steps that may take effect once, and of which more than one attempt was proven or may have been sent. */
export function provenTwice(console: OpenConsole, run: string): string[] {
  const { plan, steps } = console.parts.procedures.engine.run(run);
  const once = plan.nodes.filter((node) => node.kind === "action" && node.action.effect === "once");
  return once.flatMap(({ id }) => {
    const attempts = steps.find(({ node }) => node === id)?.attempts ?? 0;
    const states = Array.from(
      { length: attempts },
      (_, index) => console.parts.runner.recall(`${run}/${id}/${index + 1}`)?.state,
    );
    return states.filter((state) => state === "verified" || state === "unknown-effect").length > 1
      ? [id]
      : [];
  });
}

const isWrong = ({ state }: Step) => state === "failed" || state === "unknown-effect";

function hasBegun({ steps }: RunState, node: string | undefined): boolean {
  if (node === undefined) return true;
  const step = steps.find((each) => each.node === node);
  return step !== undefined && step.state !== "pending" && step.state !== "blocked";
}

/** How a step that is held stands, in its words or in the last ones of its task; nothing for one that is not held. */
function heldBy(console: OpenConsole, { node, state, reason, blockedBy, task }: Step): Held[] {
  const said = task === null ? undefined : console.parts.runner.taskOf(task)?.progress.at(-1)?.text;
  const words = (reason ?? blockedBy?.text ?? said)?.en ?? "";
  if (state === "failed" || state === "unknown-effect") return [{ node, state, words }];
  return state === "running" || state === "waiting" ? [{ node, state: "waits", words }] : [];
}

function picture(console: OpenConsole, { steps, status }: RunState): string {
  const words = steps.map((each) => `${each.node} ${each.state} ${each.attempts}`);
  const held = steps.flatMap((each) => heldBy(console, each)).map((each) => `${each.node}: ${each.words}`);
  return `${status} ${[...words, ...held].join("\n")}`;
}
