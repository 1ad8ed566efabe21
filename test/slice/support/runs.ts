import type { RunState } from "../../../src/shared/run.ts";
import type { OpenConsole } from "./open-console.ts";

/** How long a run may take to get anywhere, in milliseconds: alone on the machine it is seconds. */
const patience = 100_000;

/** Reads resources that are only declared once their system was read. */
export async function known(console: OpenConsole, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await console.until(`${id} is known`, () => console.parts.inventory.get(id) !== null);
    await console.read(id);
  }
}

/** Plans a procedure and starts it from that plan, as a window does; the run's identifier. */
export async function started(
  console: OpenConsole,
  procedure: string,
  variables: Record<string, string | number | boolean>,
): Promise<string> {
  const request = { procedure, variables };
  const { plan, problems, typeToConfirm } = await console.window.procedures.plan(request);
  if (!plan) throw new Error(JSON.stringify(problems));
  const { run } = await console.window.procedures.start({
    ...request,
    planHash: plan.hash,
    reason: "trial",
    confirmation: typeToConfirm ?? "",
  });
  return run;
}

/** Resolves with the run once it stands so; `watched` is read all the time, as by somebody who asks for it. */
export async function reaches(
  console: OpenConsole,
  run: string,
  holds: (state: RunState) => boolean,
  words: string,
  watched: string[] = [],
): Promise<RunState> {
  const end = Date.now() + patience;
  for (;;) {
    const state = console.parts.procedures.engine.run(run);
    if (state && holds(state)) return state;
    if (watched.length > 0) await console.window.resources.refresh({ ids: watched });
    if (Date.now() > end) {
      const steps = state?.steps.map(
        ({ node, state: how, reason, blockedBy }) =>
          `${node} ${how} ${(reason ?? blockedBy?.text)?.en ?? ""}`,
      );
      throw new Error(`never ${words}: ${steps?.join("\n")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Has a second person sign what waits for them, by their key, and hands it in. */
export async function signedBy(
  console: OpenConsole,
  run: string,
  node: string,
  { operator, key, passphrase = "" }: { operator: string; key: string; passphrase?: string },
): Promise<void> {
  const { planHash } = console.parts.procedures.engine.run(run);
  const { text } = await console.window.approvals.request({ run, node });
  const way = { kind: "key", key, passphrase } as const;
  const wanted = { request: text, operator, verdict: "approve", way } as const;
  const { signature } = await console.window.approvals.sign(wanted);
  await console.window.procedures.approve({ id: run, node, accept: true, planHash, signature });
}

/** How a step of a run stands. */
export function step(state: RunState, node: string): RunState["steps"][number] | undefined {
  return state.steps.find((each) => each.node === node);
}
