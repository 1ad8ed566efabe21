import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";

async function openTerminal(window: Page, host: string) {
  await visit(window, `#/resource/${host}/terminal`);
  const screen = window.getByRole("region", { name: /Terminal screen/ });
  await expect(screen).toContainText(`ops@${host}`);
  await screen.locator("textarea").focus();
  return screen;
}

test("a terminal through the bounce: types, resizes, ends and opens again", async ({ window }) => {
  const screen = await openTerminal(window, "tower-a");
  await window.keyboard.type("hostname; echo $((6*7))\n");
  await expect(screen).toContainText("tower-a.atelier.example");
  await expect(screen).toContainText("42");
  await window.setViewportSize({ width: 1000, height: 700 });
  await window.keyboard.type("exit 3\n");
  await expect(window.getByText(/exit code 3/)).toBeVisible();
  await window.getByRole("button", { name: "Open a new shell" }).click();
  await expect(screen).toContainText("ops@tower-a");
  await visit(window, "#/journal");
  await expect(window.getByText("terminal.ended").first()).toBeVisible();
});

test("escape sequences write neither the clipboard nor the title", async ({ window }) => {
  const screen = await openTerminal(window, "tower-a");
  const title = await window.title();
  await window.keyboard.type("printf '\\033]52;c;c3RvbGVu\\007\\033]0;stolen\\007done-%s\\n' now\n");
  await expect(screen).toContainText("done-now");
  expect(await window.title()).toBe(title);
  const clipboard = await window.evaluate("navigator.clipboard.readText()").catch(() => "not to be read");
  expect(clipboard).not.toContain("stolen");
});
