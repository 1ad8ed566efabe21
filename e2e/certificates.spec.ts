import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";

// By a clock that runs fast, what Vault signs would not be valid yet by that of the console.
test.use({ sites: "all", speed: 1 });

test("a certificate that ends soon is found, renewed by Vault, and seen from outside", async ({ window }) => {
  test.setTimeout(180_000);
  const main = window.getByRole("main");
  const list = main.getByRole("grid", { name: /^Certificates: / });
  await visit(window, "#/certificates");
  await main.getByRole("searchbox").fill("partners-tls");
  const row = list.getByRole("row", { name: /^web-front\/partners-tls .*partners\.east/ });
  await expect(row).toContainText("ends soon", { timeout: 90_000 });
  await row.getByRole("link").click();
  await expect(main.getByText(/^It ends in 1[12] days/)).toBeVisible();
  await expect(main.getByText(/the procedure renew-certificate does all of it/)).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await inScheme(window, scheme);
    expect(await accessibilityFaults(window)).toEqual([]);
  }

  await visit(window, "#/procedures");
  await window.getByRole("link", { name: "Plan Renew a certificate" }).click();
  await window.getByRole("radio", { name: /web-front\/partners-tls.*cluster-east/ }).check();
  await window.getByRole("radio", { name: /Partners in the east/ }).check();
  await window.getByRole("combobox", { name: /Who signs/ }).selectOption({ label: "the PKI of Vault" });
  await window.getByRole("button", { name: "Make the plan" }).click();
  await window.getByRole("textbox", { name: "Reason" }).fill("it ends soon");
  await window.getByRole("button", { name: "Run Renew a certificate" }).click();
  await expect(main.getByText("completed").first()).toBeVisible({ timeout: 90_000 });

  await visit(window, "#/certificates");
  await main.getByRole("searchbox").fill("partners-tls");
  await expect(row).toContainText("valid", { timeout: 60_000 });
  await row.getByRole("link").click();
  await expect(main.getByText(/key in vault:secret\/certificates\/certificate-/)).toBeVisible();
  expect(await main.textContent()).not.toContain("PRIVATE KEY");
});
