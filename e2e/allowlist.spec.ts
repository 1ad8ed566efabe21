import type { Page } from "@playwright/test";
import { test, expect as usual, visit } from "./fixtures.ts";
import { handKeyOfBruno } from "./support/bascule.ts";
import type { OwnLab } from "./support/programs.ts";

// An order is followed until the provider has carried it out, which takes its time.
const expect = usual.configure({ timeout: 30_000 });

test.use({ sites: "provider", speed: 20 });

/** Runs a procedure whose form is filled in, up to its gate, where Bruno hands his key in and signs. */
async function decide(window: Page, lab: OwnLab, title: string): Promise<void> {
  const main = window.getByRole("main");
  await main.getByRole("button", { name: "Make the plan" }).click();
  await main.getByRole("textbox", { name: /^Reason/ }).fill("they have asked for it");
  await main.getByRole("button", { name: `Run ${title}` }).click();
  await main.getByRole("radio", { name: /a key that is handed in/ }).waitFor();
  await handKeyOfBruno(main, lab);
  await main.getByRole("button", { name: "Approve as Bruno" }).click();
  await expect(main.getByText("completed", { exact: true }).first()).toBeVisible();
}

test("a network is let in at the provider and taken off by two people, and nobody locks themselves out", async ({
  window,
  lab,
}) => {
  const main = window.getByRole("main");
  await visit(window, "#/allowlist");
  const east = main.getByRole("grid", { name: "Access to East" });
  await expect(east.getByRole("row", { name: /203\.0\.113\.0\/28.*does not declare it/ })).toBeVisible();

  await east.getByRole("link", { name: "127.0.0.0/8", exact: true }).click();
  await main.getByRole("button", { name: "Take a network off the list" }).click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText(/Only 127\.0\.0\.0\/8 lets in this workstation/).first()).toBeVisible();
  await expect(sheet.getByText(/Two people decide this: begin the procedure “remove-network”/)).toBeVisible();
  await expect(sheet.getByRole("button", { name: "Take off 127.0.0.0/8" })).toBeDisabled();
  await sheet.getByRole("button", { name: "Cancel" }).click();

  await visit(window, "#/allowlist");
  await main.getByRole("link", { name: "Let in a network at Access to North…" }).click();
  await main.getByRole("textbox", { name: /^Network/ }).fill("192.0.2.9");
  await main.getByRole("textbox", { name: /^What for/ }).fill("Fibre works");
  await decide(window, lab, "Let a network in at the provider");
  await visit(window, "#/allowlist");
  const row = main.getByRole("row", { name: /192\.0\.2\.9\/32.*Fibre works.*for a time/ });
  await expect(row).toBeVisible();

  await row.getByRole("link", { name: "Take 192.0.2.9/32 off…" }).click();
  await decide(window, lab, "Take a network off the provider's list");
  await visit(window, "#/allowlist");
  await expect(main.getByRole("grid", { name: "Access to North" })).toBeVisible();
  await expect(row).toHaveCount(0);
});
