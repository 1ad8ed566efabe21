// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sameText, text } from "../../../shared/text.ts";
import { hostRow, rebootOffer, start } from "../../testing/memory-console.ts";
import {
  amt,
  atTab,
  button,
  closeHands,
  far,
  id,
  kept,
  live,
  open,
  painter,
  say,
  shown,
  takeMachine,
} from "./testing/hands-window.ts";

import { stage } from "./testing/stage.ts";

vi.mock("./painter.ts", async () => (await import("./testing/stage.ts")).stage.painterModule);
vi.mock("../../state/channel.ts", async () => (await import("./testing/stage.ts")).stage.channelModule);

beforeEach(takeMachine);
afterEach(closeHands);

describe("the screen of a machine", () => {
  it("opens with its view, is listed in the masthead, and goes on on other pages", async () => {
    const console = open(atTab);
    await shown();
    expect(console.screensAsked).toEqual([id]);
    expect(screen.queryByText(/waiting for the first picture/)).toBeNull();
    act(() => {
      window.location.hash = "#/hosts";
    });
    fireEvent.click(await screen.findByRole("button", { name: "1 screen" }));
    const link = await within(await screen.findByRole("dialog")).findByRole("link", { name: id });
    expect(link.getAttribute("href")).toBe(`#/resource/${id}/screen`);
    expect(far().readyState).toBe(1);
  });

  it("has its view between relations and terminal, and none without screen and power", async () => {
    open((name) => `#/resource/${name}`);
    await screen.findByRole("tab", { name: "Screen" });
    expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual([
      "Facts",
      "Relations",
      "Screen",
      "Terminal",
      "Events",
      "Journal",
    ]);
    closeHands();
    open(
      (name) => `#/resource/${name}`,
      (console) => {
        console.consoles = [];
        console.offers = [rebootOffer()];
      },
    );
    await screen.findByRole("tab", { name: "Facts" });
    expect(screen.queryByRole("tab", { name: "Screen" })).toBeNull();
  });

  it("says why it cannot be shown, and leaves the power row", async () => {
    const why = text("AMT does not answer.", "AMT ne répond pas.");
    const console = open(atTab, (prepared) => {
      prepared.consoles = [{ ...amt, unavailable: why }];
    });
    expect(await screen.findByText("AMT does not answer.")).toBeTruthy();
    expect(button("Reset")).toBeTruthy();
    expect(console.screensAsked).toEqual([]);
  });

  it("keeps the picture on the page when its system can no longer be reached", async () => {
    const console = open(atTab);
    await shown();
    console.consoles = [{ ...amt, unavailable: text("AMT does not answer.", "AMT ne répond pas.") }];
    act(() => console.hosts.set([hostRow(id, { health: "critical" })]));
    await screen.findAllByText("critical");
    expect(screen.getByText(/may not be live/)).toBeTruthy();
    expect(screen.getByText("AMT does not answer.")).toBeTruthy();
    await say({ type: "ended", reason: sameText("It was lost."), hint: null, returns: false });
    expect(screen.getByText("It was lost.")).toBeTruthy();
    expect(document.querySelector(".is-dimmed .picture-still canvas")).not.toBeNull();
  });

  it("says that the machine waits for a code while it is being opened", async () => {
    open(atTab, (console) =>
      console.questions.set({
        questions: [
          {
            kind: "consent",
            id: "q1",
            at: start,
            target: id,
            resource: id,
            digits: 6,
            expiresAt: Date.now() + 60_000,
            instructions: sameText("Read it."),
          },
        ],
      }),
    );
    expect(await screen.findByText(/shows a code on its own screen/)).toBeTruthy();
  });

  it("lists what may hold the screen up while it opens, and no question of another machine", async () => {
    const hostKey = (target: string) => ({
      kind: "host-key" as const,
      id: target,
      at: start,
      target,
      address: "192.0.2.31",
      algorithm: "ssh-ed25519",
      fingerprint: "SHA256:abc",
    });
    open(atTab, (console) =>
      console.questions.set({ questions: [hostKey("tower-z"), hostKey(id), hostKey("bounce")] }),
    );
    const view = within(await screen.findByRole("region", { name: `Screen of ${id}` }));
    expect(await view.findByText(`${id} waits for your answer.`)).toBeTruthy();
    expect(view.queryByText("tower-z waits for your answer.")).toBeNull();
  });

  it("says after a while what keeps the first picture away, and opens again on demand", async () => {
    const console = open(atTab);
    await waitFor(() => expect(stage.fars.length).toBe(1));
    vi.useFakeTimers();
    try {
      await act(async () => {
        far().send(JSON.stringify(live()));
        await vi.advanceTimersByTimeAsync(100);
      });
      expect(screen.getByText("Connected; waiting for the first picture…")).toBeTruthy();
      await act(() => vi.advanceTimersByTimeAsync(15_000));
      expect(screen.getByText(/no picture has come/)).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
    fireEvent.click(button("Open again"));
    await shown(2);
    expect(screen.queryByText(/no picture has come/)).toBeNull();
    expect(console.screensAsked).toEqual([id, id]);
  });

  it("is dimmed with its age and the reason when the bounce is lost, and opens again on demand", async () => {
    const console = open(atTab);
    await shown();
    await say({
      type: "ended",
      reason: text("The bounce was lost.", "Le rebond a été perdu."),
      hint: text("Check the way.", "Vérifiez le chemin."),
      returns: false,
    });
    expect(screen.getByText("The bounce was lost.")).toBeTruthy();
    expect(screen.getByText("Check the way.")).toBeTruthy();
    expect(screen.getByText(/^Not live\. Last picture:/)).toBeTruthy();
    expect(document.querySelector(".hands-stage.is-dimmed .picture-still canvas")).not.toBeNull();
    fireEvent.click(button("Open again"));
    await shown(2);
    expect(console.screensAsked).toEqual([id, id]);
    expect(document.querySelector(".hands-stage.is-dimmed")).toBeNull();
  });

  it("says that it comes back after a change of power, and can be told to stop", async () => {
    open(atTab);
    await shown();
    await say({ type: "ended", reason: sameText("Power."), hint: null, returns: true });
    expect(screen.getByText("Closed for the change of power; opening again…")).toBeTruthy();
    fireEvent.click(button("Stop trying"));
    expect(await screen.findByRole("button", { name: "Open again" })).toBeTruthy();
  });

  it("is left by Ctrl-Shift-E", async () => {
    open(atTab);
    await shown();
    act(() => painter().focus());
    fireEvent.keyDown(painter().canvas, { key: "E", code: "KeyE", ctrlKey: true, shiftKey: true });
    await waitFor(() => expect(document.activeElement?.id).toBe("tab-screen"));
  });
});

describe("the recordings of a machine", () => {
  it("are listed for this machine, played, and deleted once it is confirmed", async () => {
    const console = open(atTab, (prepared) =>
      prepared.recordings.set([
        kept({ trouble: text("The disk was full.", "Le disque était plein.") }),
        kept({ id: "r2", resource: "tower-z" }),
      ]),
    );
    const list = within(await screen.findByRole("region", { name: `Recordings of ${id}` }));
    expect(list.getAllByRole("listitem")).toHaveLength(1);
    expect(list.getByText("The disk was full.")).toBeTruthy();
    fireEvent.click(list.getByRole("button", { name: /^Play the recording/ }));
    await waitFor(() => expect(console.screensAsked).toContain("replay r1 from 0 at 1"));
    const replay = within(await screen.findByRole("region", { name: `Recording of ${id}` }));
    fireEvent.change(replay.getByRole("combobox", { name: "Speed" }), { target: { value: "4" } });
    await waitFor(() => expect(console.screensAsked).toContain("replay r1 from 0 at 4"));
    const slider = replay.getByRole("slider", { name: "Position" });
    fireEvent.change(slider, { target: { value: "30" } });
    fireEvent.pointerUp(slider);
    await waitFor(() => expect(console.screensAsked).toContain("replay r1 from 30000 at 4"));
    fireEvent.click(replay.getByRole("button", { name: "Pause" }));
    fireEvent.click(replay.getByRole("button", { name: "Close the recording" }));
    fireEvent.click(list.getByRole("button", { name: /^Delete the recording/ }));
    expect(console.recordings.value).toHaveLength(2);
    fireEvent.click(list.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(console.recordings.value.map((each) => each.id)).toEqual(["r2"]));
  });
});
