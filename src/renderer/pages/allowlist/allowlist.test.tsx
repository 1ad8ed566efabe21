// @vitest-environment jsdom
import { screen, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { sameText } from "../../../shared/text.ts";
import { aNetwork, aProviderList } from "../../testing/memory-allowlists.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow("#/allowlist", prepare);
  return opened.console;
}

it("says that the estate names no list", async () => {
  open();
  expect(await screen.findByText("The estate names no list of the provider.")).toBeTruthy();
});

it("shows whom each list lets in, until when, and what is not as the estate says", async () => {
  open(({ allowlists }) =>
    allowlists.view.set({
      lists: [
        aProviderList({
          problems: [sameText("The estate declares 192.0.2.0/24, and no lasting entry lets that in.")],
          shut: ["192.0.2.1 → bounce"],
          networks: [
            aNetwork({
              id: "provider/allowlists/east/102",
              network: "198.51.100.77/32",
              note: "Storage supplier",
              by: "Ada",
              ends: Date.UTC(2026, 10, 22, 18),
              isDue: true,
              declared: "temporary",
              letsIn: [],
              problems: [sameText("Its end came at 2026-11-22 18:00 UTC, and it is still let in.")],
            }),
            aNetwork(),
          ],
        }),
      ],
    }),
  );
  const table = within(await screen.findByRole("grid", { name: "Access to East" }));
  const [, supplier, office] = table.getAllByRole("row").map((row) => within(row));
  expect(supplier?.getByText(/it is still let in/)).toBeTruthy();
  expect(supplier?.getByText("Ada")).toBeTruthy();
  expect(supplier?.getByText("for a time")).toBeTruthy();
  expect(office?.getByText("203.0.113.7 → bounce")).toBeTruthy();
  expect(office?.getByText("always")).toBeTruthy();
  expect(screen.getByText(/192\.0\.2\.0\/24, and no lasting entry/)).toBeTruthy();
  expect(screen.getByText(/Not let in from where .*: 192\.0\.2\.1 → bounce\./)).toBeTruthy();
});

it("leads to the procedures that two people decide, prepared with the list or the network", async () => {
  open(({ allowlists }) => allowlists.view.set({ lists: [aProviderList()] }));
  const letIn = await screen.findByRole("link", { name: "Let in a network at Access to East…" });
  expect(letIn.getAttribute("href")).toBe("#/procedures/allow-network?list=provider%2Fallowlists%2Feast");
  const takeOff = screen.getByRole("link", { name: "Take 203.0.113.0/28 off…" });
  expect(takeOff.getAttribute("href")).toBe(
    "#/procedures/remove-network?entry=provider%2Fallowlists%2Feast%2F101",
  );
  const change = screen.getByRole("link", { name: "Change 203.0.113.0/28…" });
  expect(change.getAttribute("href")).toBe(
    "#/procedures/change-network?entry=provider%2Fallowlists%2Feast%2F101",
  );
});

it("says why a list cannot be read, and shows what was known", async () => {
  open(({ allowlists }) =>
    allowlists.view.set({
      lists: [aProviderList({ error: sameText("Provider refuses the keys."), stale: true })],
    }),
  );
  expect(await screen.findByText("Provider refuses the keys.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "203.0.113.0/28" })).toBeTruthy();
});
