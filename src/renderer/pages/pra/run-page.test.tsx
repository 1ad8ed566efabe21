// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { PraRunView } from "../../../shared/pra.ts";
import { sameText, text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import { openWindow } from "../../testing/screen.tsx";
import { standing } from "../procedures/testing/nodes.ts";
import { hour, minute, praFrame, praRun } from "./testing/plans.ts";
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

const asksApproval = {
  view: { next: next({ kind: "approve", node: "flip-gate", notBy: ["ann"] }) },
  frame: { steps: stepsWith("flip-gate", { state: "waiting" }) },
};

async function yourPart() {
  return within(await screen.findByRole("region", { name: "Next thing for you" }));
}

describe("a run that goes on", () => {
  it("names who signed besides its leader, and since when its clock counts", async () => {
    const at = Date.now() - 10 * minute;
    const second = { name: "bob", gate: sameText("Declare"), at };
    open(
      place,
      withPraRun({ second, clock: { since: "undeclared", startedAt: at, endedAt: null, rto: hour } }),
    );
    expect((await screen.findByText("signed by bob")).title).toMatch(/^Declare, /);
    expect(screen.getByRole("timer").textContent).toMatch(
      /since the run began, .*anew from the declaration on/,
    );
  });

  it("counts besides for each tier that has to serve earlier, and has not", async () => {
    const startedAt = Date.now() - hour - 20 * minute;
    const tier = { id: "gold", title: sameText("Gold"), rpo: hour, applications: 2, forecastAt: null };
    const tiers = [
      { ...tier, rto: 2 * hour, serving: 1, servedAt: null },
      { ...tier, id: "first", title: sameText("First"), rto: hour, serving: 0, servedAt: null },
      { ...tier, id: "through", title: sameText("Through"), rto: hour, serving: 2, servedAt: startedAt },
      { ...tier, id: "last", title: sameText("Last"), rto: 4 * hour, serving: 0, servedAt: null },
    ];
    open(place, withPraRun({ tiers, clock: { since: "declared", startedAt, endedAt: null, rto: 4 * hour } }));
    const told = within(await screen.findByRole("timer"))
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent?.replaceAll("\u202f", " "));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^Gold: (40|39) min left of 2 h · 1 of 2 serve$/);
    expect(told[1]).toMatch(/^First: late by (20|19) min · 0 of 2 serve$/);
  });

  it("counts by the clock of the console, whatever that of the window says", async () => {
    const ahead = 3 * hour;
    const now = Date.now() + ahead;
    const startedAt = now - hour;
    const clock = { since: "run" as const, startedAt, endedAt: null, rto: 2 * hour };
    open(place, (console) => {
      withPraRun({ clock, forecastEnd: now + 30 * minute })(console);
      console.pra.ahead = ahead;
    });
    expect((await screen.findByRole("timer")).textContent).toMatch(/^1.h left|^(60|59).min left/);
  });

  it("tells an application whose service nobody has seen to answer from one whose steps go on", async () => {
    const applications = praRun(0).applications.map((each) => ({
      ...each,
      state: "done" as const,
      servedAt: null,
      servedBy: null,
    }));
    open(place, withPraRun({ applications }));
    const rows = within(await screen.findByRole("grid", { name: "Applications" })).getAllByRole("row");
    expect(rows[1]?.textContent).toContain("steps done; its service is not seen to answer yet");
  });

  it("says where it is, what runs, how long there is, what comes next, and what can be undone", async () => {
    open(place, withPraRun());
    expect(await screen.findByRole("heading", { name: "Bascule east → north" })).toBeTruthy();
    expect(screen.getByText("disaster")).toBeTruthy();
    expect(screen.getByText("led by ann")).toBeTruthy();
    const timer = screen.getByRole("timer");
    expect(timer.textContent).toMatch(
      /2.h 31.min left RTO 4.h.*since the declaration.*end in about 1.h (50|49).min/,
    );
    const phases = within(screen.getByRole("list", { name: "Phases" })).getAllByRole("listitem");
    expect(phases.map((phase) => phase.textContent)).toEqual([
      "1Declaredone",
      "2Restoreunder way1/2",
      "3DNSto come0/2",
    ]);
    expect(phases[1]?.getAttribute("aria-current")).toBe("step");
    const now = within(screen.getByRole("region", { name: "Now" }));
    expect(now.getByText(/volumes 3\/5 · 61 GiB\/min · for 4.min · usually 9.min/)).toBeTruthy();
    const you = await yourPart();
    expect(await you.findByText("Approve “flip DNS”")).toBeTruthy();
    expect(you.getByText("needs someone other than ann")).toBeTruthy();
    expect(you.getByText("When these are done: Restore billing")).toBeTruthy();
    expect(you.queryByRole("button")).toBeNull();
    const undo = within(screen.getByRole("region", { name: "Can still be undone" }));
    expect(undo.getByText("Everything can be taken back until “Flip DNS” begins.")).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("tells each application's side, loss and time, and tiers that will be late", async () => {
    open(place, withPraRun());
    const rows = within(await screen.findByRole("grid", { name: "Applications" })).getAllByRole("row");
    expect(rows[1]?.textContent).toMatch(/^identityGolddoneat north.*its service answers12.min$/);
    expect(rows[2]?.textContent).toMatch(/^billingGoldunder waynowherenot yetWould lose 20.min$/);
    expect(screen.getByText(/^forecast after 2.h 9.min · RTO 2.h$/)).toBeTruthy();
  });

  it("is paused, and rolled back with a reason", async () => {
    const console = open(place, withPraRun());
    fireEvent.click(await button("Pause"));
    await waitFor(() => expect(console.runDecisions).toEqual(["pause run-1"]));
    fireEvent.click(await button("Roll back"));
    fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "wrong alarm" } });
    const [, sure] = await screen.findAllByRole("button", { name: "Roll back" });
    if (!sure) throw new Error("it asks whether that is sure");
    fireEvent.click(sure);
    await waitFor(() => expect(console.runDecisions[1]).toBe("rollBack run-1: wrong alarm"));
  });

  it("is said by how much it will be late, and is", async () => {
    const startedAt = Date.now() - 5 * hour;
    open(
      place,
      withPraRun({
        clock: { since: "declared", startedAt, endedAt: null, rto: 4 * hour },
        forecastEnd: startedAt + 6 * hour,
      }),
    );
    const timer = await screen.findByRole("timer");
    expect(timer.textContent).toMatch(/^late by (1.h|59.min).*forecast to end 2.h after the RTO$/);
  });

  it("stops its clock when everything serves, though it still goes on", async () => {
    const startedAt = Date.now() - 3 * hour;
    const tiers = praRun(0).tiers.map((tier) => ({ ...tier, serving: tier.applications }));
    open(
      place,
      withPraRun({
        clock: { since: "declared", startedAt, endedAt: startedAt + 2 * hour, rto: 4 * hour },
        tiers,
      }),
    );
    expect((await screen.findByRole("timer")).textContent).toMatch(
      /^served after 2.h RTO 4.hsince the declaration, .+$/,
    );
    expect(await button("Pause")).toBeTruthy();
  });

  it("is not forecast where no earlier run tells", async () => {
    open(place, withPraRun({ forecastEnd: null }));
    expect(await screen.findByText("end not known: no earlier run tells")).toBeTruthy();
  });

  it("has no way back once its point of no return is passed, and says so on the button", async () => {
    const words = text("DNS is flipped.", "Le DNS est basculé.");
    open(place, withPraRun({ undo: { possible: false, text: words, until: null } }));
    expect(await screen.findByRole("heading", { name: "Cannot be undone any more" })).toBeTruthy();
    const back = await button("Roll back");
    expect(back.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(back);
    expect(screen.queryByText(/Take back what this run has done/)).toBeNull();
  });

  it("says on what data it is split between both sites", async () => {
    const { applications } = praRun(0);
    open(
      place,
      withPraRun({
        side: "split-brain",
        applications: applications.map((each) => ({ ...each, side: "split-brain" })),
      }),
    );
    expect((await screen.findByRole("alert")).textContent).toContain("east: identity, billing");
  });
});

describe("a run that is over", () => {
  const ends = [
    ["completed", "Completed: north serves."],
    ["completed-with-skips", /^Completed with skips/],
    ["rolled-back", /^Rolled back/],
    ["failed", /^Failed\. What was done stays/],
    ["unknown-effect", /^Ended with an unknown effect/],
  ] as const;

  it.each(ends)(
    "says of %s how it ended, in its own words, and can do nothing more",
    async (status, words) => {
      const endedAt = Date.now();
      const clock = { since: "run" as const, startedAt: endedAt - 2 * hour, endedAt, rto: 4 * hour };
      const view = { run: { ...run, status, endedAt }, next: null, now: [], clock, forecastEnd: null };
      open(place, withPraRun(view));
      const you = within(await screen.findByRole("region", { name: "How it ended" }));
      expect(you.getByText(words)).toBeTruthy();
      expect(screen.getByRole("timer").textContent).toMatch(/^clock stopped at 2.h/);
      expect(screen.queryByRole("button", { name: "Pause" })).toBeNull();
      expect(screen.queryByRole("heading", { name: /undone/ })).toBeNull();
    },
  );
});

describe("without contact", () => {
  it("the run says since when, and keeps what it showed where it stood", async () => {
    open(place, withPraRun());
    await screen.findByRole("heading", { name: "Bascule east → north" });
    act(() => {
      if (opened) opened.console.main.reachable = false;
      opened?.console.main.cut();
    });
    expect(await screen.findByText(/^no contact since .*: this may be old$/)).toBeTruthy();
    expect(screen.getByText("Restore billing", { selector: "strong" })).toBeTruthy();
  });

  it("of a run that is not there, the page says so", async () => {
    open(place);
    expect(await screen.findByRole("alert")).toBeTruthy();
  });
});

describe("the wall", () => {
  const wall = "#/wall/run-1";

  it("shows the same to whoever passes, without anything that can be clicked", async () => {
    open(wall, withPraRun({ ...asksApproval.view, run: { ...run, status: "waiting" } }, asksApproval.frame));
    expect(await screen.findByRole("heading", { name: "Bascule east → north" })).toBeTruthy();
    expect(screen.getByRole("timer").textContent).toMatch(/2.h 31.min/);
    expect(screen.getByText(/Lost: 12.min/)).toBeTruthy();
    expect(screen.getByText("waits for someone other than ann")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Can still be undone" })).toBeTruthy();
    expect(screen.getByText("Up to date")).toBeTruthy();
    expect(screen.queryAllByRole("button")).toEqual([]);
    expect(screen.queryAllByRole("link")).toEqual([]);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("asks nobody anything, not even what the console wants to know", async () => {
    open(wall, (console) => {
      withPraRun()(console);
      const prompts = [{ text: "Password", echo: false }];
      const asked = {
        id: "q-1",
        kind: "prompts",
        at: 0,
        target: "bounce",
        instructions: "",
        prompts,
      } as const;
      console.questions.set({ questions: [{ ...asked, prompts }] });
    });
    await screen.findByText("Up to date");
    expect(screen.queryByText("Password")).toBeNull();
  });

  it("says when what it shows is old, and again when it is not", async () => {
    open(wall, withPraRun());
    await screen.findByText("Up to date");
    act(() => {
      if (opened) opened.console.main.reachable = false;
      opened?.console.main.cut();
    });
    expect(await screen.findByText(/^No contact since .*: this is old$/)).toBeTruthy();
    act(() => {
      if (opened) opened.console.main.reachable = true;
      opened?.connection.reconnectNow();
    });
    expect(await screen.findByText("Up to date")).toBeTruthy();
  });

  it("counts how late it is once the RTO is over", async () => {
    const startedAt = Date.now() - 4 * hour - 20 * minute;
    open(wall, withPraRun({ clock: { since: "declared", startedAt, endedAt: null, rto: 4 * hour } }));
    expect((await screen.findByRole("timer")).textContent).toMatch(/^\+(20|19).min.*over the RTO/);
  });
});

it("the ordinary page of a run shows its phases small, and leads to the plan's", async () => {
  open("#/runs/run-1", withPraRun());
  const phases = within(await screen.findByRole("list", { name: "Phases" }));
  expect(phases.getAllByRole("listitem")).toHaveLength(3);
  const link = screen.getByRole("link", { name: "Follow it on the page of the plan" });
  expect(link.getAttribute("href")).toBe("#/pra/run/run-1");
});

it("a run is told in French, in the field's words", async () => {
  usePreferences.getState().chooseLanguage("fr");
  open(place, withPraRun());
  expect(await screen.findByRole("region", { name: "À vous maintenant" })).toBeTruthy();
  expect(screen.getByRole("heading", { name: "Peut encore être défait" })).toBeTruthy();
  expect(screen.getByText("sur sinistre")).toBeTruthy();
  expect(screen.getByRole("timer").textContent).toMatch(/^reste 2.h 31.min RTO \(DMIA\) 4.h/);
});
