// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ActionOffer } from "../../../shared/action.ts";
import type { ConsoleOffer } from "../../../shared/contract.ts";
import type { Recording, ScreenEvent } from "../../../shared/screen.ts";
import { sameText, text } from "../../../shared/text.ts";
import { useOpenScreens } from "../../state/open-screens.ts";
import type { MemoryChannel } from "../../testing/memory-channel.ts";
import { hostRow, type MemoryConsole, rebootOffer, start, task } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { screensOf } from "./screens.ts";
import type { FakePainter } from "./testing/fake-painter.ts";

const stage = vi.hoisted(() => ({
  painters: [] as unknown[],
  fars: [] as unknown[],
  paint: undefined as unknown,
}));
vi.mock("./painter.ts", async () => {
  const { fakePaint } = await import("./testing/fake-painter.ts");
  const { painters, paint } = fakePaint();
  stage.painters = painters;
  return { paintWithNovnc: paint };
});
vi.mock("../../state/channel.ts", async () => {
  const { MemoryChannel: Pair } = await import("../../testing/memory-channel.ts");
  return {
    openChannel: () => {
      const [near, far] = Pair.pair();
      near.open();
      stage.fars.push(far);
      return near;
    },
  };
});

const amt: ConsoleOffer = { kind: "screen", system: "amt", unavailable: null };
const power = (id: string, part: Partial<ActionOffer> = {}) =>
  rebootOffer({ id, title: sameText(id), verb: sameText(id), ...part });
const offers = [
  power("amt.reset"),
  power("amt.power-on", { unavailable: text("It is on.", "Elle est allumée.") }),
  power("amt.power-off"),
  power("amt.boot-once", {
    fields: [
      {
        name: "device",
        label: sameText("Start from"),
        type: "choice",
        required: true,
        choices: [
          { value: "bios", label: sameText("BIOS setup") },
          { value: "pxe", label: sameText("Network") },
        ],
        initial: "bios",
      },
    ],
  }),
  power("amt.make-reachable", { title: text("Make it reachable", "Rendre joignable") }),
  rebootOffer(),
];

let opened: ReturnType<typeof openWindow> | null = null;
let machine = 0;
/** Screens outlive their page, so that each test has a machine of its own. */
let id = "";

function open(place: (id: string) => string, prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow(place(id), (console) => {
    console.hosts.set([
      hostRow(id, { cells: { "power.state": "on" } }),
      hostRow("tower-z", { cells: { "power.state": "off" } }),
    ]);
    console.offers = offers;
    console.consoles = [amt];
    prepare(console);
  });
  return opened.console;
}

const atTab = (name: string) => `#/resource/${name}/screen`;
const far = () => (stage.fars.at(-1) as MemoryChannel | undefined) ?? expect.fail("no channel");
const painter = () => (stage.painters.at(-1) as FakePainter | undefined) ?? expect.fail("no painter");
async function say(event: ScreenEvent): Promise<void> {
  await act(async () => {
    far().send(JSON.stringify(event));
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}
const live = (part: Partial<Extract<ScreenEvent, { type: "opened" }>> = {}): ScreenEvent => ({
  type: "opened",
  name: id,
  width: 800,
  height: 600,
  route: "amt-redirection",
  recording: null,
  ...part,
});
async function shown(count = 1): Promise<void> {
  await waitFor(() => expect(stage.fars.length).toBe(count));
  await say(live());
  await say({ type: "first-pixels", at: start + 500 });
}
const button = (name: string | RegExp) => screen.getByRole("button", { name });

beforeEach(() => {
  machine += 1;
  id = `tower-${machine}`;
  stage.fars.length = 0;
});
afterEach(() => {
  for (const each of [...screensOf(id), ...screensOf("tower-z")]) each.dispose();
  opened?.close();
  opened = null;
  useOpenScreens.setState({ open: [] });
});

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
    opened?.close();
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
    fireEvent.click(button("Fit to the window"));
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

function kept(part: Partial<Recording> = {}): Recording {
  return {
    id: "r1",
    resource: id,
    resourceName: id,
    startedAt: start,
    endedAt: start + 60_000,
    bytes: 2048,
    width: 800,
    height: 600,
    trouble: null,
    ...part,
  };
}

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
