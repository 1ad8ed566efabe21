import { test, expect as usual, visit } from "./fixtures.ts";
import { accessibilityFaults } from "./support/accessibility.ts";

// A vCenter is read whole first, on a computer that may have other work.
const expect = usual.configure({ timeout: 30_000 });

test.use({ sites: "all" });

test("a site is walked by keyboard to a VM and back, and two hosts are put side by side", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await main.getByRole("link", { name: "Topology of Forge" }).click();
  await expect(main.getByRole("heading", { name: "Topology of Forge" })).toBeVisible();
  const picture = main.getByRole("region", { name: "Topology of Forge, as a picture" });
  const box = (name: string) => picture.getByRole("button", { name: new RegExp(`^${name} `) });
  await window.mouse.move(0, 0);
  await expect(box("ledger-1")).toBeVisible();
  // What a VM is stored on is read after the VM itself, and nothing is drawn anew while somebody is in the picture.
  await expect(main.getByRole("listitem").filter({ hasText: "desk-1" })).toContainText("stored on ceph-vm");
  expect(await accessibilityFaults(window)).toEqual([]);

  await box("forge").focus();
  await window.keyboard.press("ArrowRight");
  await expect(box("forge-1")).toBeFocused();
  await window.keyboard.press("ArrowRight");
  await window.keyboard.press("End");
  await window.keyboard.press("Home");
  await expect(box("desk-1")).toBeFocused();
  await window.keyboard.press("Enter");
  await expect(main.getByRole("link", { name: "Open the page of desk-1" })).toBeVisible();
  await expect(box("desk-1")).toBeFocused();
  await expect(box("ledger-1")).toHaveCount(0);
  await window.keyboard.press("ArrowRight");
  await window.keyboard.press("Enter");
  await expect(box("ledger-1")).toBeVisible();
  await window.keyboard.press("Escape");
  await expect(main.getByRole("heading", { name: "desk-1" })).toBeVisible();
  await window.keyboard.press("Escape");
  await expect(box("ledger-1")).toBeVisible();
  await expect(main.getByRole("link", { name: "Open the page of desk-1" })).toHaveCount(0);

  await visit(window, "#/hosts?site=east");
  for (const name of ["esx-1.east.example", "esx-5.east.example"])
    await main.getByRole("checkbox", { name: `Select ${name}` }).check();
  await main.getByRole("button", { name: "Compare" }).click();
  const table = main.getByRole("table", { name: "Facts side by side" });
  await expect(
    table.getByRole("row", { name: /^differs Cluster east-production east-trials/ }),
  ).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
  await main.getByRole("checkbox", { name: "Only differences" }).check();
  await expect(table.getByRole("row", { name: /^Power on on/ })).toHaveCount(0);
});
