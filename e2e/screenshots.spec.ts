import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { carryToNorth, leaveNorthServing, test as onRegions, returnToEast } from "./support/bascule.ts";
import { awaitPicture, screenOf } from "./support/picture.ts";
import { programFolder, runCommand } from "./support/programs.ts";

/** The pictures of the README and the guide are made anew by `npm run screenshots`. */
const folder = join(programFolder, "docs", "images");

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
  await expect(window.getByRole("row", { name: /^Operating system Debian/ })).toBeVisible();
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

test("the pictures of remote hands", async ({ window, lab }) => {
  test.setTimeout(180_000);
  const stageOf = async (id: string) =>
    (await lab.control.status()).machines.find((machine) => machine.id === id)?.stage;
  const power = window.getByRole("group", { name: "Power of tower-a" });
  const sheet = window.getByRole("dialog");
  await window.setViewportSize({ width: 1280, height: 800 });
  await lab.control.power("off", "tower-a");
  await visit(window, "#/resource/tower-a/screen");
  await expect(power.getByText("off", { exact: true })).toBeVisible({ timeout: 30_000 });
  await power.getByRole("button", { name: "On", exact: true }).click();
  await sheet.getByRole("button", { name: /Power on tower-a/ }).click();
  const trail = window.getByRole("region", { name: "Last change of power" });
  await expect(trail.getByRole("listitem").filter({ hasText: "first pixels" }).locator("time")).toBeVisible({
    timeout: 60_000,
  });
  await expect(trail.getByText("verified")).toBeVisible({ timeout: 60_000 });
  await picture(window, "remote-hands");

  await expect.poll(() => stageOf("tower-a"), { timeout: 60_000 }).toBe("system");
  await visit(window, "#/hands/tower-a/web-1");
  const again = window.getByRole("button", { name: "Open again" });
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await awaitPicture(window, "web-1", 5000);
  }).toPass({ timeout: 60_000 });
  await awaitPicture(window, "tower-a");
  await picture(window, "two-machines");

  await visit(window, "#/resource/web-1/screen");
  await awaitPicture(window, "web-1");
  await window.getByRole("button", { name: "Record", exact: true }).click();
  await expect(window.getByText(/being recorded/)).toBeVisible({ timeout: 30_000 });
  await awaitPicture(window, "web-1");
  await screenOf(window, "web-1").locator(".picture-live canvas").first().click();
  await window.keyboard.type("backup of tonight", { delay: 300 });
  await window.keyboard.press("Control+Shift+E");
  await window.getByRole("button", { name: "Stop recording" }).click();
  await window.getByRole("button", { name: /Play the recording of/ }).click();
  const replay = window.getByRole("region", { name: "Recording of web-1" });
  await expect(replay.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(replay.locator("canvas").first()).toBeVisible({ timeout: 30_000 });
  await window.waitForTimeout(3000);
  await replay.getByRole("button", { name: "Pause" }).click();
  await window.getByRole("button", { name: /Delete the recording of/ }).scrollIntoViewIfNeeded();
  await picture(window, "recordings");

  await visit(window, "#/resource/tower-a/screen");
  await power.getByRole("button", { name: "Next boot" }).click();
  await window.getByRole("button", { name: /BIOS/ }).click();
  await sheet.getByRole("textbox", { name: /Type/ }).fill("tower-a");
  await sheet.getByRole("button", { name: /tower-a$/ }).click();
  await expect.poll(() => stageOf("tower-a"), { timeout: 60_000 }).toBe("setup");
  await expect(trail.getByText("verified")).toBeVisible({ timeout: 90_000 });
  await awaitPicture(window, "tower-a");
  await picture(window, "bios-set-up");

  await visit(window, "#/resource/tower-b/screen");
  await screenOf(window, "tower-b").getByRole("button", { name: "Decide" }).click({ timeout: 30_000 });
  await expect(sheet.getByText(/tower-b wants the consent/)).toBeVisible();
  await picture(window, "consent");
  await sheet.getByRole("button", { name: "Give up" }).click();
});

test("the pictures of clusters and procedures", async ({ window }) => {
  test.setTimeout(120_000);
  const main = window.getByRole("main");
  await visit(window, "#/resource/atelier-kubernetes%2Fcluster");
  await expect(main.getByRole("region", { name: /at a glance/ })).toBeVisible();
  await expect(main.getByRole("tab", { name: /^Nodes 8/ })).toBeVisible();
  await picture(window, "cluster");

  await visit(window, "#/pods?namespace=shop");
  await expect(
    window
      .getByRole("grid")
      .getByText(/storefront-/)
      .first(),
  ).toBeVisible();
  await picture(window, "pods");

  await visit(window, "#/drain/atelier-kubernetes%2Fnodes%2Fbuild-1");
  await expect(main.getByText("1 pod would have to wait")).toBeVisible();
  for (const box of await main.getByRole("checkbox").all()) await box.check();
  await main.getByRole("textbox", { name: "Reason" }).fill("new memory");
  await main.getByRole("button", { name: "Drain build-1" }).click();
  await expect(main.getByText(/Held by its PodDisruptionBudget: .*license-server/).first()).toBeVisible();
  await picture(window, "drain");
  await main.getByRole("button", { name: "Abort and uncordon" }).click();
  await expect(main.getByText("ended", { exact: true })).toBeVisible();

  await visit(window, "#/resource/atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront/logs");
  const lines = window.getByRole("log");
  await expect(lines.locator(".log-line").nth(5)).toContainText("storefront-");
  await lines.focus();
  await window.keyboard.press("/");
  await window.keyboard.type("level=error");
  await expect(window.getByText(/lines? match/)).toBeVisible();
  await picture(window, "logs");

  await visit(window, "#/resource/atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront/manifest");
  await window.getByRole("button", { name: "Edit", exact: true }).click();
  const editor = window.getByRole("textbox", { name: "YAML of storefront" });
  await editor.getByText("replicas: 4").click();
  await window.keyboard.press("End");
  await window.keyboard.press("Backspace");
  await window.keyboard.type("6");
  await window.getByRole("button", { name: "Check" }).click();
  await expect(window.getByRole("region", { name: "What would change in storefront" })).toBeVisible();
  await picture(window, "manifest");

  await visit(window, "#/procedures/node-maintenance");
  await expect(main.getByRole("heading").first()).toBeVisible();
  await picture(window, "procedure");
});

test.describe("with hypervisors", () => {
  test.use({ sites: "all", speed: 10 });

  test("the pictures of VMs and capacity", async ({ window }) => {
    test.setTimeout(180_000);
    const main = window.getByRole("main");
    await window.setViewportSize({ width: 1280, height: 800 });
    await visit(window, "#/vms?group=cluster");
    await expect(main.getByRole("treegrid").getByText("east-production").first()).toBeVisible();
    await picture(window, "vms");

    await visit(window, "#/vms?text=east-app-4");
    await main.getByRole("link", { name: "east-app-4" }).click();
    await main.getByRole("tab", { name: "Snapshots" }).click();
    const snapshots = main.getByRole("region", { name: "Snapshots of east-app-4" });
    const sheet = window.getByRole("dialog");
    for (const name of ["before the upgrade", "upgraded"]) {
      await snapshots.getByRole("button", { name: "Take a snapshot" }).click();
      await sheet.getByRole("textbox", { name: /^Name/ }).fill(name);
      await sheet.getByRole("button", { name: "Take a snapshot of east-app-4" }).click();
      await expect(snapshots.getByRole("treeitem", { name: new RegExp(name) })).toBeVisible({
        timeout: 40_000,
      });
    }
    await snapshots.getByRole("treeitem", { name: /before the upgrade/ }).click();
    await picture(window, "snapshots");

    await visit(window, "#/capacity");
    await main.getByRole("link", { name: "Show north-trials" }).click();
    await main.getByRole("checkbox", { name: /^Look at the loss of esx-5/ }).check();
    await expect(main.getByRole("region", { name: /^What if/ }).getByRole("grid")).toBeVisible();
    await main.getByRole("region", { name: "north-trials" }).evaluate((region) => region.scrollIntoView());
    await picture(window, "capacity");

    await visit(window, "#/certificates");
    await expect(main.getByRole("grid", { name: /^Certificates: / })).toBeVisible();
    await picture(window, "certificates");
    await visit(window, "#/findings");
    await expect(main.getByRole("article").first()).toBeVisible({ timeout: 30_000 });
    await picture(window, "findings");

    await visit(window, "#/allowlist");
    await expect(main.getByRole("grid", { name: "Access to North" })).toBeVisible();
    await picture(window, "allowlist");
    await visit(window, "#/people");
    await expect(main.getByRole("grid", { name: "Your rights by site and environment" })).toBeVisible();
    await picture(window, "people");
    await visit(window, "#/resource/vault%2Fcluster/vault-keys");
    await expect(main.getByText("No new shares are being made.")).toBeVisible();
    await picture(window, "vault");
  });
});

onRegions.describe("with regions", () => {
  // Fast enough to be followed, and slow enough that the regions' backups do not run ahead of the console's clock.
  onRegions.use({ sites: "regions", speed: 20 });

  onRegions(
    "the pictures and the report of a bascule, and the way back",
    async ({ window, lab, folder: own }) => {
      onRegions.setTimeout(1_200_000);
      await window.setViewportSize({ width: 1280, height: 800 });
      const run = await carryToNorth(window, lab, async (place) => {
        if (place === "plan") {
          await picture(window, "pra-plan");
          await visit(window, "#/backups");
          await expect(window.getByRole("grid", { name: /^What is protected/ })).toBeVisible();
          await picture(window, "backups");
          await visit(window, "#/pra/east-to-north");
        }
        if (place !== "Accept what is lost") return;
        await window.getByRole("heading", { level: 1 }).scrollIntoViewIfNeeded();
        await picture(window, "pra-run");
        const [, , , id] = new URL(window.url()).hash.split("/");
        await visit(window, `#/wall/${id}`);
        await expect(window.getByText("Applications that serve")).toBeVisible();
        await picture(window, "pra-wall");
        await visit(window, `#/pra/run/${id}`);
      });
      await saveReport(run, "bascule", own);
      await leaveNorthServing(window, lab);
      await saveReport(await returnToEast(window, lab), "return", own);
    },
  );
});

/** Puts the evidence of a run, as PDF and as JSON, beside the documentation. */
async function saveReport(run: string, name: string, folder: string): Promise<void> {
  const report = join(programFolder, "docs", "reports", name);
  await mkdir(dirname(report), { recursive: true });
  const words = ["procedure", "report", run, "--pdf", `${report}.pdf`, "--json", `${report}.json`];
  expect((await runCommand(words, join(folder, "data"))).code).toBe(0);
}
