import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";

/** Goes to a view of the workload that every lab has, once the cluster was read. */
async function visitStorefront(window: Page, view: string): Promise<void> {
  await visit(window, "#/workloads");
  await expect(window.getByRole("grid").getByText("storefront").first()).toBeVisible({ timeout: 45_000 });
  await visit(window, `#/resource/atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront/${view}`);
}

test("logs of many pods: followed, searched from match to match, filtered", async ({ window }) => {
  await visitStorefront(window, "logs");
  const lines = window.getByRole("log");
  await expect(lines.locator(".log-line").nth(5)).toContainText("storefront-");
  await expect(window.getByText(/following the end/)).toBeVisible();
  await lines.focus();
  await window.keyboard.press("/");
  await window.keyboard.type("level=error");
  // The pods are as young as the lab: the first line of that kind may still have to be written.
  await expect(window.getByText(/^[1-9][\d,]* lines? match/)).toBeVisible({ timeout: 30_000 });
  await window.keyboard.press("Enter");
  await expect(lines.locator(".is-current mark")).toHaveText("level=error");
  await expect(window.getByText(/paused at line/)).toBeVisible();
  await window.getByRole("searchbox", { name: "Only lines with" }).fill("msg=.(request|health)");
  await window.getByRole("button", { name: "Regular expression" }).last().click();
  await expect(window.getByText(/match(es)? the filter/)).toBeVisible();
  await expect(lines.getByText("payment refused")).toHaveCount(0);
  const download = window.waitForEvent("download");
  await window.getByRole("button", { name: "Save the matching lines" }).click();
  expect((await download).suggestedFilename()).toMatch(/^storefront-.*\.log$/);
});

test("YAML is edited, checked by the API server's dry run, and saved through the sheet", async ({
  window,
}) => {
  await visitStorefront(window, "manifest");
  await window.getByRole("button", { name: "Edit", exact: true }).click();
  const editor = window.getByRole("textbox", { name: "YAML of storefront" });
  await editor.getByText("replicas: 4").click();
  await window.keyboard.press("End");
  await window.keyboard.type("x");
  await window.getByRole("button", { name: "Check" }).click();
  await window.getByRole("button", { name: /^line \d+$/ }).click();
  await window.keyboard.press("End");
  await window.keyboard.press("Backspace");
  await window.keyboard.press("Backspace");
  await window.keyboard.type("5");
  await window.getByRole("button", { name: "Check" }).click();
  const diff = window.getByRole("region", { name: "What would change in storefront" });
  await expect(diff.getByText("replicas: 5")).toBeVisible();
  await window.getByRole("button", { name: "Save…" }).click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText("spec.replicas: 4 → 5")).toBeVisible();
  await sheet.getByRole("button", { name: "Save storefront" }).click();
  await expect(window.getByText(/The edit is saved/)).toBeVisible();
  await expect(editor.getByText("replicas: 5")).toBeVisible();
});
