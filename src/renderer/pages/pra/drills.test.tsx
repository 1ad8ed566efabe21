// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { DrillView } from "../../../shared/drill.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";
import { praView } from "./testing/plans.ts";
import { accessibilityFaults } from "./testing/screens.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
  vi.unstubAllGlobals();
});

function open(drills: DrillView[] = []): MemoryConsole {
  opened = openWindow("#/pra/shop", (console) => {
    console.pra.view.set(praView());
    console.pra.plans.set({ plans: [praView()] });
    console.pra.drills.set({ drills });
  });
  return opened.console;
}

const region = async () => within(await screen.findByRole("region", { name: "Drills on a copy" }));

const drill: DrillView = {
  id: "drill-1",
  plan: "shop",
  on: "copy",
  startedAt: Date.now() - 60_000,
  state: "running",
  error: null,
  faults: [
    { when: { at: "start" }, fault: ["region-dead", "east"], playedAt: Date.now(), refused: null },
    { when: { at: "after", time: "5m" }, fault: ["webhook-down"], playedAt: null, refused: null },
  ],
  passages: 1,
};

it("a drill on a copy is started with the faults that are to be played, one a line", async () => {
  const console = open();
  const part = await region();
  const words = "region-dead east\n\nwebhook-down after 5m\n";
  fireEvent.change(part.getByRole("textbox", { name: "Faults to play" }), { target: { value: words } });
  fireEvent.click(part.getByRole("button", { name: "Start a drill on a copy" }));
  await waitFor(() =>
    expect(console.pra.drilled).toEqual([
      {
        plan: "shop",
        on: "copy",
        faults: [
          { when: { at: "start" }, fault: ["region-dead", "east"] },
          { when: { at: "after", time: "5m" }, fault: ["webhook-down"] },
        ],
      },
    ]),
  );
  expect(await accessibilityFaults()).toEqual([]);
});

it("an anonymous copy is made and saved as a file", async () => {
  const saved: Blob[] = [];
  vi.stubGlobal(
    "URL",
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => {
        saved.push(blob);
        return "blob:copy";
      },
      revokeObjectURL: () => undefined,
    }),
  );
  const console = open();
  const part = await region();
  fireEvent.click(part.getByRole("button", { name: "Save an anonymous copy" }));
  await waitFor(() => expect(saved.map(({ type }) => type)).toEqual(["application/json"]));
  expect(console.pra.asked).toContain("anonymous copy");
});

it("words that are no fault are refused before anything starts", async () => {
  const console = open();
  const part = await region();
  const words = "region-dead east after soon";
  fireEvent.change(part.getByRole("textbox", { name: "Faults to play" }), { target: { value: words } });
  fireEvent.click(part.getByRole("button", { name: "Start a drill on a copy" }));
  expect(await part.findByText(/is no fault and moment/)).toBeTruthy();
  expect(console.pra.drilled).toEqual([]);
});

it("a drill under way says what was played, is entered by a link, and is ended", async () => {
  const console = open([drill, { ...drill, id: "drill-2", plan: "another" }]);
  const part = await region();
  expect(await part.findByText(/region-dead east: played/)).toBeTruthy();
  expect(part.getByText(/webhook-down: to come/)).toBeTruthy();
  fireEvent.click(part.getByRole("button", { name: "Make a link to its console" }));
  const link = await part.findByRole("link", { name: "Open its console (once, within a minute)" });
  expect(link.getAttribute("href")).toBe("http://127.0.0.1:1/open#once");
  fireEvent.click(part.getByRole("button", { name: "End the drill" }));
  await waitFor(() => expect(console.pra.asked).toContain("end drill-1"));
});
