import type { RunState } from "../../../src/shared/run.ts";
import type { SliceLab } from "./lab.ts";
import type { OpenConsole } from "./open-console.ts";
import { approve } from "./pra-run.ts";
import { started } from "./runs.ts";

type Step = RunState["steps"][number];

/** A run under a fault of the lab. */
export interface Trial {
  procedure: string;
  variables?: Record<string, string>;
  /** The words of the fault, as `lab fault` takes them. */
  fault: readonly string[];
  /** The step at which the fault befalls the lab, once it waits or runs; before the run begins when left out. */
  at?: string;
  /** Milliseconds after which a run that does not get on is held by its fault. */
  holds?: number;
}

export interface Held {
  node: string;
  /** `waits`: it neither failed nor got any further. */
  state: "failed" | "unknown-effect" | "waits";
  words: string;
}

export interface TrialResult {
  /** What the fault kept back, in the order in which it was seen; empty where the run got by without it. */
  held: Held[];
  status: RunState["status"];
  /** Steps whose effect may be had once, and which were proven more often. */
  twice: string[];
  seconds: number;
}

/** Milliseconds that all of a trial may take. */
const patience = 150_000;
/** Milliseconds in which a lab server listens again, and is read. */
const settling = 5_000;

/**
 * Goes through a procedure under a fault. Once the fault holds it, the fault is lifted and what failed is tried again; of
 * what nobody knows, a person says that it is done once reading does not tell. Throws where it never ends.
 */
export async function trial(console: OpenConsole, lab: SliceLab, given: Trial): Promise<TrialResult> {
  const { procedure, variables = {}, fault, at, holds = 8_000 } = given;
  const began = Date.now();
  const lay = () => lab.control.fault(...fault);
  if (at === undefined) await lay();
  const run = await started(console, procedure, variables);
  const held: Held[] = [];
  let isLaid = at === undefined;
  let liftedAt: number | null = null;
  let last = { picture: "", since: Date.now() };
  const { engine } = console.parts.procedures;
  for (;;) {
    const state = engine.run(run);
    if (state.endedAt !== null) {
      if (liftedAt === null) await lab.control.clear();
      const seconds = Math.round((Date.now() - began) / 1000);
      return { held, status: state.status, twice: provenTwice(console, run), seconds };
    }
    if (Date.now() - began > patience) throw new Error(`never ended: ${picture(state)}`);
    if (!isLaid && hasBegun(state, at ?? "")) {
      await lay();
      isLaid = true;
    }
    const now = picture(state);
    if (now !== last.picture) last = { picture: now, since: Date.now() };
    const wrong = state.steps.filter((step) => step.state === "failed" || step.state === "unknown-effect");
    if (wrong.length > 0 && state.status !== "running" && liftedAt === null) {
      held.push(...wrong.map(heldBy));
      await lab.control.clear();
      liftedAt = Date.now();
    }
    if (wrong.length > 0 && liftedAt !== null && state.status !== "running") {
      await putRight(console, state, wrong, Date.now() - liftedAt > settling);
    } else if (isLaid && liftedAt === null && Date.now() - last.since > holds) {
      held.push(...state.steps.filter(isStanding).map(heldBy));
      await lab.control.clear();
      liftedAt = Date.now();
    }
    const gate = state.steps.find((step) => step.state === "waiting" && step.blockedBy?.kind === "gate");
    if (gate && (isLaid || gate.node !== at)) await approve(console, lab, state, gate.node);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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
function provenTwice(console: OpenConsole, run: string): string[] {
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

const isStanding = ({ state }: Step) => state === "running" || state === "waiting";

function hasBegun({ steps }: RunState, node: string): boolean {
  const step = steps.find((each) => each.node === node);
  return step !== undefined && (step.state !== "pending" || step.blockedBy?.kind === "gate");
}

function heldBy({ node, state, reason, blockedBy }: Step): Held {
  const words = (reason ?? blockedBy?.text)?.en ?? "";
  return { node, state: state === "failed" || state === "unknown-effect" ? state : "waits", words };
}

function picture({ steps, status }: RunState): string {
  return `${status} ${steps.map(({ node, state, attempts }) => `${node} ${state} ${attempts}`).join("\n")}`;
}
