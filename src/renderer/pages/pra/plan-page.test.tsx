// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { sameText, text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { application, basculePlan, check, hour, praView } from "./testing/plans.ts";
import { accessibilityFaults } from "./testing/screens.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>): MemoryConsole {
  opened = openWindow(...at);
  return opened.console;
}

function withPlan(part: Parameters<typeof praView>[0] = {}) {
  return (console: MemoryConsole) => {
    const view = praView(part);
    console.pra.view.set(view);
    console.pra.plans.set({ plans: [view] });
    console.pra.prepared = { ...console.pra.prepared, plan: basculePlan, typeToConfirm: "north" };
  };
}

const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>("button", { name });

describe("the plans", () => {
  it("are listed with what serves where and their figures; the worst one's stands in the navigation", async () => {
    open("#/pra", (console) => {
      const { readiness } = praView();
      console.pra.plans.set({
        plans: [
          praView(),
          praView({ id: "back", title: sameText("Back"), readiness: { ...readiness, figure: 61 } }),
        ],
      });
    });
    const list = within(await screen.findByRole("grid", { name: "Disaster recovery" }));
    expect(list.getByRole("link", { name: "The shop" }).getAttribute("href")).toBe("#/pra/shop");
    expect(list.getAllByText("at east")).toHaveLength(2);
    const entry = within(screen.getByRole("navigation", { name: "Navigation" })).getByRole("link", {
      name: /^PRA/,
    });
    expect(entry.textContent).toMatch(/61.%/);
  });

  it("have no entry in the navigation where there is none", async () => {
    open("#/pra");
    expect(await screen.findByText("The estate declares no disaster-recovery plan.")).toBeTruthy();
    expect(screen.queryByRole("link", { name: /^PRA/ })).toBeNull();
  });

  it("stand on the card of either of their sites, and in the palette", async () => {
    open("#/overview", (console) => {
      withPlan({ running: { run: "run-7", mode: "disaster", direction: "bascule" } })(console);
      const counts = { ok: 1, warning: 0, critical: 0, unknown: 0 };
      const card = {
        environment: null,
        environmentName: null,
        health: "ok",
        counts,
        maintenance: 0,
      } as const;
      const rest = { stale: 0, support: null, rpo: null, rto: null, runningTasks: 0 };
      console.overview.set({
        cards: [{ site: "region-2", name: "north", ...card, ...rest }],
        needs: [],
        muted: 0,
        changes: [],
      });
    });
    const link = await screen.findByRole("link", { name: /^The shop: ready 92.%$/ });
    expect(link.getAttribute("href")).toBe("#/pra/run/run-7");
    fireEvent.keyDown(window, { key: "k", ctrlKey: true });
    fireEvent.change(await screen.findByRole("combobox"), { target: { value: "under way shop" } });
    fireEvent.click(await screen.findByRole("option", { name: /PRA under way: The shop/ }));
    await waitFor(() => expect(window.location.hash).toBe("#/pra/run/run-7"));
  });
});

describe("a plan", () => {
  it("says its figures, what serves where, and what is not ready with the way to mend it", async () => {
    open("#/pra/shop", withPlan());
    const figures = within(await screen.findByRole("region", { name: "Where the plan stands" }));
    expect(figures.getByText("92 %")).toBeTruthy();
    expect(figures.getByText(/^3.h 10.min of 4.h$/)).toBeTruthy();
    expect(figures.getByText(/^47.min of 4.h$/)).toBeTruthy();
    expect(screen.getByText("east serves")).toBeTruthy();
    const checks = within(screen.getByRole("region", { name: "What is not ready" }));
    expect(checks.getAllByRole("listitem")).toHaveLength(3);
    const mend = checks.getByRole("link", { name: "Prepare what mends “Backup of identity”" });
    expect(mend.getAttribute("href")).toBe("#/resource/cluster-east%2Fpolicies%2Fidentity?action=kasten.run");
    expect(checks.getByText(/never proven/)).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("is filtered by state, kind and direction; ready things are shown when they are asked for", async () => {
    const console = open("#/pra/shop", withPlan());
    const state = await screen.findByRole("combobox", { name: "State" });
    const checks = within(screen.getByRole("region", { name: "What is not ready" }));
    fireEvent.change(state, { target: { value: "ready" } });
    expect(checks.getAllByRole("listitem")).toHaveLength(2);
    fireEvent.change(screen.getByRole("combobox", { name: "Kind" }), { target: { value: "backup" } });
    expect(checks.getAllByRole("listitem")).toHaveLength(1);
    fireEvent.click(await button("Work it out now"));
    await waitFor(() => expect(console.pra.asked).toContain("evaluate shop"));
  });

  it("shows a few of many at first", async () => {
    const many = Array.from({ length: 30 }, (_, index) => check(`c${index}`, { state: "warning" }));
    open("#/pra/shop", withPlan({ readiness: { ...praView().readiness, checks: many } }));
    fireEvent.click(await button("and 18 more"));
    const checks = within(screen.getByRole("region", { name: "What is not ready" }));
    expect(checks.getAllByRole("listitem")).toHaveLength(30);
  });

  it("says of a figure that it is not known instead of showing one", async () => {
    const none = { figure: null, evaluatedAt: null, took: null, checks: [], history: [] };
    open(
      "#/pra/shop",
      withPlan({
        readiness: { ...praView().readiness, ...none },
        forecast: { value: null, rto: hour },
        dataAtRisk: { value: null, rpo: hour },
        passages: [],
        side: "unknown",
        applications: [application("identity", { side: "unknown", dataAtRisk: null })],
      }),
    );
    expect(await screen.findByText("not evaluated yet")).toBeTruthy();
    expect(screen.getByText("not known: there has been no bascule to measure")).toBeTruthy();
    expect(screen.getByText("Nobody knows what serves")).toBeTruthy();
    expect(screen.getByText("The plan has never been gone through.")).toBeTruthy();
    expect(screen.getByText("There is no history yet.")).toBeTruthy();
  });

  it("cries out where both sites serve one application, and names it at either", async () => {
    open(
      "#/pra/shop",
      withPlan({
        side: "split-brain",
        splitBrain: "leave-one-serving",
        applications: [application("billing", { side: "split-brain" })],
      }),
    );
    const alarm = within(await screen.findByRole("alert"));
    expect(alarm.getByText("Split brain: both sites serve the same application")).toBeTruthy();
    const way = alarm.getByRole("link", { name: "Plan to leave one site serving…" });
    expect(way.getAttribute("href")).toBe("#/procedures/leave-one-serving");
    expect(alarm.getByText("east: billing")).toBeTruthy();
    expect(alarm.getByText("north: billing")).toBeTruthy();
  });

  it("compares its passages, and tells its history in words", async () => {
    open("#/pra/shop", withPlan());
    const passages = within(await screen.findByRole("grid", { name: "Passages" }));
    expect(passages.getByText("beyond RTO")).toBeTruthy();
    expect(passages.getByText("never served")).toBeTruthy();
    expect(passages.getByText("Readiness 88 %")).toBeTruthy();
    expect(passages.getByRole("link", { name: "Planned bascule" }).getAttribute("href")).toBe(
      "#/pra/run/run-0",
    );
    expect(screen.getByRole("img", { name: /it was 62.% at worst and is 92.% now/ })).toBeTruthy();
  });

  it("puts two passages side by side: how long each step took, how it ended, and what was said where that differs", async () => {
    const console = open("#/pra/shop", withPlan());
    const passage = { direction: "bascule", actor: "ada", status: "completed", planHash: "one" } as const;
    const span = { startedAt: 1, endedAt: 60_001, took: 60_000 };
    const head = (id: string, mode: string) => ({ id, title: sameText(id), mode, ...passage, ...span });
    const verified = (took: number) => ({ state: "verified", took, says: null });
    console.pra.compared = {
      format: "passerelle-comparison",
      version: 1,
      one: head("run-0", "planned"),
      other: head("run-1", "planned"),
      tiers: [],
      losses: [],
      phases: [],
      steps: [
        {
          id: "restore",
          title: text("Restore billing", "Restaurer la facturation"),
          difference: "failed",
          one: verified(40_000),
          other: { state: "failed", took: 12_300, says: text("The disk is full.", "Le disque est plein.") },
        },
        {
          id: "dns",
          title: text("Flip DNS", "Basculer le DNS"),
          difference: "longer",
          one: verified(10_000),
          other: verified(75_000),
        },
        {
          id: "open",
          title: text("Open", "Ouvrir"),
          difference: "same",
          one: verified(500),
          other: verified(600),
        },
      ],
    };
    fireEvent.click(await button("Compare"));
    const table = within(await screen.findByRole("grid", { name: "Compare two passages" }));
    expect(table.getByText("The disk is full.")).toBeTruthy();
    expect(table.getByText(/^1.min 05.s more$/)).toBeTruthy();
    expect(table.queryByText("Open")).toBeNull();
    fireEvent.click(screen.getByRole("checkbox", { name: "All steps" }));
    expect(table.getByText("Open")).toBeTruthy();
    expect(table.getByText(/^0\.6.s$/)).toBeTruthy();
    expect(console.pra.asked).toEqual(["compare rehearsal-1 run-0"]);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("is shown on paper without anything being begun", async () => {
    const console = open("#/pra/shop", withPlan());
    fireEvent.click(await button("Show the plan"));
    expect(await screen.findByText("From “Flip DNS” on it cannot be rolled back.")).toBeTruthy();
    expect(console.pra.asked).toEqual(["prepare shop bascule planned"]);
    expect(console.pra.started).toEqual([]);
  });

  it("that is not there, says so", async () => {
    open("#/pra/nowhere");
    expect(await screen.findByRole("alert")).toBeTruthy();
    expect(screen.getByRole("link", { name: "All plans" })).toBeTruthy();
  });
});

describe("before a plan is gone through", () => {
  it("its sheet says what happens, what could stop it, what is lost, and who must agree", async () => {
    const console = open("#/pra/shop", withPlan());
    fireEvent.click(await button("Disaster bascule"));
    const sheet = within(await screen.findByRole("dialog", { name: "Disaster bascule: The shop" }));
    expect(await sheet.findByText("From “Flip DNS” on it cannot be rolled back.")).toBeTruthy();
    expect(sheet.getByText("East still serves: it will be fenced.")).toBeTruthy();
    expect(sheet.getByText(/12 GiB of memory are missing/)).toBeTruthy();
    expect(sheet.getByText(/^1.h 15.min of 1.h$/)).toBeTruthy();
    expect(sheet.getByText("somebody else than who starts it")).toBeTruthy();
    const begin = sheet.getByRole<HTMLButtonElement>("button", { name: "Disaster bascule" });
    expect(begin.disabled).toBe(true);
    fireEvent.change(sheet.getByLabelText("Type north to confirm"), { target: { value: "north" } });
    fireEvent.change(sheet.getByLabelText("Reason"), { target: { value: "flood" } });
    expect(begin.disabled).toBe(false);
    expect(await accessibilityFaults()).toEqual([]);
    fireEvent.click(begin);
    await waitFor(() => expect(window.location.hash).toBe("#/pra/run/run-1"));
    expect(console.pra.started).toEqual([
      {
        plan: "shop",
        mode: "disaster",
        direction: "bascule",
        planHash: basculePlan.hash,
        reason: "flood",
        confirmation: "north",
      },
    ]);
  });

  it("what cannot be begun now is greyed, says why, and opens nothing", async () => {
    open("#/pra/shop", withPlan());
    const back = await button("Return to normal");
    expect(back.getAttribute("aria-disabled")).toBe("true");
    fireEvent.focus(back);
    expect(await screen.findByText("Not now: Production is at home already.")).toBeTruthy();
    fireEvent.click(back);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("cannot be begun any more once it became impossible while its sheet was open", async () => {
    const console = open("#/pra/shop", withPlan());
    fireEvent.click(await button("Planned bascule"));
    const sheet = within(await screen.findByRole("dialog", { name: "Planned bascule: The shop" }));
    fireEvent.change(await sheet.findByLabelText("Type north to confirm"), { target: { value: "north" } });
    const begin = sheet.getByRole<HTMLButtonElement>("button", { name: "Planned bascule" });
    expect(begin.disabled).toBe(false);
    const why = text("East has stopped to answer.", "L'est ne répond plus.");
    console.pra.view.set(
      praView({ modes: [{ mode: "planned", direction: "bascule", unavailable: why, warning: null }] }),
    );
    await waitFor(() => expect(begin.disabled).toBe(true));
    expect(sheet.getByText("Not now: East has stopped to answer.")).toBeTruthy();
  });

  it("a rehearsal wants nothing typed, reads only, and tells its figure", async () => {
    const console = open("#/pra/shop", withPlan());
    fireEvent.click(await button("Rehearse"));
    const sheet = within(await screen.findByRole("dialog", { name: "Rehearse: The shop" }));
    expect(sheet.getByText("Nothing: it only reads.")).toBeTruthy();
    expect(sheet.queryByLabelText("Type north to confirm")).toBeNull();
    fireEvent.click(sheet.getByRole("button", { name: "Rehearse" }));
    expect(await sheet.findByText("The rehearsal is over: readiness 88 %.")).toBeTruthy();
    expect(console.pra.asked).toContain("rehearse shop bascule");
    expect(console.pra.started).toEqual([]);
  });

  it("a rehearsal can go the way of the worst day, and its passage says so", async () => {
    const rehearsed = { id: "rehearsal-1", run: null, mode: "rehearsal", way: "disaster" } as const;
    const passages = praView().passages.map((each) => (each.run === null ? { ...each, ...rehearsed } : each));
    const console = open("#/pra/shop", withPlan({ passages }));
    fireEvent.click(await button("Rehearse"));
    const sheet = within(await screen.findByRole("dialog", { name: "Rehearse: The shop" }));
    fireEvent.click(sheet.getByRole("radio", { name: "disaster bascule" }));
    await waitFor(() => expect(console.pra.asked).toContain("prepare shop bascule disaster"));
    fireEvent.click(sheet.getByRole("button", { name: "Rehearse" }));
    await waitFor(() => expect(console.pra.asked).toContain("rehearse shop bascule disaster"));
    expect(screen.getByText("Rehearse, the disaster way")).toBeTruthy();
  });

  it("without a plan it says what is in the way, and cannot be begun", async () => {
    open("#/pra/shop", (console) => {
      withPlan()(console);
      const problem = {
        at: { kind: "step", id: "flip" } as const,
        message: text("There is no record.", "Il n'y a pas d'enregistrement."),
        hint: text("Declare it.", "Déclarez-le."),
      };
      console.pra.prepared = { ...console.pra.prepared, plan: null, problems: [problem] };
    });
    fireEvent.click(await button("Planned bascule"));
    const sheet = within(await screen.findByRole("dialog", { name: "Planned bascule: The shop" }));
    expect(await sheet.findByText(/There is no record. Declare it./)).toBeTruthy();
    expect(sheet.getByRole<HTMLButtonElement>("button", { name: "Planned bascule" }).disabled).toBe(true);
  });
});

it("a plan is told in French, in the field's words", async () => {
  usePreferences.getState().chooseLanguage("fr");
  open("#/pra/shop", withPlan());
  expect(await screen.findByRole("heading", { name: "RTO (DMIA) prévu" })).toBeTruthy();
  expect(await button("Bascule sur sinistre")).toBeTruthy();
  expect(await button("Retour au nominal")).toBeTruthy();
  expect(screen.getByText("Il manque 12 Gio de mémoire sur 96.")).toBeTruthy();
});
