import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { programFolder } from "./support/programs.ts";

/** With PASSERELLE_SCREENSHOTS set, the pictures of the README and the guide are made anew; else beside the results. */
const folder = process.env.PASSERELLE_SCREENSHOTS
  ? join(programFolder, "docs", "images")
  : join(programFolder, "test-results", "screenshots");

async function picture(window: Page, name: string): Promise<void> {
  await window.mouse.move(0, 0);
  await window.waitForTimeout(400);
  const image = await window.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  expect(image.length, `${name} shows something`).toBeGreaterThan(10_000);
}

test("the pictures of the guide", async ({ window }) => {
  test.setTimeout(120_000);
  await window.setViewportSize({ width: 1280, height: 800 });
  await expect(window.getByRole("main").getByText("What needs you")).toBeVisible();
  await expect(
    window
      .getByRole("main")
      .getByText(/security update/)
      .first(),
  ).toBeVisible();
  await picture(window, "overview");

  await visit(window, "#/hosts");
  await expect(window.getByRole("grid").getByText("tower-b")).toBeVisible();
  await picture(window, "hosts");

  await window.getByRole("button", { name: "Decide" }).click();
  await expect(window.getByRole("dialog", { name: /web-2/ })).toBeVisible();
  await picture(window, "host-key");
  await window.getByRole("button", { name: "Trust web-2" }).click();

  await visit(window, "#/resource/tower-a");
  await expect(window.getByRole("row", { name: /Operating system/ })).toContainText("Debian");
  await picture(window, "host");

  await visit(window, "#/resource/tower-a/terminal");
  const screen = window.getByRole("region", { name: /Terminal screen/ });
  await expect(screen).toContainText("ops@tower-a");
  await screen.locator("textarea").focus();
  await window.keyboard.type("uptime; cat /proc/mdstat\n");
  await expect(screen).toContainText("md0");
  await picture(window, "terminal");

  await visit(window, "#/resource/web-1");
  await window.getByRole("button", { name: "Reboot", exact: true }).click();
  await expect(window.getByRole("dialog").getByText("What will prove it")).toBeVisible();
  await picture(window, "before-an-action");
  await window.keyboard.press("Escape");

  await visit(window, "#/vms");
  for (const name of ["web-1", "web-2", "db-1", "db-2"]) {
    await window.getByRole("checkbox", { name: `Select ${name}` }).check();
  }
  await window
    .getByRole("group", { name: "Actions on the selection" })
    .getByRole("button", { name: /Run a command/ })
    .click();
  const sheet = window.getByRole("dialog");
  await sheet.getByRole("textbox", { name: /Command/ }).fill("uname -r; df -h / | tail -1");
  await sheet.getByRole("button", { name: /4 resources/ }).click();
  await expect(window.getByText("4 of 4 ended")).toBeVisible();
  await picture(window, "run-on-many");

  await visit(window, "#/journal");
  await window.getByRole("button", { name: "Verify the chain" }).click();
  await expect(window.getByText(/The chain is intact/)).toBeVisible();
  await picture(window, "journal");

  await window.emulateMedia({ colorScheme: "dark" });
  await window.getByRole("button", { name: /^Operator/ }).click();
  await window.getByText("Français").click();
  await window.keyboard.press("Escape");
  await visit(window, "#/overview");
  await expect(window.getByRole("navigation").getByText("Hôtes")).toBeVisible();
  await picture(window, "overview-dark-french");
});
