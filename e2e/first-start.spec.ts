import { join } from "node:path";
import { expect, test, visit } from "./fixtures.ts";
import { linkIn, startProgram } from "./support/programs.ts";

test("the first start shows the two-tower site, read through the bounce", async ({ window }) => {
  await expect(window.getByRole("heading", { name: "Overview" })).toBeVisible();
  const navigation = window.getByRole("navigation", { name: "Navigation" });
  await navigation.getByRole("link", { name: /^Hosts/ }).click();
  const table = window.getByRole("grid");
  await expect(table.getByText("tower-a")).toBeVisible();
  await expect(table.getByText("tower-b")).toBeVisible();
  await expect(table.getByRole("row", { name: /tower-b/ })).toContainText(/\d+\s?%/);
  await navigation.getByRole("link", { name: /^VMs/ }).click();
  await expect(table.getByText("web-1")).toBeVisible();
});

test("the embedded lab opens by itself", async ({ shell, folder, page }) => {
  test.skip(shell === "electron", "the desktop shell opens its own lab; this journey is the browser shell's");
  const console = await startProgram("cli.js", ["serve", "--lab"], join(folder, "data"));
  try {
    const link = linkIn(console.firstLine);
    await page.goto(link);
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    expect(page.url(), "the token leaves the address bar").not.toContain(link.split("#")[1] ?? "#");
    const again = await page.context().browser()?.newContext();
    const stranger = await again?.newPage();
    await stranger?.goto(link);
    await expect(stranger?.getByRole("heading", { name: "Overview" }) ?? page.locator("none")).toHaveCount(0);
    await again?.close();
    await page.goto("about:blank");
  } finally {
    await console.stop();
  }
});

test("an unknown host key is asked for once, and the host is read after it was accepted", async ({
  window,
}) => {
  await window.getByRole("button", { name: "Decide" }).click();
  const dialog = window.getByRole("dialog", { name: /web-2/ });
  await expect(dialog.getByText(/SHA256:/)).toBeVisible();
  await dialog.getByRole("button", { name: "Trust web-2" }).click();
  await expect(dialog).toBeHidden();
  await visit(window, "#/resource/web-2");
  await expect(window.getByRole("row", { name: /Operating system/ })).toContainText("Debian");
});
