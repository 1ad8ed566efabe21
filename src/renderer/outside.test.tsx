// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { insideCalls } from "../shared/call-subjects.ts";
import type { InsideSubject } from "../shared/inside.ts";
import type { Plan } from "../shared/plan.ts";
import { sameText, text } from "../shared/text.ts";
import { praView } from "./pages/pra/testing/plans.ts";
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
        found: null,
      },
    },
  ]);

const praModes = (console: MemoryConsole) => {
  console.pra.view.set(praView());
  console.pra.plans.set({ plans: [praView()] });
};
const secret = (console: MemoryConsole) => {
  const word = { name: "root", reference: "keychain:root", present: true, writable: true };
  const known = { lastUsedAt: null, changedAt: null, usedBy: ["tower-a"] };
  const store = { provider: "keychain", locked: false, passphraseFileExists: false } as const;
  console.secrets.set({ ...store, text: sameText("Keychain"), secrets: [{ ...word, ...known }] });
};
const manifest = (console: MemoryConsole) => {
  // The editor measures its text, which jsdom does not lay out.
  Range.prototype.getClientRects = () => Object.assign([], { item: () => null });
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  console.has = { ...console.has, manifest: true };
};
const failedStep = (console: MemoryConsole) => {
  run("waiting")(console);
  const node = actionNode("reboot");
  if (node.kind === "action") node.compensate = { kind: "action", action: node.action };
  console.planned = { plan: { ...plan, nodes: [node] }, problems: [], typeToConfirm: null };
};
const leftRun = (console: MemoryConsole) => {
  const reason = sameText("Another console had it.");
  console.run.set({ ...emptyRun, status: "running", endedAt: null, reason, planHash: plan.hash });
};
const vaultOf = (part: "secrets" | "vaultKeys") => (console: MemoryConsole) => {
  console.has = { ...console.has, [part]: true };
};

interface Control {
  /** The call that it makes. */
  call: string;
  /** The button; a view where it is left out, in the place of which stands why it is not shown. */
  button?: RegExp;
  hash: string;
  prepare: (console: MemoryConsole) => void;
  /** How one comes to it. */
  through?: RegExp[];
  of: InsideSubject["of"];
}

/** Every control that has something done far away: where it is, and how one comes to it. */
const controls: Control[] = [
  {
    call: "procedures.dryRun",
    button: /^Dry run/,
    hash: "#/procedures/round",
    prepare: round,
    through: [/^Make the plan/],
    of: "steps",
  },
  {
    call: "procedures.start",
    button: /^Run Round/,
    hash: "#/procedures/round",
    prepare: round,
    through: [/^Make the plan/],
    of: "steps",
  },
  { call: "procedures.resume", button: /^Resume/, hash: "#/runs/run-1", prepare: run("paused"), of: "run" },
  {
    call: "procedures.rollBack",
    button: /^Roll back/,
    hash: "#/runs/run-1",
    prepare: run("paused"),
    of: "run",
  },
  {
    call: "procedures.rollBack",
    button: /^Roll back/,
    hash: "#/pra/run/run-1",
    prepare: withPraRun(),
    of: "run",
  },
  {
    call: "procedures.takeOver",
    button: /^Go on with it here/,
    hash: "#/runs/run-1",
    prepare: leftRun,
    of: "run",
  },
  { call: "procedures.retry", button: /^Try again/, hash: "#/runs/run-1", prepare: failedStep, of: "run" },
  {
    call: "procedures.compensate",
    button: /^Compensate/,
    hash: "#/runs/run-1",
    prepare: failedStep,
    of: "run",
  },
  { call: "pra.start", button: /^Planned/, hash: "#/pra/shop", prepare: praModes, of: "pra" },
  { call: "pra.rehearse", button: /^Rehears/, hash: "#/pra/shop", prepare: praModes, of: "pra" },
  {
    call: "forwards.open",
    button: /^Forward$/,
    hash: "#/resource/tower-a",
    prepare: ports,
    through: [/^Forward a port/],
    of: "part",
  },
  { call: "tasks.undo", button: /^Undo/, hash: "#/tasks/task-1", prepare: undoable, of: "task" },
  { call: "tasks.settle", button: /^Find out/, hash: "#/tasks/task-1", prepare: unknown, of: "task" },
  {
    call: "vaults.signIn",
    button: /^Sign in to Vault/,
    hash: "#/forwards",
    prepare: signedOut,
    through: [/^Vault: sign in/],
    of: "system",
  },
  { call: "secrets.test", button: /^Test/, hash: "#/secrets", prepare: secret, of: "secret" },
  { call: "secrets.rotate", button: /^Rotate/, hash: "#/secrets", prepare: secret, of: "secret" },
  {
    call: "manifests.read",
    button: /^Read anew/,
    hash: "#/resource/tower-a/manifest",
    prepare: manifest,
    of: "part",
  },
  {
    call: "manifests.check",
    button: /^Check$/,
    hash: "#/resource/tower-a/manifest",
    prepare: manifest,
    through: [/^Edit$/],
    of: "part",
  },
  { call: "logs.open", hash: "#/logs?on=tower-a", prepare: () => undefined, of: "part" },
  ...["vaultSecrets.folder", "vaultSecrets.read", "vaultSecrets.search"].map(
    (call): Control => ({
      call,
      hash: "#/resource/tower-a/secrets",
      prepare: vaultOf("secrets"),
      of: "resource",
    }),
  ),
  ...["vaults.rekey", "vaults.tokens"].map(
    (call): Control => ({
      call,
      hash: "#/resource/tower-a/vault-keys",
      prepare: vaultOf("vaultKeys"),
      of: "resource",
    }),
  ),
];

/** Offers and consoles come from main with why they are greyed: `test/slice/outside` goes over all of them. */
const greyedByMain = ["actions.preview", "actions.start", "screen.open", "terminal.open"];

async function come(through: readonly RegExp[]): Promise<void> {
  for (const name of through) fireEvent.click(await screen.findByRole("button", { name }));
}

describe("from outside", () => {
  it("every call that may need the inside has such a control", () => {
    const named = [...greyedByMain, ...controls.map(({ call }) => call)];
    expect([...new Set(named)].sort()).toEqual([...insideCalls].sort());
  });

  it.each(controls.filter(({ button }) => button !== undefined))(
    "$button of $hash is greyed and says why, and is not from inside",
    async ({ button: name = /^$/, hash, prepare, through = [], of }) => {
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
      expect(await screen.findAllByText((words) => words.includes(away.en))).not.toEqual([]);
      act(() => console.inside.outside.set(null));
      await waitFor(() => expect(greyed()).toBeUndefined());
      expect(await screen.findAllByRole("button", { name })).not.toEqual([]);
    },
  );

  it.each(controls.filter(({ button }) => button === undefined))(
    "the view of $hash asks nobody ($call), says why, comes by itself from inside and stays in sight",
    async ({ hash, prepare, of }) => {
      opened = openWindow(hash, (console) => {
        prepare(console);
        console.inside.outside.set(away);
      });
      const { console } = opened;
      const told = () =>
        screen.queryAllByRole("status").filter((each) => each.textContent?.includes(away.en));
      await waitFor(() => expect(told()).toHaveLength(1));
      expect(console.inside.asked.map((subject) => subject.of)).toContain(of);
      act(() => console.inside.outside.set(null));
      await waitFor(() => expect(told()).toEqual([]));
      act(() => console.inside.outside.set(away));
      await waitFor(() => expect(console.inside.outside.value).toEqual(away));
      expect(told()).toEqual([]);
    },
  );
});
