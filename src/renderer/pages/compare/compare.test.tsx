// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { ListRow } from "../../../shared/live.ts";
import { text } from "../../../shared/text.ts";
import { usePreferences } from "../../state/preferences.ts";
import { hostRow, type MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const common = { "os.name": "Debian 13", "cpu.count": 16, "load.one": 0.5, "vm.networks": ["lan", "dmz"] };
const first = (part: Partial<ListRow> = {}) =>
  hostRow("esx-1", { cells: { ...common, "os.kernel": "6.12" }, ...part });
const second = (part: Partial<ListRow> = {}) =>
  hostRow("esx-2", {
    health: "critical",
    problem: text("Its disk fails.", "Son disque est en panne."),
    cells: {
      ...common,
      "load.one": 9,
      "vm.networks": ["dmz", "lan"],
      "os.kernel": "6.1",
      "power.state": "on",
    },
    ...part,
  });

function open(
  rows: ListRow[],
  at = "#/compare?ids=esx-1,esx-2",
  prepare: (console: MemoryConsole) => void = () => {},
) {
  opened = openWindow(at, (console) => {
    console.hosts.set(rows);
    prepare(console);
  });
  return opened.console;
}

const table = async () => within(await screen.findByRole("table", { name: "Facts side by side" }));
const rowOf = async (name: RegExp) => (await table()).getByRole("row", { name });

it("facts stand side by side; what differs has a sign and a word, not only a colour", async () => {
  open([first(), second()]);
  const kernel = await rowOf(/Kernel/);
  expect(kernel.textContent).toBe("differs Kernel6.126.1");
  expect(kernel.querySelector(".compare-sign svg")).toBeTruthy();
  expect((await rowOf(/^Operating system/)).querySelector(".compare-sign")).toBeNull();
  // The order of a list is no difference, nor is the load of this moment; what is not known of one is.
  expect((await rowOf(/^Networks/)).className).toBe("");
  expect((await rowOf(/^Load, 1 minute/)).className).toBe("");
  expect((await rowOf(/Power/)).textContent).toBe("differs Powernot knownon");
  expect((await rowOf(/^Problems/)).textContent).toContain("Its disk fails.");
  expect(screen.getByText("2 differences")).toBeTruthy();
  const [, head] = (await table()).getAllByRole("columnheader");
  expect(head?.textContent).toContain("critical");
});

it("only differences, live: what becomes alike goes", async () => {
  const console = open([first(), second()]);
  await table();
  fireEvent.click(screen.getByRole("checkbox", { name: "Only differences" }));
  expect((await table()).queryByRole("row", { name: /Operating system/ })).toBeNull();
  expect(await rowOf(/Kernel/)).toBeTruthy();
  expect(await rowOf(/^Problems/)).toBeTruthy();
  act(() => console.hosts.set([first(), second({ cells: first().cells })]));
  expect(await screen.findByText("They are alike in everything that is known of them.")).toBeTruthy();
  expect(screen.getByText("0 differences")).toBeTruthy();
});

it("one that is gone keeps its column and says so; each can be left out, and others be taken in", async () => {
  const console = open([first(), second(), hostRow("esx-3"), hostRow("vm-1", { kind: "vm" })]);
  await table();
  act(() => console.hosts.set([second(), hostRow("esx-3"), hostRow("vm-1", { kind: "vm" })]));
  expect(await screen.findByText("The estate does not declare it, or no longer.")).toBeTruthy();
  fireEvent.click(screen.getByRole("link", { name: "Leave out esx-1" }));
  await waitFor(() => expect(window.location.hash).toBe("#/compare?ids=esx-2"));
  fireEvent.click(await screen.findByRole("button", { name: "Compare with…" }));
  const choices = within(await screen.findByRole("list", { name: "To choose from" }));
  // Hosts beside hosts, and none beside itself.
  await waitFor(() => expect(choices.getAllByRole("link")).toHaveLength(1));
  expect(choices.getByRole("link").getAttribute("href")).toBe("#/compare?ids=esx-2,esx-3");
  fireEvent.change(screen.getByRole("searchbox", { name: "Find by name" }), { target: { value: "zzz" } });
  expect(await screen.findByText("Nothing else matches.")).toBeTruthy();
});

it("without anything chosen it says where to choose", async () => {
  open([], "#/compare");
  expect(await screen.findByText(/^Choose two to four hosts or VMs/)).toBeTruthy();
});

it("from a list: two to four selected rows, and no more", async () => {
  const rows = ["a", "b", "c", "d", "e"].map((id) => hostRow(id));
  open(rows, "#/hosts");
  const select = async (id: string) =>
    fireEvent.click(await screen.findByRole("checkbox", { name: `Select ${id}` }));
  await select("a");
  expect(screen.queryByRole("button", { name: "Compare" })).toBeNull();
  for (const id of ["b", "c", "d", "e"]) await select(id);
  const compare = screen.getByRole("button", { name: "Compare" });
  expect(compare.getAttribute("aria-disabled")).toBe("true");
  expect(compare.getAttribute("title")).toBe("Choose 4 at most to see them side by side.");
  fireEvent.click(compare);
  expect(window.location.hash).toBe("#/hosts");
  for (const id of ["c", "d", "e"]) await select(id);
  fireEvent.click(screen.getByRole("button", { name: "Compare" }));
  await waitFor(() => expect(window.location.hash).toBe("#/compare?ids=a,b"));
});

it("when the page is left nothing is watched any more", async () => {
  const console = open([first(), second()]);
  await table();
  expect(console.hosts.watchers).toBe(2);
  act(() => {
    window.location.hash = "#/journal";
  });
  await waitFor(() => expect(console.hosts.watchers).toBe(0));
});

it("it is French in French", async () => {
  usePreferences.getState().chooseLanguage("fr");
  open([first(), second()]);
  expect(await screen.findByText("2 différences")).toBeTruthy();
  expect(screen.getByText("Son disque est en panne.")).toBeTruthy();
  expect(screen.getByRole("main").textContent).not.toMatch(/\b(differs|not known|Kernel|none)\b/);
});
