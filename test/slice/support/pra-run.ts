import { readFileSync } from "node:fs";
import type { RunState } from "../../../src/shared/run.ts";
import type { SliceLab } from "./lab.ts";
import type { OpenConsole } from "./open-console.ts";

/** How long a whole way may take, in milliseconds: alone on the machine it is some ten seconds. */
const patience = 150_000;

type Step = RunState["steps"][number];

/** What becomes of a run that is led by Ada at this console, with Bruno beside her. */
export interface Led {
  state: RunState;
  /** The gates that were approved, in their order. */
  gates: string[];
}

/** Times that a gate is signed anew because what it shows changed before the signature was there. */
const signings = 20;

/** Approves a gate: where it wants two people, by Bruno's signature over what it asks. */
export async function approve(
  console: OpenConsole,
  lab: SliceLab,
  state: RunState,
  node: string,
): Promise<void> {
  const { window } = console;
  const decision = { id: state.id, node, accept: true, planHash: state.plan.hash, reason: "trial" };
  const planned = state.plan.nodes.find(({ id }) => id === node);
  if (planned?.kind !== "gate" || planned.gate.approvers === 1) {
    await window.procedures.approve(decision);
    return;
  }
  for (let left = signings; ; left -= 1) {
    const { signature, operator } = await signedByBruno(console, lab, state.id, node);
    try {
      await window.procedures.approve({ ...decision, signature, operator });
      return;
    } catch (thrown) {
      if (left === 0 || codeIn(thrown) !== "run.state-changed") throw thrown;
    }
  }
}

/** Asks Bruno for a gate; his signature over what it shows then. */
export async function signedByBruno(
  { window }: OpenConsole,
  lab: SliceLab,
  run: string,
  node: string,
): Promise<{ signature: string; operator: string }> {
  const operator = "bruno";
  const { text } = await window.approvals.request({ run, node, to: operator });
  const key = readFileSync(lab.path("lab", "keys", "operator-bruno"), "utf8");
  const passphrase = readFileSync(lab.path("lab", "secrets", "operator-bruno-passphrase"), "utf8");
  const way = { kind: "key", key, passphrase } as const;
  const { signature } = await window.approvals.sign({ request: text, operator, verdict: "approve", way });
  return { signature, operator };
}

/** The code of an error as a window gets it. */
export function codeIn(thrown: unknown): string {
  return (thrown as { data?: { code?: string } }).data?.code ?? String(thrown);
}

/**
 * Leads a run: approves each gate as it comes, until the run has ended or `until` holds. Throws with what a step says that
 * fails, unless `until` is met by it, and with what all say where it never ends.
 */
export async function lead(
  console: OpenConsole,
  lab: SliceLab,
  run: string,
  until: (state: RunState) => boolean = () => false,
): Promise<Led> {
  const end = Date.now() + patience;
  const gates: string[] = [];
  for (;;) {
    const state = console.parts.procedures.engine.run(run);
    if (state) {
      if (state.endedAt !== null || until(state)) return { state, gates };
      // An unknown effect is looked into until it is known: after a take-over the far side may still be at it.
      const wrong = state.steps.find((step) => step.state === "failed");
      if (wrong) throw new Error(wordsOf(wrong));
      const gate = state.steps.find(
        ({ state: how, blockedBy, node }) =>
          how === "waiting" && blockedBy?.kind === "gate" && !gates.includes(node),
      );
      if (gate) {
        await approve(console, lab, state, gate.node);
        gates.push(gate.node);
        continue;
      }
    }
    if (Date.now() > end) throw new Error(`never ended: ${state?.steps.map(wordsOf).join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function wordsOf({ node, state, reason, blockedBy }: Step): string {
  return `${node} ${state} ${(reason ?? blockedBy?.text)?.en ?? ""}`;
}
