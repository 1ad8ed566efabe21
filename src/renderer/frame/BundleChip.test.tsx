// @vitest-environment jsdom
import { screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Status } from "../../shared/status.ts";
import { openWindow } from "../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(bundle: Status["bundle"]): void {
  opened = openWindow("#/forwards", (console) => console.status.set({ ...console.status.value, bundle }));
}

const hour = 3_600_000;

test("the bundle's age is told in the masthead, quietly while it is young", async () => {
  open({ madeAt: Date.now() - 3 * hour, isLate: false, isOpened: false });
  const chip = await screen.findByRole("link", { name: /^Bundle .*ago/ });
  expect(chip.className).toContain("chip-fine");
});

test("one that is older than its schedule allows is a warning, and so is one that is not there", async () => {
  open({ madeAt: null, isLate: true, isOpened: false });
  const chip = await screen.findByRole("link", { name: "Bundle none yet" });
  expect(chip.className).toContain("chip-warning");
  expect(chip.getAttribute("title")).toContain("older than its schedule allows");
});

test("there is none where none is wanted", async () => {
  open(null);
  await screen.findByRole("link", { name: /Journal/ });
  expect(screen.queryByText(/^Bundle/)).toBeNull();
});
