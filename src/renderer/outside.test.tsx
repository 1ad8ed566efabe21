// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Plan } from "../shared/plan.ts";
import { sameText, text } from "../shared/text.ts";
import { withPraRun } from "./pages/pra/testing/screens.ts";
import { actionNode, standing } from "./pages/procedures/testing/nodes.ts";
import { emptyPlan, emptyRun } from "./testing/empty-run.ts";
import { type MemoryConsole, start, task } from "./testing/memory-console.ts";
import { openWindow } from "./testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const away = text("This workstation is outside the allowlist.", "Ce poste est hors de la liste autorisée.");
const plan: Plan = { ...emptyPlan, hash: "f00dcafe", nodes: [actionNode("reboot")] };

const round = (console: MemoryConsole) => {
  const procedure = { id: "round", origin: "built-in", title: sameText("Round"), description: null } as const;
  console.procedures.set({
    procedures: [{ ...procedure, variables: {}, steps: 1, unavailable: null, lastRun: null }],
  });
  console.planned = { plan, problems: [], typeToConfirm: null };
};
const run = (status: "paused" | "waiting") => (console: MemoryConsole) => {
  console.planned = { plan, problems: [], typeToConfirm: null };
  const steps = [standing("reboot", { state: "failed" })];
  console.run.set({ ...emptyRun, status, endedAt: null, startedAt: start, planHash: plan.hash, steps });
};
const undoable = (console: MemoryConsole) =>
  console.tasks.set({ tasks: [task("task-1", { state: "verified", endedAt: start, undoable: true })] });
const unknown = (console: MemoryConsole) =>
  console.tasks.set({ tasks: [task("task-1", { state: "unknown-effect", endedAt: start })] });
const ports = (console: MemoryConsole) => {
  console.has = { ...console.has, ports: true };
  console.sessions.ports = [{ port: 8080, name: "http" }];
};
const signedOut = (console: MemoryConsole) =>
  console.vaults.standings.set([
    {
      ...{
        id: "vault",
        name: "Vault",
        method: "oidc",
        needsPerson: true,
        references: false,
        state: "signed-out",
      },
      ...{
        who: null,
        policies: [],
        since: null,
        expiresAt: null,
        endsAt: null,
        renewable: false,
        error: null,
      },
    },
  ]);

/** Every button outside of actions and consoles that has something done far away: where it is, and how one comes to it. */
const places: [
  button: RegExp,
  hash: string,
  prepare: (console: MemoryConsole) => void,
  through: RegExp[],
  of: string,
][] = [
  [/^Dry run/, "#/procedures/round", round, [/^Make the plan/], "steps"],
  [/^Run Round/, "#/procedures/round", round, [/^Make the plan/], "steps"],
  [/^Resume/, "#/runs/run-1", run("paused"), [], "run"],
  [/^Roll back/, "#/runs/run-1", run("paused"), [], "run"],
  [/^Roll back/, "#/pra/run/run-1", withPraRun(), [], "run"],
  [/^Forward$/, "#/resource/tower-a", ports, [/^Forward a port/], "part"],
  [/^Undo/, "#/tasks/task-1", undoable, [], "task"],
  [/^Find out/, "#/tasks/task-1", unknown, [], "task"],
  [/^Sign in to Vault/, "#/forwards", signedOut, [/^Vault: sign in/], "system"],
];

async function come(through: readonly RegExp[]): Promise<void> {
  for (const name of through) fireEvent.click(await screen.findByRole("button", { name }));
}

describe("from outside", () => {
  it.each(places)(
    "%s of %s is greyed and says why, and is not from inside",
    async (name, hash, prepare, through, of) => {
      opened = openWindow(hash, (console) => {
        prepare(console);
        console.inside.outside.set(away);
      });
      const { console } = opened;
      await come(through);
      // A button that is greyed now is another one than before.
      const greyed = () =>
        screen
          .queryAllByRole("button", { name })
          .find((each) => each.getAttribute("aria-disabled") === "true");
      await waitFor(() => expect(greyed()).toBeTruthy());
      expect(console.inside.asked.map((subject) => subject.of)).toContain(of);
      const button = greyed();
      if (button) fireEvent.focus(button);
      expect(await screen.findAllByText(away.en)).not.toEqual([]);
      act(() => console.inside.outside.set(null));
      await waitFor(() => expect(greyed()).toBeUndefined());
    },
  );
});
