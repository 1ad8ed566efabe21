// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Plan } from "../../../shared/plan.ts";
import type { ListedProcedure, RunFrame } from "../../../shared/procedure-calls.ts";
import type { Block } from "../../../shared/run.ts";
import { sameText, text } from "../../../shared/text.ts";
import { emptyPlan, emptyRun } from "../../testing/empty-run.ts";
import { hostRow, type MemoryConsole, preview, start } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { actionNode, container, gateNode, standing } from "./testing/nodes.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>): MemoryConsole {
  opened = openWindow(...at);
  return opened.console;
}

const round: ListedProcedure = {
  id: "round",
  origin: "built-in",
  title: text("Reboot round", "Tournée de redémarrages"),
  description: text("One after the other.", "L'un après l'autre."),
  variables: {
    hosts: { type: "resources", title: "Hosts", kinds: ["host"] },
    pause: { type: "duration", title: "Pause", default: "30s" },
  },
  steps: 2,
  unavailable: null,
  lastRun: { id: "run-1", status: "completed-with-skips", startedAt: start, endedAt: start + 1000 },
};

const plan: Plan = {
  ...emptyPlan,
  hash: "f00dcafe0123456789",
  nodes: [
    container("all", ["tower-a"]),
    actionNode("reboot", { parent: "all", item: "tower-a" }),
    gateNode("go", { needs: ["all"] }),
  ],
};

function frame(part: Partial<RunFrame>): RunFrame {
  return { ...emptyRun, status: "running", endedAt: null, startedAt: start, planHash: plan.hash, ...part };
}

function withRun(part: Partial<RunFrame>) {
  return (console: MemoryConsole) => {
    console.planned = { plan, problems: [], typeToConfirm: null };
    console.run.set(frame(part));
  };
}

const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>("button", { name });
const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

describe("the procedures", () => {
  it("are listed with what they do, the last run in its own words, and the runs there were", async () => {
    open("#/procedures", (console) => {
      console.procedures.set({ procedures: [round] });
      const { planEdition: _edition, ...run } = frame({
        title: sameText("Old round"),
        status: "unknown-effect",
      });
      console.runs.set({ runs: [{ ...run, steps: { total: 5, done: 3 } }] });
    });
    const list = within(await screen.findByRole("grid", { name: "Procedures" }));
    expect(list.getByText("completed with skips")).toBeTruthy();
    expect(list.getByRole("link", { name: "Plan Reboot round" }).getAttribute("href")).toBe(
      "#/procedures/round",
    );
    const runs = within(screen.getByRole("grid", { name: "Runs" }));
    expect(runs.getByText("unknown effect")).toBeTruthy();
    expect(runs.getByText("3/5")).toBeTruthy();
  });

  it("have a history that is found by words, whatever their accents, and by state", async () => {
    open("#/procedures", (console) => {
      console.procedures.set({ procedures: [round] });
      const { planEdition: _edition, ...run } = frame({ title: text("Night round", "Tournée d'été") });
      const steps = { total: 5, done: 3 };
      const runs = Array.from({ length: 60 }, (_, index) => ({
        ...run,
        id: `r${index}`,
        steps,
        actor: "ann",
      }));
      const failed = { ...run, id: "f", status: "failed", actor: "bob", steps } as const;
      console.runs.set({ runs: [failed, ...runs] });
    });
    const rows = () => within(screen.getByRole("grid", { name: "Runs" })).getAllByRole("row").length - 1;
    const words = await screen.findByRole("searchbox", { name: "Filter the runs" });
    expect(rows()).toBe(50);
    fireEvent.click(await button("and 11 more"));
    expect(rows()).toBe(61);
    type(words, "NÍGHT bob");
    await waitFor(() => expect(rows()).toBe(1));
    type(words, "");
    fireEvent.change(screen.getByRole("combobox", { name: "State" }), { target: { value: "failed" } });
    await waitFor(() => expect(rows()).toBe(1));
    type(words, "ann");
    expect(await screen.findByText("No run fits.")).toBeTruthy();
  });

  it("offer to choose only what the variable's action can be done on, and what is in its parent", async () => {
    const console = open("#/procedures/round", (prepared) => {
      const fits = {
        kinds: ["host" as const],
        action: "vsphere.evacuate",
        parent: "vcenter/clusters/domain-c8",
      };
      const variables = { host: { type: "resource" as const, title: "Host", ...fits } };
      prepared.procedures.set({ procedures: [{ ...round, variables }] });
    });
    await screen.findByRole("radio", { name: /tower-a host · hosts/ });
    expect(console.queries.at(-1)).toMatchObject({
      kinds: ["host"],
      action: "vsphere.evacuate",
      within: { parent: "vcenter/clusters/domain-c8" },
    });
  });

  it("ask for values by type, and plan only once all are given", async () => {
    const console = open("#/procedures/round", (prepared) => {
      prepared.procedures.set({ procedures: [round] });
      prepared.planned = { plan, problems: [], typeToConfirm: null };
    });
    const make = await button("Make the plan");
    expect(make.disabled).toBe(true);
    expect(screen.getByText("Give a value first: Hosts.")).toBeTruthy();
    fireEvent.click(await screen.findByRole("checkbox", { name: /tower-a/ }));
    expect(make.disabled).toBe(false);
    fireEvent.click(make);
    expect(await screen.findByRole("region", { name: /as a graph/ })).toBeTruthy();
    type(screen.getByRole("textbox", { name: "Reason" }), "kernel");
    fireEvent.click(await button("Run Round"));
    await waitFor(() => expect(window.location.hash).toBe("#/runs/run-1"));
    expect(console.runsStarted).toEqual([
      {
        procedure: "round",
        variables: { hosts: ["tower-a"], pause: "30s" },
        planHash: plan.hash,
        reason: "kernel",
        confirmation: "",
      },
    ]);
  });

  it("say beside the field what is wrong with a value, and start nothing of a form that has changed since", async () => {
    open("#/procedures/round", (console) => {
      console.procedures.set({ procedures: [round] });
      const message = sameText("This is no length of time.");
      console.planned = {
        plan,
        problems: [{ at: { kind: "variable", name: "pause" }, message, hint: sameText("Write 30s.") }],
        typeToConfirm: null,
      };
    });
    fireEvent.click(await screen.findByRole("checkbox", { name: /tower-a/ }));
    const pause = screen.getByRole("textbox", { name: "Pause" });
    type(pause, "soon");
    fireEvent.click(await button("Make the plan"));
    await waitFor(() => expect(pause.getAttribute("aria-invalid")).toBe("true"));
    expect(await button("Run Round")).toBeTruthy();
    type(pause, "40s");
    expect(await screen.findByText(/values have changed since/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Run Round" })).toBeNull();
  });

  it("with destructive steps wait for the name", async () => {
    open("#/procedures/round", (console) => {
      console.procedures.set({ procedures: [{ ...round, variables: {} }] });
      console.planned = { plan, problems: [], typeToConfirm: "round" };
    });
    fireEvent.click(await button("Make the plan"));
    const go = await button("Run Round");
    expect(go.disabled).toBe(true);
    type(screen.getByRole("textbox", { name: /type round to confirm/ }), "round");
    expect(go.disabled).toBe(false);
  });

  it("are probed without being run, and say of each step what its probe found", async () => {
    const console = open("#/procedures/round", (prepared) => {
      prepared.procedures.set({ procedures: [{ ...round, variables: {} }] });
      prepared.planned = { plan, problems: [], typeToConfirm: null };
      prepared.drySteps = [{ node: "reboot", preview: preview("tower-a"), error: null }];
    });
    fireEvent.click(await button("Make the plan"));
    fireEvent.click(await button("Dry run"));
    expect(await screen.findByText(/^1 needed, 0 already done, 0 impossible, 0 refused/)).toBeTruthy();
    // The answer in this test is of another plan than the one that is shown.
    expect(await screen.findByText("The dry run was of another plan.")).toBeTruthy();
    fireEvent.click(await button(/Step reboot/));
    expect(await screen.findByText(/It runs since yesterday/)).toBeTruthy();
    expect(console.runsStarted).toEqual([]);
  });

  it("have a plan that arrow keys lead through, one stop for Tab", async () => {
    open("#/procedures/round", (console) => {
      console.procedures.set({ procedures: [{ ...round, variables: {} }] });
      console.planned = { plan, problems: [], typeToConfirm: null };
    });
    fireEvent.click(await button("Make the plan"));
    const graph = within(await screen.findByRole("region", { name: /as a graph/ }));
    const stops = () => graph.getAllByRole("button").filter((each) => each.tabIndex === 0);
    expect(stops().map((each) => each.title)).toEqual(["Step all"]);
    act(() => stops()[0]?.focus());
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
    expect(stops()).toEqual([document.activeElement]);
    expect(document.activeElement?.getAttribute("aria-pressed")).toBe("true");
    fireEvent.click(await button("List"));
    expect((await screen.findByRole("list", { name: /as a list/ })).children).toHaveLength(3);
  });
});

describe("a run", () => {
  it("says what is under way and since when, what it waits for, what comes next and how long it will take", async () => {
    open(
      "#/runs/run-1",
      withRun({
        forecast: 600_000,
        steps: [
          standing("all", { state: "running" }),
          standing("reboot", { state: "running", attempts: 2, forecast: 60_000 }),
          standing("go", {
            state: "blocked",
            blockedBy: { kind: "needs", text: sameText("After all."), nodes: [] },
          }),
        ],
      }),
    );
    const now = within(await screen.findByRole("region", { name: "Now" }));
    expect(now.getByRole("link", { name: "tower-a" })).toBeTruthy();
    expect(now.getByText(/attempt 2 · usually 1.min/)).toBeTruthy();
    expect(
      within(screen.getByRole("region", { name: "What comes next" })).getByText(/After all/),
    ).toBeTruthy();
    expect(screen.getByText(/about 10.min left, by earlier runs/)).toBeTruthy();
    expect(screen.getByText("0 of 2 steps")).toBeTruthy();
    expect(screen.getByText("Nothing needs you now.")).toBeTruthy();
  });

  it("asks for a gate with its plan, and refuses only with a reason", async () => {
    const console = open(
      "#/runs/run-1",
      withRun({
        status: "waiting",
        steps: [standing("all", { state: "verified" }), standing("go", { state: "waiting", since: start })],
      }),
    );
    expect(await screen.findByText("Is the backup done?")).toBeTruthy();
    expect(screen.getByText(/plan f00dcafe0123 only/)).toBeTruthy();
    const refuse = await button("Refuse");
    expect(refuse.disabled).toBe(true);
    fireEvent.click(await button("Approve"));
    await waitFor(() => expect(console.runDecisions).toEqual(["approve run-1 go"]));
    type(screen.getByRole("textbox", { name: "Reason" }), "no backup");
    await waitFor(() => expect(refuse.disabled).toBe(false));
    fireEvent.click(refuse);
    await waitFor(() => expect(console.runDecisions[1]).toBe("refuse run-1 go: no backup"));
  });

  it("with a failed step offers each choice with its consequence, and takes none without the reason it needs", async () => {
    const console = open(
      "#/runs/run-1",
      withRun({
        status: "waiting",
        steps: [
          standing("all", { state: "running" }),
          standing("reboot", {
            state: "failed",
            attempts: 1,
            task: "t-1",
            reason: sameText("It did not come back."),
          }),
        ],
      }),
    );
    const you = within(await screen.findByRole("region", { name: "Next thing for you" }));
    expect(you.getByText("It did not come back.")).toBeTruthy();
    expect(await you.findByText(/It runs since yesterday/)).toBeTruthy();
    expect(you.getByText(/run ends as completed with skips/)).toBeTruthy();
    for (const name of ["Skip", "It is done"]) expect((await button(name)).disabled).toBe(true);
    type(you.getByRole("textbox", { name: "Reason" }), "seen");
    for (const name of ["Try again", "It is done", "Skip"]) {
      fireEvent.click(you.getByRole("button", { name }));
      await waitFor(() => expect(you.getByRole<HTMLButtonElement>("button", { name }).disabled).toBe(false));
    }
    fireEvent.click(you.getByRole("button", { name: "Roll back" }));
    await waitFor(() => expect(console.runDecisions).toHaveLength(4));
    expect(you.getByText(/names no other action that makes up for this step/)).toBeTruthy();
    expect(console.runDecisions).toEqual([
      "retry run-1 reboot: seen",
      "adopt run-1 reboot: seen",
      "skip run-1 reboot: seen",
      "rollBack run-1: seen",
    ]);
  });

  it("with an unknown effect never offers to try again, also when it has ended so", async () => {
    const steps = [standing("reboot", { state: "unknown-effect", task: "t-1", attempts: 1 })];
    const console = open("#/runs/run-1", withRun({ status: "unknown-effect", steps }));
    const again = await button("Try again");
    expect(again.disabled).toBe(true);
    expect(screen.getByText(/it could be done twice/)).toBeTruthy();
    expect((await button("Find out what happened")).disabled).toBe(false);
    act(() => console.run.set(frame({ status: "unknown-effect", endedAt: start + 5000, steps })));
    expect(await screen.findAllByText("The run is over.")).toHaveLength(5);
    expect((await button("Find out what happened")).disabled).toBe(false);
    expect(screen.queryByRole("button", { name: "Pause" })).toBeNull();
  });

  it("with a step that another action makes up for names that, and asks afterwards how the run goes on", async () => {
    const node = actionNode("reboot", { parent: "all", item: "tower-a" });
    if (node.kind !== "action") throw new Error("a reboot is an action");
    const mend = { ...node.action, id: "ssh.mend", title: sameText("Start the service") };
    const mended = { ...plan, nodes: [{ ...node, compensate: { kind: "action", action: mend } } as const] };
    const person: Block = { kind: "person", text: sameText("A person decides."), nodes: [] };
    const console = open("#/runs/run-1", (prepared) => {
      prepared.planned = { plan: mended, problems: [], typeToConfirm: null };
      const steps = [standing("reboot", { state: "unknown-effect", task: "t-1", blockedBy: person })];
      prepared.run.set(frame({ status: "unknown-effect", steps }));
    });
    const you = within(await screen.findByRole("region", { name: "Next thing for you" }));
    expect(you.getByText(/alone is done: Start the service on tower-a/)).toBeTruthy();
    const compensate = await button("Compensate");
    expect(compensate.disabled).toBe(true);
    type(you.getByRole("textbox", { name: "Reason" }), "nobody can tell");
    fireEvent.click(compensate);
    await waitFor(() => expect(console.runDecisions).toEqual(["compensate run-1 reboot: nobody can tell"]));
    const steps = [standing("reboot", { state: "compensated", since: start + 1, blockedBy: person })];
    act(() => console.run.set(frame({ status: "waiting", steps })));
    expect(await you.findAllByText("The step is compensated.")).toHaveLength(2);
    expect((await button("Skip")).disabled).toBe(false);
  });

  it("is paused and resumed, and asks before it is rolled back or ended", async () => {
    const console = open("#/runs/run-1", withRun({ steps: [standing("reboot", { state: "running" })] }));
    fireEvent.click(await button("Pause"));
    await waitFor(() => expect(console.runDecisions).toEqual(["pause run-1"]));
    act(() => console.run.set(frame({ status: "paused", reason: sameText("The run is paused.") })));
    fireEvent.click(await button("Resume"));
    await waitFor(() => expect(console.runDecisions).toHaveLength(2));
    fireEvent.click(await button("End it"));
    expect(await screen.findByText(/what was done stays as it is/)).toBeTruthy();
    expect(console.runDecisions).toHaveLength(2);
    const ends = screen.getAllByRole("button", { name: "End it" });
    fireEvent.click(ends[ends.length - 1] as HTMLElement);
    await waitFor(() => expect(console.runDecisions[2]).toBe("cancel run-1"));
  });

  it("asks for its plan again when a loop over a query was reached", async () => {
    const console = open("#/runs/run-1", withRun({ steps: [] }));
    expect(await button(/Step reboot/)).toBeTruthy();
    console.planned = {
      plan: { ...plan, nodes: [actionNode("found later")] },
      problems: [],
      typeToConfirm: null,
    };
    act(() => console.run.set(frame({ planEdition: 1 })));
    expect(await button(/Step found later/)).toBeTruthy();
  });

  it("is complete in French", async () => {
    const console = open(
      "#/runs/run-1",
      withRun({ status: "waiting", steps: [standing("reboot", { state: "failed", task: "t" })] }),
    );
    console.hosts.set([hostRow("tower-a")]);
    await screen.findByRole("region", { name: "Next thing for you" });
    fireEvent.click(await button(/^Operator/));
    fireEvent.click(await screen.findByRole("radio", { name: "Français" }));
    const you = within(await screen.findByRole("region", { name: "À vous maintenant" }));
    expect(you.getByText("Ce que dit le sondage")).toBeTruthy();
    expect(you.getByRole("button", { name: "Revenir en arrière" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Enregistrer en PDF" })).toBeTruthy();
  });
});
