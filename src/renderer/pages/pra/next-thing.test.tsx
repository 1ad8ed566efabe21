// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { PraRunView } from "../../../shared/pra.ts";
import { sameText, text } from "../../../shared/text.ts";
import { openWindow } from "../../testing/screen.tsx";
import { standing } from "../procedures/testing/nodes.ts";
import { check, minute, praFrame, praRun } from "./testing/plans.ts";
import { accessibilityFaults, withPraRun } from "./testing/screens.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>) {
  opened = openWindow(...at);
  return opened.console;
}

const place = "#/pra/run/run-1";
const { steps: begun, ...run } = praFrame();
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>("button", { name });

/** The steps of the run with one of them as `part` says. */
function stepsWith(node: string, part: Parameters<typeof standing>[1]) {
  return begun.map((step) => (step.node === node ? standing(node, part) : step));
}

function next(part: Partial<NonNullable<PraRunView["next"]>>): PraRunView["next"] {
  const words = { title: sameText("Restore billing"), text: sameText("It needs you.") };
  return { kind: "decide", node: "restore-billing", ...words, since: null, after: [], notBy: [], ...part };
}

const failed = {
  view: { next: next({}), run: { ...run, status: "waiting" as const } },
  frame: {
    steps: stepsWith("restore-billing", {
      state: "failed",
      reason: text("The restore point is corrupt.", "Le point de restauration est corrompu."),
    }),
  },
};
const asksApproval = {
  view: { next: next({ kind: "approve", node: "flip-gate", notBy: ["ann"] }) },
  frame: { steps: stepsWith("flip-gate", { state: "waiting" }) },
};

async function yourPart() {
  return within(await screen.findByRole("region", { name: "Next thing for you" }));
}

describe("the next thing for a person", () => {
  it("is a failed step: what is known, what the probe says, and each choice with its consequence", async () => {
    const console = open(place, withPraRun(failed.view, failed.frame));
    const you = await yourPart();
    expect(await you.findByText("The restore point is corrupt.")).toBeTruthy();
    expect(await you.findByText("It runs since yesterday.")).toBeTruthy();
    expect(you.getByText(/The step is left out: what needs it goes on/)).toBeTruthy();
    const retry = you.getByRole("button", { name: "Try again" });
    expect(retry.className).toContain("pf-m-primary");
    expect(await accessibilityFaults()).toEqual([]);
    fireEvent.click(retry);
    await waitFor(() => expect(console.runDecisions).toEqual(["retry run-1 restore-billing"]));
  });

  it("is a step of which nobody knows whether it happened: it is found out, not tried again", async () => {
    const steps = stepsWith("restore-billing", { state: "unknown-effect", task: "task-9" });
    open(place, withPraRun({ next: next({ kind: "settle" }) }, { steps }));
    const you = await yourPart();
    const settle = await you.findByRole("button", { name: "Find out what happened" });
    expect(settle.className).toContain("pf-m-primary");
    expect(you.getByRole<HTMLButtonElement>("button", { name: "Try again" }).disabled).toBe(true);
  });

  it("is an approval, with the data that would be lost and where it serves", async () => {
    open(place, withPraRun(asksApproval.view, asksApproval.frame));
    const you = await yourPart();
    expect(await you.findByText("Data that would be lost")).toBeTruthy();
    expect(you.getByText(/^12.min of 1.h$/)).toBeTruthy();
    expect(you.getByText("nowhere")).toBeTruthy();
    expect(you.getByText("Do the restored data suffice?")).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("has the figures of capacity and readiness that its approval is bound to", async () => {
    const room = check("capacity", {
      kind: "capacity",
      state: "warning",
      text: sameText("3 GiB of 96 left"),
    });
    const blocked = check("log-in", { kind: "credentials", state: "blocked", text: sameText("No password") });
    const gate = {
      node: "flip-gate",
      evaluatedAt: Date.now() - minute,
      capacity: [room],
      readiness: { figure: 92, blocked: [blocked], count: 3 },
    };
    open(place, withPraRun({ ...asksApproval.view, gate }, asksApproval.frame));
    const you = await yourPart();
    expect(await you.findByText(/3 GiB of 96 left/)).toBeTruthy();
    expect(you.getByRole("heading", { name: /^Readiness: 92/ })).toBeTruthy();
    expect(you.getByText(/No password/)).toBeTruthy();
    expect(you.getByText("and 2 more")).toBeTruthy();
    expect(you.getByText(/The approval is for this state/)).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("is to go on with a paused run", async () => {
    const view = { run: { ...run, status: "paused" as const }, next: next({ kind: "resume", node: null }) };
    const console = open(place, withPraRun(view));
    fireEvent.click(await button("Go on"));
    await waitFor(() => expect(console.runDecisions).toEqual(["resume run-1"]));
    expect(screen.queryByRole("button", { name: "Pause" })).toBeNull();
  });

  it("is nothing, and says that it will be told", async () => {
    open(place, withPraRun({ next: null }));
    expect(await screen.findByText("Nothing. You will be told here.")).toBeTruthy();
  });

  it("is reached by Enter, which does not press it", async () => {
    const console = open(place, withPraRun(failed.view, failed.frame));
    const retry = await button("Try again");
    fireEvent.keyDown(document.body, { key: "Enter" });
    expect(document.activeElement).toBe(retry);
    expect(console.runDecisions).toEqual([]);
  });

  it("is not changed under the pointer; what is more urgent is offered instead", async () => {
    const console = open(place, withPraRun(failed.view, failed.frame));
    const retry = await button("Try again");
    fireEvent.pointerMove(retry);
    const now = Date.now();
    act(() => {
      console.pra.run.set(praRun(now, asksApproval.view));
      const gate = standing("flip-gate", { state: "waiting" });
      console.run.set(
        praFrame({ steps: [...failed.frame.steps.filter(({ node }) => node !== gate.node), gate] }),
      );
    });
    expect(await screen.findByText("Something else has become more urgent.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Try again" })).toBe(retry);
    fireEvent.click(await button("Show it"));
    expect(await screen.findByText("Data that would be lost")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  it("is changed at once where nobody is at it", async () => {
    const console = open(place, withPraRun(failed.view, failed.frame));
    await button("Try again");
    act(() => {
      console.pra.run.set(praRun(Date.now(), asksApproval.view));
      console.run.set(praFrame(asksApproval.frame));
    });
    expect(await screen.findByText("Data that would be lost")).toBeTruthy();
  });

  it("is spoken politely", async () => {
    open(place, withPraRun(failed.view, failed.frame));
    const said = /^Bascule east → north: waits for you, Restore\. Next thing for you: Restore billing\.$/;
    await waitFor(() =>
      expect(screen.getAllByRole("status").some(({ textContent }) => said.test(textContent))).toBe(true),
    );
  });
});
