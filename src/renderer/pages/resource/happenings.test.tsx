// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { Happening } from "../../../shared/happenings.ts";
import { text } from "../../../shared/text.ts";
import { hostRow, type MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const happening = (key: string, part: Partial<Happening> = {}): Happening => ({
  key,
  at: Date.now(),
  firstAt: Date.now() - 60_000,
  count: 1,
  grave: false,
  reason: "Scheduled",
  subject: `Pod shop/${key}`,
  resource: `east/pods/shop/${key}`,
  text: `Successfully assigned shop/${key} to node-1.`,
  ...part,
});
const read = (happenings: Happening[]) => ({ happenings, readAt: Date.now(), cut: false, error: null });

function open(prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow("#/resource/tower-a/events", (console) => {
    console.has = { ...console.has, happenings: true };
    prepare(console);
  });
  return opened.console;
}

it("what happened is shown live, newest first, each with its subject one step away", async () => {
  const failed = happening("api-1", {
    grave: true,
    count: 12,
    reason: "FailedScheduling",
    text: "0/8 nodes.",
  });
  const console = open((prepared) => prepared.happenings.set(read([failed])));
  const grid = within(await screen.findByRole("grid"));
  const row = within(grid.getByRole("link", { name: "Pod shop/api-1" }).closest("tr") ?? document.body);
  for (const words of ["12", "warning", "FailedScheduling", "0/8 nodes."]) {
    expect(row.getByText(words)).toBeTruthy();
  }
  act(() => console.happenings.set(read([happening("api-2"), failed])));
  expect(await grid.findByRole("link", { name: "Pod shop/api-2" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: /^Warnings/ }));
  await waitFor(() => expect(grid.queryByRole("link", { name: "Pod shop/api-2" })).toBeNull());
  fireEvent.click(screen.getByRole("button", { name: /^All/ }));
  fireEvent.change(screen.getByRole("searchbox", { name: "Filter what happened" }), {
    target: { value: "successfully API-2" },
  });
  await waitFor(() => expect(grid.queryByRole("link", { name: "Pod shop/api-1" })).toBeNull());
  expect(grid.getByRole("link", { name: "Pod shop/api-2" })).toBeTruthy();
});

it("of five hundred only those in sight are drawn, and older ones are said to be left out", async () => {
  const many = Array.from({ length: 500 }, (_, index) => happening(`api-${index}`));
  open((prepared) => prepared.happenings.set({ ...read(many), cut: true }));
  const grid = await screen.findByRole("grid");
  expect(within(grid).getAllByRole("row").length).toBeLessThan(60);
  expect(screen.getByText(/older ones are left out/)).toBeTruthy();
});

it("what cannot be read says why, and what is wrong with the thing is shown all the same", async () => {
  open((prepared) => {
    prepared.hosts.set([
      hostRow("tower-a", { health: "critical", problem: text("RAID is degraded.", "RAID dégradé.") }),
    ]);
    prepared.happenings.set({
      ...read([]),
      error: {
        code: "kubernetes.forbidden",
        system: "east",
        message: text("Events may not be read.", "Les évènements ne peuvent pas être lus."),
        hint: text("Ask for the right.", "Demandez le droit."),
      },
    });
  });
  expect(await screen.findByText("Events may not be read.")).toBeTruthy();
  expect(within(screen.getByRole("tabpanel")).getByText("RAID is degraded.")).toBeTruthy();
  expect(screen.queryByText("Nothing has been recorded lately.")).toBeNull();
});
