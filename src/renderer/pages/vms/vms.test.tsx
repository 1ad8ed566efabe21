// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { ListRow } from "../../../shared/live.ts";
import { text } from "../../../shared/text.ts";
import { hostRow, type MemoryConsole, preview, rebootOffer } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

const vm = (name: string, host: string, part: Partial<ListRow> = {}) =>
  hostRow(`east/vms/${name}`, { kind: "vm", name, cells: { "vm.host": host, "power.state": "on" }, ...part });

function open(at: string, prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow(at, (console) => {
    console.hosts.set([
      vm("web-1", "esx-1"),
      vm("web-2", "esx-1", { health: "warning" }),
      vm("db-1", "esx-2"),
    ]);
    prepare(console);
  });
  return opened.console;
}

const headOf = async (name: RegExp) => {
  const head = (await screen.findByRole("button", { name })).closest("tr");
  if (!head) throw new Error("the head stands in no row");
  return head;
};

it("VMs are grouped by host, the groups counted, folded by the arrows and selected as a whole", async () => {
  const console = open("#/vms");
  await screen.findByRole("option", { name: "Host" });
  fireEvent.change(screen.getByLabelText("Group by"), { target: { value: "host" } });
  const first = await headOf(/^Fold esx-1$/);
  expect(screen.getByRole("treegrid")).toBeTruthy();
  expect(first.getAttribute("aria-expanded")).toBe("true");
  expect(first.textContent).toContain("1 wrong");
  fireEvent.click(within(first).getByRole("button", { name: "Select all of it" }));
  expect(await screen.findByText("2 selected", { selector: "strong" })).toBeTruthy();
  expect(console.queries.at(-1)).toMatchObject({ facets: { host: ["esx-1"] }, kinds: ["vm"] });
  first.focus();
  fireEvent.keyDown(first, { key: "ArrowLeft" });
  await waitFor(() => expect(screen.queryByRole("link", { name: "web-1" })).toBeNull());
  expect(screen.getByRole("link", { name: "db-1" })).toBeTruthy();
  const folded = await headOf(/^Unfold esx-1$/);
  expect(folded.getAttribute("aria-expanded")).toBe("false");
  fireEvent.keyDown(folded, { key: "ArrowDown" });
  const second = await headOf(/^Fold esx-2$/);
  await waitFor(() => expect(document.activeElement).toBe(second));
  fireEvent.click(screen.getByRole("button", { name: "Fold all" }));
  await waitFor(() => expect(screen.queryByRole("link", { name: "db-1" })).toBeNull());
  expect(screen.getByText("3 of 3 · kept up to date")).toBeTruthy();
});

it("a view is saved, begun with, found in the palette, and carried by an address", async () => {
  const written: string[] = [];
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: { writeText: (words: string) => Promise.resolve(void written.push(words)) },
  });
  open("#/vms?group=host&sort=-memory.total&text=web");
  await headOf(/^Fold esx-1$/);
  fireEvent.click(screen.getByRole("button", { name: /^Views/ }));
  fireEvent.change(screen.getByLabelText("Name of the view"), { target: { value: "Web by host" } });
  fireEvent.click(screen.getByRole("button", { name: "Save this view" }));
  fireEvent.click(screen.getByRole("button", { name: "begin with it" }));
  fireEvent.click(screen.getByRole("button", { name: "Copy the address of this view" }));
  await waitFor(() => expect(written.length).toBe(1));
  expect(written[0]).toMatch(/#\/vms\?text=web&sort=-memory\.total&columns=health%2C.+&group=host$/);
  fireEvent.click(screen.getByRole("button", { name: "As delivered" }));
  await waitFor(() => expect(screen.queryByRole("treegrid")).toBeNull());
  fireEvent.keyDown(window, { key: "k", ctrlKey: true });
  const field = await screen.findByRole("combobox", { name: /./ });
  fireEvent.change(field, { target: { value: "by host" } });
  fireEvent.click(await screen.findByRole("option", { name: /^Web by host/ }));
  await headOf(/^Fold esx-1$/);
  expect(JSON.parse(window.localStorage.getItem("passerelle.usual-view.vm") ?? "null")).toBe("Web by host");
});

it("an action on a thousand VMs says by outcome what becomes of them, and asks for a few at a time", async () => {
  const many = Array.from({ length: 1000 }, (_, index) => vm(`vm-${index}`, "esx-1"));
  const gate = Promise.withResolvers<void>();
  const console = open("#/vms", (prepared) => {
    prepared.hosts.set(many);
    prepared.offers = [rebootOffer({ id: "far.off", bulk: true, risk: "destructive" })];
    prepared.mayAnswer = gate.promise;
    prepared.previews = (id) => {
      const place = Number(id.split("-").at(-1));
      const confirm = { typeToConfirm: "48" };
      if (place % 10 === 1) return preview(id, { ...confirm, probe: said("done", "It is off.") });
      if (place % 10 === 2)
        return preview(id, { ...confirm, probe: said("impossible", "It is a template.") });
      return preview(id, { ...confirm, probe: said("needed", "It is on.") });
    };
  });
  await screen.findByRole("link", { name: "vm-0" });
  fireEvent.click(screen.getByRole("button", { name: "Select all that match" }));
  fireEvent.click(await screen.findByRole("button", { name: "Reboot" }));
  const sheet = within(await screen.findByRole("dialog"));
  const button = sheet.getByRole<HTMLButtonElement>("button", { name: "Reboot 1000 resources" });
  expect(button.disabled).toBe(true);
  await act(async () => gate.resolve());
  expect(await sheet.findByText("800", { selector: ".tile *" })).toBeTruthy();
  expect(sheet.getAllByText("100", { selector: ".tile *" }).length).toBe(2);
  expect(sheet.getByText("It is a template.")).toBeTruthy();
  expect(Math.max(...console.asked)).toBeLessThan(100);
  expect(console.asked.reduce((sum, each) => sum + each, 0)).toBe(1000);
  expect(button.disabled).toBe(true);
  fireEvent.change(sheet.getByLabelText("Type 1000 to confirm"), { target: { value: "1000" } });
  await waitFor(() => expect(button.disabled).toBe(false));
  fireEvent.click(button);
  await waitFor(() => expect(console.started[0]?.resources.length).toBe(1000));
  expect(console.started[0]).toMatchObject({ confirmation: "1000", deadline: 126 * 60_000 });
});

it("who does not want to wait for the rest goes on without it, and is told", async () => {
  const many = Array.from({ length: 200 }, (_, index) => vm(`vm-${index}`, "esx-1"));
  const console = open("#/vms", (prepared) => {
    prepared.hosts.set(many);
    prepared.offers = [rebootOffer({ id: "far.off", bulk: true, risk: "safe" })];
  });
  await screen.findByRole("link", { name: "vm-0" });
  fireEvent.click(screen.getByRole("button", { name: "Select all that match" }));
  const previews = vi.fn(console.previews);
  console.previews = (id, input) => {
    // The second piece never comes.
    if (console.asked.length === 2) console.mayAnswer = new Promise(() => {});
    return previews(id, input);
  };
  console.mayAnswer = Promise.resolve();
  fireEvent.click(await screen.findByRole("button", { name: "Reboot" }));
  const sheet = within(await screen.findByRole("dialog"));
  await waitFor(() => expect(console.asked.length).toBeGreaterThan(1));
  fireEvent.click(await sheet.findByRole("button", { name: "Go on without looking at the rest" }));
  expect(await sheet.findByText(/were not looked at here/)).toBeTruthy();
  const button = sheet.getByRole<HTMLButtonElement>("button", { name: "Reboot 200 resources" });
  expect(button.disabled).toBe(false);
});

function said(state: "needed" | "done" | "impossible", en: string) {
  return { state, text: text(en, en), observed: {} };
}
