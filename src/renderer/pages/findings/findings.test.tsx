// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { sameText } from "../../../shared/text.ts";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { aFinding } from "../../testing/memory-rules.ts";
import { status as aStatus } from "../../testing/samples.ts";
import { openWindow } from "../../testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}) {
  opened = openWindow("#/findings", prepare);
  return opened.console;
}

it("says that nothing was found", async () => {
  open();
  expect(await screen.findByText("Nothing has been found.")).toBeTruthy();
});

it("shows what each finding rests on, where it is, and leads to what mends it", async () => {
  open(({ rules }) =>
    rules.findings.set([
      aFinding(),
      aFinding({
        key: "certificate-ending c",
        rule: "certificate-ending",
        proposal: { kind: "procedure", id: "renew-certificate" },
        resource: { id: "c", name: "shop.example", kind: "certificate" },
        text: sameText("It ends in 3 days."),
      }),
    ]),
  );
  const sealed = within(await screen.findByRole("article", { name: /^Vault 1/ }));
  expect(sealed.getByText(/1 of 3 shares entered so far/)).toBeTruthy();
  expect(sealed.getByText("Forge, Production")).toBeTruthy();
  expect(sealed.getByRole("link", { name: "Vault 1" }).getAttribute("href")).toBe("#/resource/vault-1");
  expect(sealed.getByRole("link", { name: /Do something/ }).getAttribute("href")).toBe(
    "#/resource/vault-1?action=vault.unseal",
  );
  const ending = within(screen.getByRole("article", { name: /^shop\.example/ }));
  expect(ending.getByRole("link", { name: /procedure/ }).getAttribute("href")).toBe(
    "#/procedures/renew-certificate",
  );
  fireEvent.change(screen.getByRole("combobox", { name: "Rule" }), { target: { value: "vault-sealed" } });
  expect(screen.queryByRole("article", { name: /^shop\.example/ })).toBeNull();
});

it("mutes one with a reason and an end, and ends the mute", async () => {
  const { rules } = open(({ rules }) => rules.findings.set([aFinding()]));
  fireEvent.click(await screen.findByRole("button", { name: "Mute" }));
  const form = within(screen.getByRole("form", { name: "Mute the finding on Vault 1" }));
  expect((form.getByRole("button", { name: "Mute" }) as HTMLButtonElement).disabled).toBe(true);
  fireEvent.change(form.getByLabelText("Why"), { target: { value: "being moved" } });
  fireEvent.click(form.getByRole("button", { name: "Mute" }));
  await waitFor(() => expect(rules.muted).toMatchObject([{ key: aFinding().key, reason: "being moved" }]));
  rules.findings.set([aFinding({ mute: { until: Date.now() + 1e6, by: "Ada", reason: "being moved" } })]);
  expect(await screen.findByText(/^Muted by Ada until .*: being moved$/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "End the mute" }));
  await waitFor(() => expect(rules.unmuted).toEqual([aFinding().key]));
  fireEvent.click(screen.getByRole("checkbox", { name: "Muted ones too (1)" }));
  expect(screen.queryByRole("article")).toBeNull();
});

it("stands in the navigation with how many are not muted, and the overview says how many lines are quiet", async () => {
  opened = openWindow("#/overview", ({ status, overview }) => {
    status.set({ ...aStatus(), findings: 2 });
    overview.set({ cards: [], needs: [], muted: 3, changes: [] });
  });
  const link = await screen.findByRole("link", { name: /^Findings/ });
  await waitFor(() => expect(link.textContent).toContain("2"));
  expect(link.querySelector(".wrong-badge .pf-v6-screen-reader")?.textContent).toMatch(/2/);
  const muted = await screen.findByRole("link", { name: "3 muted" });
  expect(muted.getAttribute("href")).toBe("#/findings");
});

it("needs no leave where the desktop's program shows notices itself", async () => {
  open((console) => {
    console.shell = "electron";
  });
  expect(await screen.findByText(/while Passerelle runs and is not locked/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show notices on the desktop" })).toBeNull();
});
