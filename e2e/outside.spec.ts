import { readFile, rename, writeFile } from "node:fs/promises";
import { expect, test, visit } from "./fixtures.ts";

/** Edits the estate in force, whole and at once, as an editor does. */
async function edit(estate: string, from: string, to: string): Promise<void> {
  const words = await readFile(estate, "utf8");
  expect(words).toContain(from);
  await writeFile(`${estate}.new`, words.replaceAll(from, to), { mode: 0o600 });
  await rename(`${estate}.new`, estate);
}

test("outside of an allowlist the masthead says so, and what needs the inside is greyed until one is inside again", async ({
  window,
  lab,
}) => {
  await visit(window, "#/resource/web-1");
  const chip = window.getByRole("button", { name: /^Reach:/ });
  const reboot = window.getByRole("button", { name: "Reboot", exact: true });
  await expect(chip).toHaveAccessibleName("Reach: inside");
  await expect(reboot).not.toHaveAttribute("aria-disabled", "true");

  await edit(lab.estate, "127.0.0.0/8", "198.51.100.0/24");
  await expect(chip).toHaveAccessibleName("Reach: outside");
  await expect(reboot).toHaveAttribute("aria-disabled", "true");
  await reboot.hover();
  await expect(window.getByRole("tooltip")).toContainText("127.0.0.1 is not in 198.51.100.0/24");
  await chip.click();
  const details = window.getByRole("dialog", { name: "How this workstation reaches the estate" });
  await expect(details.getByText("Cannot be spoken to from here")).toBeVisible();
  await expect(details.getByText("It sees this workstation as 127.0.0.1.")).toBeVisible();
  await window.keyboard.press("Escape");
  await visit(window, "#/resource/web-1/terminal");
  await expect(window.getByRole("tabpanel")).toContainText("outside the allowlist");

  await edit(lab.estate, "198.51.100.0/24", "127.0.0.0/8");
  await expect(chip).toHaveAccessibleName("Reach: inside");
  await visit(window, "#/resource/web-1");
  await expect(reboot).not.toHaveAttribute("aria-disabled", "true");
});
