import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";

test.use({ sites: "all", speed: 10 });

test("what is backed up is found, its calendar is read by keyboard, and a backup is made of a row", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await visit(window, "#/backups");
  const list = main.getByRole("grid", { name: /^What is protected/ });
  await main.getByRole("searchbox", { name: "Filter by name or policy" }).fill("shop-1");
  const row = list.getByRole("row", { name: /^shop-1 .*in time/ });
  await expect(row).toBeVisible({ timeout: 60_000 });
  await expect(row).toContainText(/h.* of 1\sd/);

  const calendar = main.getByRole("region", { name: "What was planned in the last fourteen days" });
  const cell = calendar.getByRole("button", { name: /03:00: 1 good/ }).first();
  await cell.focus();
  await window.keyboard.press("ArrowDown");
  await window.keyboard.press("ArrowUp");
  await window.keyboard.press("Enter");
  const ran = main.getByRole("region", { name: /^What ran on/ });
  await expect(ran.getByRole("row", { name: /shop-1.*good/ })).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await inScheme(window, scheme);
    expect(await accessibilityFaults(window)).toEqual([]);
  }

  // How many there are goes by the time of day; the nightly one may come meanwhile.
  await list.getByRole("link", { name: "shop-1" }).click();
  const points = main.getByRole("table", { name: "Restore points" }).getByRole("row");
  await expect(points.nth(1)).toBeVisible();
  const before = await points.count();

  await visit(window, "#/backups");
  await main.getByRole("searchbox").fill("shop-1");
  await row.focus();
  await window.keyboard.press("a");
  const actions = window.getByRole("dialog", { name: "Actions on the backups of shop-1" });
  await actions.getByRole("button", { name: "Back up now" }).click({ timeout: 15_000 });
  await window.getByRole("button", { name: /^Back up.* shop-1/ }).click({ timeout: 15_000 });
  await visit(window, "#/backups");
  await main.getByRole("searchbox").fill("shop-1");
  await list.getByRole("link", { name: "shop-1" }).click();
  await expect.poll(() => points.count(), { timeout: 40_000 }).toBeGreaterThan(before);
  expect(await accessibilityFaults(window)).toEqual([]);
});
