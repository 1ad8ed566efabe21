// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sameText } from "../../../shared/text.ts";
import { hostRow, start, task } from "../../testing/memory-console.ts";
import {
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

describe("the hands", () => {
  it("have the power changes in their order, greyed with the reason, and lead to the sheet", async () => {
    open(atTab);
    const row = within(await screen.findByRole("group", { name: `Power of ${id}` }));
    const labels = row.getAllByRole("button").map((each) => each.textContent);
    expect(labels).toEqual(["On", "Off", "Reset", "Next boot", "Make it reachable"]);
    expect(row.getByRole("button", { name: "On" }).getAttribute("aria-disabled")).toBe("true");
    expect(row.getByText("on")).toBeTruthy();
    // What the row has is not above it a second time.
    expect(screen.getAllByRole("button", { name: /reset/i })).toHaveLength(1);
    fireEvent.click(button("Other actions"));
    expect(button("Reboot")).toBeTruthy();
    fireEvent.click(row.getByRole("button", { name: "Off" }));
    expect(await screen.findByRole("dialog", { name: new RegExp(`amt.power-off.*${id}`) })).toBeTruthy();
  });

  it("open the sheet with the chosen device filled in", async () => {
    const console = open(atTab);
    fireEvent.click(await screen.findByRole("button", { name: "Next boot" }));
    fireEvent.click(screen.getByRole("button", { name: "Network" }));
    const sheet = within(await screen.findByRole("dialog"));
    expect((sheet.getByRole("combobox") as HTMLSelectElement).value).toBe("pxe");
    const go = await sheet.findByRole("button", { name: `amt.boot-once ${id}` });
    await waitFor(() => expect((go as HTMLButtonElement).disabled).toBe(false));
    fireEvent.click(go);
    await waitFor(() => expect(console.started[0]?.input).toEqual({ device: "pxe" }));
  });

  it("never show power that cannot be read as off", async () => {
    open(atTab, (console) =>
      console.hosts.set([hostRow(id, { cells: { "power.state": null, "load.one": 1 } })]),
    );
    expect(await screen.findByText("power unknown")).toBeTruthy();
  });

  it("show the trail of the last change with its times, through to the first pixels", async () => {
    const marks = [
      { at: start, mark: "asked", text: sameText("a"), fraction: null },
      { at: start + 300, mark: "accepted", text: sameText("b"), fraction: null },
    ] as const;
    const console = open(atTab, (prepared) =>
      prepared.tasks.set({
        tasks: [task("t1", { action: "amt.power-on", resource: id, progress: [...marks] })],
      }),
    );
    const trail = within(await screen.findByRole("region", { name: "Last change of power" }));
    expect(trail.getAllByRole("listitem").map((step) => step.textContent)).toEqual([
      "asked+0\u202fs",
      "accepted+0.3\u202fs",
      expect.stringMatching(/^seen on/),
      expect.stringMatching(/^first pixels/),
    ]);
    await shown();
    await waitFor(() =>
      expect(trail.getAllByRole("listitem").at(-1)?.textContent).toBe("first pixels+0.5\u202fs"),
    );
    const ended = task("t1", {
      action: "amt.power-on",
      resource: id,
      state: "failed",
      endedAt: start + 900,
      progress: [...marks],
    });
    act(() => console.tasks.set({ tasks: [ended] }));
    await waitFor(() => expect(trail.getAllByRole("listitem")[2]?.textContent).toBe("seen onnot seen"));
  });

  it("send keys, and type where there is no clipboard", async () => {
    open(atTab);
    await shown();
    fireEvent.click(button("Ctrl-Alt-Del"));
    fireEvent.click(button("Keys"));
    fireEvent.click(button("F2"));
    fireEvent.click(button("Clipboard"));
    expect(screen.queryByRole("button", { name: "Put on its clipboard" })).toBeNull();
    fireEvent.change(screen.getByRole("textbox", { name: "Text for the machine" }), {
      target: { value: "hi" },
    });
    fireEvent.click(button("Type it"));
    await waitFor(() => expect(painter().told.slice(-2)).toEqual(["key 104", "key 105"]));
    expect(painter().told).toContain("ControlLeft-AltLeft-Delete");
    expect(painter().told).toContain("F2");
  });

  it("use the clipboard of a machine that may have one, and show what it offers", async () => {
    open(atTab);
    await waitFor(() => expect(stage.fars.length).toBe(1));
    await say(live({ route: "rfb" }));
    act(() => painter().events.clipboard("from afar"));
    fireEvent.click(button("Clipboard"));
    expect(screen.getByText("from afar")).toBeTruthy();
    fireEvent.change(screen.getByRole("textbox", { name: "Text for the machine" }), {
      target: { value: "hi" },
    });
    fireEvent.click(button("Put on its clipboard"));
    expect(painter().told.at(-1)).toBe("paste hi");
  });

  it("send nothing while they only watch", async () => {
    open(atTab);
    await shown();
    fireEvent.click(button("Watch only"));
    expect((button("Ctrl-Alt-Del") as HTMLButtonElement).disabled).toBe(true);
    expect(painter().told.at(-1)).toBe("watch true");
    fireEvent.click(button("Watch only"));
    fireEvent.click(button("Fit"));
    expect(painter().told.slice(-2)).toEqual(["watch false", "fit false"]);
  });

  it("record, and say what is kept", async () => {
    const console = open(atTab);
    await shown();
    fireEvent.click(button("Record"));
    await waitFor(() => expect(console.screensAsked).toEqual([id, `${id} recorded`]));
    await waitFor(() => expect(stage.fars.length).toBe(2));
    await say(live({ recording: kept({ endedAt: null }) }));
    fireEvent.click(button(/^Stop recording/));
    await waitFor(() => expect(console.screensAsked).toEqual([id, `${id} recorded`, id]));
  });

  it("stand beside a second machine, without anything else around them", async () => {
    const console = open((name) => `#/hands/${name}`);
    expect(await screen.findByRole("heading", { level: 1, name: id })).toBeTruthy();
    expect(screen.queryByRole("navigation")).toBeNull();
    expect(screen.queryByRole("banner")).toBeNull();
    fireEvent.click(button("Second machine"));
    fireEvent.change(screen.getByRole("searchbox", { name: "Machine beside this one" }), {
      target: { value: "tower-z" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "tower-z" }));
    expect(await screen.findByRole("heading", { level: 1, name: "tower-z" })).toBeTruthy();
    expect(window.location.hash).toBe(`#/hands/${id}/tower-z`);
    await waitFor(() => expect(console.screensAsked).toEqual([id, "tower-z"]));
    fireEvent.click(button(`Remove ${id}`));
    await waitFor(() => expect(window.location.hash).toBe("#/hands/tower-z"));
  });

  it("move into a window of their own, and stay where the browser refuses one", async () => {
    const made = vi.spyOn(window, "open").mockReturnValue(null);
    const console = open(atTab);
    await shown();
    const first = far();
    fireEvent.click(button("Own window"));
    expect(made.mock.calls[0]?.[0]).toContain(`#/hands/${id}`);
    expect(first.readyState).toBe(3);
    expect(await screen.findByText(/refused to open a window/)).toBeTruthy();
    await waitFor(() => expect(console.screensAsked).toHaveLength(2));
    await shown(2);
    made.mockReturnValue(window);
    fireEvent.click(button("Own window"));
    expect(await screen.findByRole("button", { name: "Open again" })).toBeTruthy();
    expect(console.screensAsked).toHaveLength(2);
  });
});
