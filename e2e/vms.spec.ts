import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults } from "./support/accessibility.ts";

test.use({ sites: "all", speed: 10 });

/** Goes to the page of a thing that a list has, once it was read. */
async function open(window: Page, list: "vms" | "hosts", name: string): Promise<void> {
  await visit(window, `#/${list}?text=${name}`);
  await window.getByRole("main").getByRole("link", { name, exact: true }).click();
  await expect(window.getByRole("heading", { name, level: 1 })).toBeVisible();
}

test("VMs are filtered and grouped, and the view is found again under its name", async ({ window }) => {
  const main = window.getByRole("main");
  await visit(window, "#/vms");
  const filter = main.getByRole("searchbox", { name: "Filter" });
  await filter.fill("north-test-web-");
  await main.getByRole("combobox", { name: "Group by" }).selectOption({ label: "Host" });
  const list = main.getByRole("treegrid");
  const head = list.getByRole("row", { expanded: true }).filter({ hasText: "esx-5.north.example" });
  await expect(head).toBeVisible();
  await expect(main.getByText(/^6 of /)).toBeVisible();
  const views = main.getByRole("button", { name: "Views" });
  await views.click();
  await main.getByRole("textbox", { name: "Name of the view" }).fill("Web of the trials");
  await main.getByRole("button", { name: "Save this view" }).click();
  await main.getByRole("button", { name: "As delivered" }).click();
  await expect(main.getByRole("grid")).toBeVisible();
  await expect(filter).toHaveValue("");
  await window.reload();
  await views.click();
  await main.getByRole("button", { name: "Web of the trials", exact: true }).click();
  await expect(filter).toHaveValue("north-test-web-");
  await expect(head).toBeVisible();
});

test("a snapshot is taken, stands in the tree, is deleted, and vCenter's tasks tell of both", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await open(window, "vms", "east-app-1");
  await main.getByRole("tab", { name: "Snapshots" }).click();
  const snapshots = main.getByRole("region", { name: "Snapshots of east-app-1" });
  await expect(snapshots.getByText("It has no snapshot.")).toBeVisible();
  await snapshots.getByRole("button", { name: "Take a snapshot" }).click();
  const sheet = window.getByRole("dialog");
  await sheet.getByRole("textbox", { name: /^Name/ }).fill("before the upgrade");
  await sheet.getByRole("button", { name: "Take a snapshot of east-app-1" }).click();
  const taken = snapshots.getByRole("treeitem", { name: /before the upgrade/ });
  await expect(taken).toBeVisible({ timeout: 30_000 });
  await taken.click();
  await snapshots.getByRole("button", { name: "Delete a snapshot" }).click();
  await sheet.getByRole("textbox", { name: /^Type/ }).fill("east-app-1");
  await sheet.getByRole("button", { name: "Delete a snapshot of east-app-1" }).click();
  await expect(snapshots.getByText("It has no snapshot.")).toBeVisible({ timeout: 30_000 });
  await main.getByRole("tab", { name: "Tasks" }).click();
  await expect(main.getByRole("row", { name: /[Ss]napshot/ })).toHaveCount(2);
});

test("several VMs are shut down after a preview of what becomes of each", async ({ window }) => {
  const main = window.getByRole("main");
  await visit(window, "#/vms?text=east-app-");
  for (const number of [1, 2, 3]) {
    await main.getByRole("checkbox", { name: `Select east-app-${number}`, exact: true }).check();
  }
  const bulk = main.getByRole("group", { name: "Actions on the selection" });
  await bulk.getByRole("button", { name: "Power", exact: true }).click();
  await bulk.getByRole("button", { name: "Shut down the guest" }).click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText(/3\s*will be done/)).toBeVisible();
  await sheet.getByRole("button", { name: "Shut down 3 resources" }).click();
  await expect(window.getByText("3 of 3 ended")).toBeVisible({ timeout: 40_000 });
  await visit(window, "#/vms?text=east-app-&power=off");
  await expect(main.getByText(/^3 of /)).toBeVisible();
});

test("what the loss of a host brings is looked at, and its maintenance is refused for the same reason", async ({
  window,
}) => {
  const main = window.getByRole("main");
  await visit(window, "#/capacity");
  await main.getByRole("link", { name: "Show north-trials" }).click();
  await main.getByRole("checkbox", { name: "Look at the loss of esx-5.north.example" }).check();
  const whatIf = main.getByRole("region", { name: "What if esx-5.north.example goes" });
  const left = /north-test-app-5 \(16\sGiB\) does not/;
  await expect(whatIf.getByText(left)).toBeVisible();
  await expect(whatIf.getByRole("row", { name: /^north-test-app-5 .*It needs 16\sGiB/ })).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
  await open(window, "hosts", "esx-5.north.example");
  await main.getByRole("button", { name: "Maintenance", exact: true }).click();
  await main.getByRole("button", { name: "Enter maintenance mode" }).click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByRole("listitem").filter({ hasText: left })).toContainText("refused");
  await expect(sheet.getByRole("button", { name: /^Put into maintenance mode: esx-5/ })).toBeDisabled();
  await sheet.getByRole("textbox", { name: "Reason" }).fill("one test VM may wait");
  await expect(sheet.getByRole("button", { name: /^Put into maintenance mode: esx-5/ })).toBeEnabled();
});
