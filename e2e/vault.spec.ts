import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";
import { handKeyOfBruno } from "./support/bascule.ts";

test.use({ sites: "vault", speed: 10 });
test.describe.configure({ timeout: 150_000 });

const billing = "shop/production/billing/database";

test("a secret of Vault is found by keyboard, written, rolled back and destroyed, and no value is ever shown", async ({
  window,
}) => {
  const main = window.getByRole("main");
  // The lab's one unknown host key is asked for first, whenever that host is reached.
  await window.getByRole("button", { name: "Decide" }).click({ timeout: 60_000 });
  await window.getByRole("button", { name: "Trust web-2" }).click();
  await visit(window, "#/resource/vault%2Fcluster/services");
  const mount = main.getByRole("link", { name: "secret/", exact: true });
  await expect(mount).toBeVisible({ timeout: 60_000 });
  const chip = window.getByRole("banner").getByRole("button", { name: "Vault" });
  await chip.focus();
  await window.keyboard.press("Enter");
  const vaults = window.getByRole("dialog", { name: "Vaults of the estate" });
  await expect(vaults.getByText(/Signed in as/)).toBeVisible({ timeout: 30_000 });
  expect(await accessibilityFaults(window)).toEqual([]);
  await window.keyboard.press("Escape");
  await expect(vaults).toBeHidden();

  await mount.click();
  await main.getByRole("tab", { name: "Secrets" }).click();
  const names = main.getByRole("list", { name: "Folders and secrets" });
  for (const folder of [/^shop/, /^production/, /^billing/, /^database$/]) {
    await names.getByRole("link", { name: folder }).focus();
    await window.keyboard.press("Enter");
  }
  const versions = main.getByRole("grid", { name: `Versions of ${billing}` });
  await expect(versions.getByRole("row", { name: /^2 current/ })).toBeVisible();
  await expect(main.getByText("billing team")).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await inScheme(window, scheme);
    expect(await accessibilityFaults(window)).toEqual([]);
  }

  await main
    .getByRole("region", { name: billing })
    .getByRole("button", { name: /^Write a field/ })
    .click();
  const sheet = window.getByRole("dialog", { name: /^Write a field of a secret/ });
  await sheet.getByLabel(/^Field/).fill("password");
  await sheet.getByRole("button", { name: /^Write / }).click();
  await window.getByRole("button", { name: "Decide" }).click();
  const question = window.getByRole("dialog", { name: /^Enter what is asked for/ });
  expect(await accessibilityFaults(window)).toEqual([]);
  const value = question.getByLabel("Value");
  await expect(value).toHaveAttribute("type", "password");
  await value.fill("a value that nobody sees");
  await window.keyboard.press("Enter");
  await expect(versions.getByRole("row", { name: /^3 current/ })).toBeVisible({ timeout: 30_000 });

  await versions.getByRole("row", { name: /^1 / }).getByRole("button", { name: "Roll back" }).click();
  await window.getByRole("button", { name: /^Roll back secret/ }).click();
  await expect(versions.getByRole("row", { name: /^4 current/ })).toBeVisible({ timeout: 30_000 });

  await versions.getByRole("row", { name: /^3 / }).getByRole("button", { name: "Destroy" }).click();
  const destroy = window.getByRole("dialog", { name: /^Destroy a version/ });
  const go = destroy.getByRole("button", { name: /^Destroy secret/ });
  await expect(go).toBeDisabled();
  await destroy.getByLabel(/^Type secret\//).fill("secret/");
  await go.click();
  await expect(versions.getByRole("row", { name: /^3 destroyed for good/ })).toBeVisible({ timeout: 30_000 });
  expect(await window.content()).not.toContain("a value that nobody sees");
});

test("names of secrets are searched in the whole tree, and a mount without versions tells its names alone", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await visit(window, "#/resource/vault%2Fmounts%2Fsecret/secrets");
  const box = main.getByRole("searchbox", { name: "Search the names of this mount" });
  await box.fill("billing api", { timeout: 60_000 });
  await window.keyboard.press("Enter");
  const found = main.getByRole("list", { name: "Names that hold “billing api”" });
  await found.getByRole("link", { name: "shop/production/billing/api-key" }).click();
  await expect(main.getByRole("grid", { name: /^Versions of .*api-key$/ })).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
  await main.getByRole("button", { name: "Close the search" }).click();
  await expect(found).toBeHidden();

  await visit(window, "#/resource/vault%2Fmounts%2Flegacy/secrets?secret=printers%2Fhall");
  await expect(main.getByText(/tells nothing of a secret but its name/)).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
});

test("what is done with a Vault begins with its seal; the rest stands in menus that the keyboard opens", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await visit(window, "#/resource/vault%2Fcluster");
  const actions = main.getByRole("group", { name: "Actions" });
  await expect(actions.getByRole("button").first()).toHaveText(/^Seal/, { timeout: 60_000 });
  expect(await actions.getByRole("button").count()).toBeLessThanOrEqual(6);
  const shares = actions.getByRole("button", { name: "Shares of the key" });
  await shares.focus();
  await window.keyboard.press("Enter");
  await expect(actions.getByRole("button", { name: /^Begin to make new shares/ })).toBeVisible();
  await expect(actions.getByRole("button", { name: /^Enter a share in force/ })).toBeVisible();
  for (const scheme of ["light", "dark"] as const) {
    await inScheme(window, scheme);
    expect(await accessibilityFaults(window)).toEqual([]);
  }
  await window.keyboard.press("Escape");
  await expect(shares).toBeFocused();
  await visit(window, "#/resource/vault%2Fnodes%2Fvault-2");
  await expect(actions.getByRole("button").first()).toHaveText(/^Enter a share of the key/, {
    timeout: 60_000,
  });
});

test("two people seal a Vault, and from then on the masthead says so", async ({ window, lab }) => {
  const main = window.getByRole("main");
  const vaults = window.getByRole("banner").getByRole("button", { name: /^Vault/ });
  await visit(window, "#/procedures/vault-seal");
  await main.getByRole("radio", { name: /Vault/ }).check({ timeout: 60_000 });
  await expect(vaults).toHaveText("Vault");
  await main.getByRole("button", { name: "Make the plan" }).click();
  await main.getByRole("textbox", { name: /^Reason/ }).fill("somebody reads in it");
  await main.getByRole("textbox", { name: /type vault-seal/ }).fill("vault-seal");
  await main.getByRole("button", { name: /^Run Seal a Vault/ }).click();
  await handKeyOfBruno(main, lab);
  await main.getByRole("button", { name: "Approve as Bruno" }).click();
  await expect(main.getByText("completed", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  // The nodes that did not know of it have too few peers to elect an active one.
  await expect(vaults).toHaveText(/^Vault: (sealed|no active node)$/, { timeout: 30_000 });
  await vaults.click();
  const list = window.getByRole("dialog", { name: "Vaults of the estate" });
  await expect(list.getByText(/nothing in it can be read before enough/)).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
  await list.getByRole("link", { name: "Look at Vault" }).click();
  await expect(main.getByRole("heading", { name: "Vault", exact: true })).toBeVisible();
});

test("what is shown of a Vault, its nodes and its keys is read by everybody, in both colour schemes", async ({
  window,
}) => {
  const main = window.getByRole("main");
  for (const [place, shown] of [
    ["vault%2Fcluster", /Active node/],
    ["vault%2Fnodes%2Fvault-2", /standby/],
    ["vault%2Fcluster/vault-keys", /token/i],
    ["vault%2Fcluster/services", /vault-3/],
  ] as const) {
    await visit(window, `#/resource/${place}`);
    await expect(main.getByText(shown).first()).toBeVisible({ timeout: 60_000 });
    for (const scheme of ["light", "dark"] as const) {
      await inScheme(window, scheme);
      expect(await accessibilityFaults(window), place).toEqual([]);
    }
  }
});
