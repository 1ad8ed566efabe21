import { join } from "node:path";
import { expect, test, visit } from "./fixtures.ts";
import { runCommand } from "./support/programs.ts";

// Its machines restart in a few seconds.
test.use({ speed: 4 });

test("one command on many hosts: live output, summary by outcome", async ({ window }) => {
  await visit(window, "#/vms");
  const table = window.getByRole("grid");
  for (const name of ["web-1", "db-1", "mail-1"])
    await table.getByRole("checkbox", { name: `Select ${name}` }).check();
  await window
    .getByRole("group", { name: "Actions on the selection" })
    .getByRole("button", { name: /Run a command/ })
    .click();
  const sheet = window.getByRole("dialog");
  await sheet.getByRole("textbox", { name: /Command/ }).fill("uname -s; echo finished");
  const primary = sheet.getByRole("button", { name: /Run.* 3 resources/ });
  await expect(primary).toBeEnabled();
  await primary.click();
  await expect(window.getByText("3 of 3 ended")).toBeVisible();
  await expect(window.getByText(/finished/).first()).toBeVisible();
  await expect(window.getByRole("grid", { name: "Summary" }).or(window.getByLabel("Summary"))).toContainText(
    "verified",
  );
});

test("a safe reboot is proven by another boot identifier, and the journal is intact", async ({
  window,
  lab,
  folder,
  shell,
}) => {
  await visit(window, "#/resource/web-1");
  const bootOf = async () => (await lab.control.status()).machines.find(({ id }) => id === "web-1")?.bootId;
  const before = await bootOf();
  await window.getByRole("button", { name: "Reboot", exact: true }).click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText("What will happen")).toBeVisible();
  await expect(sheet.getByText("What will prove it")).toBeVisible();
  const primary = sheet.getByRole("button", { name: "Reboot web-1" });
  await expect(primary).toBeEnabled();
  await primary.click();
  await visit(window, "#/tasks");
  await expect(window.getByText("verified").first()).toBeVisible({ timeout: 45_000 });
  expect(await bootOf()).not.toBe(before);

  await visit(window, "#/journal");
  await expect(window.getByText("action.verified").first()).toBeVisible();
  await window.getByRole("button", { name: "Verify the chain" }).click();
  await expect(window.getByText(/The chain is intact/)).toBeVisible();
  if (shell === "browser") {
    const verdict = await runCommand(["journal", "verify", "--json"], join(folder, "data"));
    expect(verdict.code).toBe(0);
    expect(JSON.parse(verdict.output)).toMatchObject({ intact: true });
  }
});
