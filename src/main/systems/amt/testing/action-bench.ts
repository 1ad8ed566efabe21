import { afterEach, beforeEach } from "vitest";
import type { Action } from "../../../actions/action.ts";
import { Questions } from "../../../reach/questions.ts";
import { machineActions } from "../actions.ts";
import type { MachineAccess } from "../machine-access.ts";
import { FakeAmt } from "./fake-amt.ts";
import { accessTo, actionContext, FakeClock, FakeSecrets } from "./surroundings.ts";

/** One machine, its actions and a clock that only waiting moves, new for each test. */
export let amt: FakeAmt;
export let clock: FakeClock;
export let access: MachineAccess;
export let questions: Questions;
export const changed: string[] = [];
let actions: Action[];

beforeEach(async () => {
  amt = await FakeAmt.start();
  clock = new FakeClock();
  questions = new Questions({ interactive: true, now: clock.now });
  access = accessTo({ "tower-a": amt.port }, clock, new FakeSecrets());
  actions = actionsAsking(questions);
  changed.length = 0;
});
afterEach(async () => {
  access.close();
  await amt.close();
});

/** The machine's actions with somebody else to ask. */
export function actionsAsking(whom: Questions): Action[] {
  actions = machineActions(access, { onChanged: (id) => void changed.push(id), questions: whom });
  return actions;
}

/** Another machine in place of the one that was closed. */
export async function replaceAmt(): Promise<void> {
  amt = await FakeAmt.start();
}

export function action(id: string): Action {
  const found = actions.find((each) => each.id === id);
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

/** Runs an action as the runner does, up to its proof. */
export async function run(id: string, input: Record<string, unknown> = {}) {
  const chosen = action(id);
  const { context, trail } = actionContext("tower-a");
  const probe = await chosen.probe(context, input);
  if (probe.state !== "needed") return { probe, trail, applied: null, verification: null };
  const applied = await chosen.apply(context, input, probe);
  return { probe, trail, applied, verification: await chosen.verify(context, input, probe, applied) };
}

/** The power requests that came over the wire. */
export const powerRequests = () =>
  amt.received.filter(({ body }) => body.includes("RequestPowerStateChange_INPUT"));

/** Lets the readings after an accepted power request go through these codes. */
export function afterwards(...codes: number[]): void {
  amt.firmware.onPower = () => {
    amt.firmware.power = codes;
  };
}

/** Answers each question with this code; null declines. */
export function answerWith(code: string | null): void {
  questions.onChange(() => {
    const [open] = questions.list();
    if (!open) return;
    queueMicrotask(() => questions.answer(open.id, { accept: code !== null, answers: [code ?? ""] }));
  });
}
