import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { parse, stringify } from "yaml";
import { test as base, visit } from "../fixtures.ts";
import type { OwnLab } from "./programs.ts";

/** The longest that one stretch of a run may take between two gates, on a machine with other things to do; milliseconds. */
const patience = 120_000;

/**
 * The lab's estate with the regions alone, looked at more often than by anybody who is not in a hurry, and watched for a
 * moment only once production is carried. It stands beside the whole one; resolves to its path.
 */
async function hurriedRegions(lab: OwnLab): Promise<string> {
  const { systems, plans, ...rest } = parse(await readFile(lab.estate, "utf8"));
  const kept = Object.entries<object>(systems).filter(([id]) => !/^(atelier|vcenter)-/.test(id));
  const often = kept.map(([id, config]) => [id, "every" in config ? { ...config, every: "1s" } : config]);
  for (const direction of Object.values<{ with?: object }>(plans["east-to-north"].directions))
    direction.with = { watch: "1s" };
  const estate = join(dirname(lab.estate), "regions.yaml");
  const words = stringify({ ...rest, plans, systems: Object.fromEntries(often) });
  await writeFile(estate, words, { mode: 0o600 });
  return estate;
}

/** Playwright's `test` with a console on the lab's regions, in a hurry; it wants `sites: "regions"`. */
export const test = base.extend({
  lab: async ({ lab }, use) => use({ ...lab, estate: await hurriedRegions(lab) }),
});

/** A file of the lab's folder. */
function labFile({ estate }: Pick<OwnLab, "estate">, ...names: string[]): Promise<string> {
  return readFile(join(dirname(estate), ...names), "utf8");
}

/** Bruno has come to this console with his key, which is closed, and hands it in where a gate asks for another person. */
export async function handKeyOfBruno(
  panel: Locator,
  lab: Pick<OwnLab, "estate">,
  soon: { timeout?: number } = {},
): Promise<void> {
  await panel.getByRole("radio", { name: /a key that is handed in/ }).check(soon);
  await panel.getByLabel("Private key").fill(await labFile(lab, "keys", "operator-bruno"), soon);
  const passphrase = await labFile(lab, "secrets", "operator-bruno-passphrase");
  await panel.getByLabel("Passphrase of the key").fill(passphrase, soon);
}

/** The panel that says what a person has to do next. */
export function nextThing(window: Page): Locator {
  return window.getByRole("main").getByRole("region", { name: "Next thing for you" });
}

/** A gate of a run: its title, and whether it wants two people. */
type Gate = readonly [title: string, approvers: 1 | 2];

const toNorth: readonly Gate[] = [
  ["Declare it", 2],
  ["Look at the room in the north", 1],
  ["Make sure that the east is out", 2],
  ["Accept what is lost", 2],
  ["Decide to redirect the users", 2],
  ["Confirm it", 1],
];
const toEast: readonly Gate[] = [
  ["Declare it", 2],
  ["Look at the room in the east", 1],
  ["Accept what is lost", 2],
  ["Decide to redirect the users", 2],
  ["Confirm it", 1],
];

/**
 * Approves a run's gates as they come: where two people are wanted, Bruno signs at this console.
 * `seen` is called at each one once it is open, before it is approved.
 */
async function approveGates(window: Page, lab: OwnLab, gates: readonly Gate[], seen: Seen): Promise<void> {
  for (const [title, approvers] of gates) {
    const panel = nextThing(window);
    const named = panel.locator("strong").filter({ hasText: new RegExp(`^${title}$`) });
    const approve = panel.getByRole("button", {
      name: approvers === 2 ? "Approve as Bruno" : "Approve",
      exact: true,
    });
    await expect(named).toBeVisible({ timeout: patience });
    await expect(approve).toBeVisible({ timeout: patience });
    await seen(title, panel);
    // What the gate shows may have become other while it was signed: then that is signed anew. A press of a busy window's button
    // may have been heard without the test being told, and a page that is not there yet names no gate either.
    let pressed = false;
    await expect(async () => {
      if (await approve.isVisible()) {
        if (approvers === 2) await handKeyOfBruno(panel, lab, { timeout: 1000 });
        pressed = true;
        await approve.click({ timeout: 1000 });
      }
      expect(pressed).toBe(true);
      await expect(named).toHaveCount(0, { timeout: 4000 });
    }).toPass({ timeout: patience });
  }
}

/** Where a journey is; it is called once that is to be seen. */
type Seen = (place: string, panel?: Locator) => Promise<void>;

const planPage = "#/pra/east-to-north";

/**
 * The worst day: the east dies, the bascule is begun from the plan's page, and led until the north is confirmed. Resolves to
 * the run.
 */
export async function carryToNorth(window: Page, lab: OwnLab, seen: Seen = async () => {}): Promise<string> {
  const main = window.getByRole("main");
  await visit(window, planPage);
  await expect(main.getByText("Production is where it belongs.")).toBeVisible({ timeout: patience });
  await expect(main.getByText(/^ready .* unknown 0/)).toBeVisible({ timeout: patience });
  await seen("plan");
  await lab.control.fault("region-dead", "east");
  await expect(main.getByText("No application answers at either site.")).toBeVisible({ timeout: patience });
  const run = await begin(window, "Disaster bascule", "the east is gone", seen);
  await expect(main.getByRole("heading", { name: "Can still be undone" })).toBeVisible();
  await approveGates(window, lab, toNorth, seen);
  await expect(main.getByText("Completed: North serves.")).toBeVisible({ timeout: patience });
  return run;
}

/** The dead region comes back and serves as well: the plan's way out of that leaves the north alone. */
export async function leaveNorthServing(
  window: Page,
  lab: OwnLab,
  seen: Seen = async () => {},
): Promise<void> {
  const main = window.getByRole("main");
  await lab.control.clear();
  await visit(window, planPage);
  const wayOut = main.getByRole("link", { name: "Plan to leave one site serving…" });
  await expect(wayOut).toBeVisible({ timeout: patience });
  await seen("split brain");
  await wayOut.click();
  await main.getByRole("combobox", { name: /The region whose data counts/ }).selectOption("north");
  // What came back is still being read: until it is, no plan can be made of it.
  await expect(async () => {
    await main.getByRole("button", { name: "Make the plan" }).click({ timeout: 1000 });
    await expect(main.getByRole("heading", { name: "Run it" })).toBeVisible({ timeout: 3000 });
  }).toPass({ timeout: patience });
  await main.getByRole("button", { name: "Run Leave one region serving" }).click();
  await approveGates(window, lab, [["Decide whose data counts", 2]], seen);
  const completed = main.locator(".run-head").getByText("completed", { exact: true });
  const again = main.getByRole("button", { name: "Try again" });
  // Backups are refused for as long as the console has not read the policies again that came back.
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 1000 });
    await expect(completed).toBeVisible({ timeout: 3000 });
  }).toPass({ timeout: 3 * patience });
}

/** Production goes home, as planned; resolves to the run. */
export async function returnToEast(window: Page, lab: OwnLab, seen: Seen = async () => {}): Promise<string> {
  const main = window.getByRole("main");
  await visit(window, planPage);
  await expect(main.getByText("Production runs at the recovery site.")).toBeVisible({ timeout: patience });
  const run = await begin(window, "Return to normal", "the east is well again", seen);
  await approveGates(window, lab, toEast, seen);
  await expect(main.getByText("Completed: East serves.")).toBeVisible({ timeout: patience });
  return run;
}

/** Begins the plan in one of its modes from its page: says why on the sheet, and types the name that it asks for. */
async function begin(window: Page, mode: string, reason: string, seen: Seen): Promise<string> {
  await window.getByRole("main").getByRole("button", { name: mode, exact: true }).click();
  const sheet = window.getByRole("dialog");
  await sheet.getByRole("textbox", { name: "Reason" }).fill(reason);
  const label = sheet.locator("label").filter({ hasText: /to confirm$/ });
  const asked = (await label.textContent()) ?? "";
  await sheet.getByLabel(asked).fill(/^Type (.*) to confirm$/.exec(asked)?.[1] ?? "");
  await seen("sheet");
  await sheet.getByRole("button", { name: mode, exact: true }).click();
  await expect(nextThing(window)).toBeVisible();
  return decodeURIComponent(new URL(window.url()).hash.split("/")[3] ?? "");
}
