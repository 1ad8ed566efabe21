import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";
import { linkIn, type OwnLab, type Program, runCommand, startProgram } from "./support/programs.ts";

// Its machines restart in a few seconds.
test.use({ speed: 4 });

const machines = ["db-1", "db-2"];

/** Fills in the form of the round for both machines and makes the plan. */
async function planRound(window: Page): Promise<void> {
  await visit(window, "#/procedures");
  await window.getByRole("link", { name: "Plan Safe reboot round" }).click();
  for (const name of machines)
    await window.getByRole("checkbox", { name: new RegExp(`\\b${name}\\b`) }).check();
  await window.getByRole("textbox", { name: /Pause after each host/ }).fill("1s");
  await window.getByRole("button", { name: "Make the plan" }).click();
  await expect(window.getByRole("region", { name: /Plan of Safe reboot round as a graph/ })).toBeVisible();
}

async function startRound(window: Page): Promise<string> {
  await window.getByRole("textbox", { name: "Reason" }).fill("kernel update");
  await window.getByRole("button", { name: "Run Safe reboot round" }).click();
  await expect(window.getByRole("heading", { name: "Next thing for you" })).toBeVisible();
  return decodeURIComponent(new URL(window.url()).hash.split("/")[2] ?? "");
}

async function meetsAa(window: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await inScheme(window, colorScheme);
    expect(await accessibilityFaults(window), `${what}, ${colorScheme}`).toEqual([]);
  }
}

/** Notes what is printed and how its heading is styled, in place of the dialog that nobody here would close. */
const watchPrinting = `document.addEventListener("load", ({ target }) => {
  const inside = target.contentWindow;
  if (!inside) return;
  inside.print = () => {
    const heading = inside.document.querySelector("h1");
    window.printed = { title: heading.textContent, size: inside.getComputedStyle(heading).fontSize };
    inside.dispatchEvent(new inside.Event("afterprint"));
  };
}, true)`;

async function bootIds(lab: OwnLab): Promise<(string | undefined)[]> {
  const { machines: known } = await lab.control.status();
  return machines.map((name) => known.find(({ id }) => id === name)?.bootId);
}

/** How often a machine was told to reboot, by its own log, which outlives the reboot. */
async function rebootsOf(lab: OwnLab, data: string, host: string): Promise<number> {
  const command = "journalctl -n 500 | grep -c 'systemd-logind.*rebooting'; true";
  const { output } = await runCommand(
    [
      ...["act", "ssh.run-command", host, "--estate", lab.estate],
      ...["--yes", "--reason", "count", "--input", JSON.stringify({ command })],
    ],
    data,
  );
  return Number(output.split("\n")[0]);
}

test("a round is planned as a graph and as a list, by keyboard, and probed without touching anything", async ({
  window,
  lab,
}) => {
  const before = await bootIds(lab);
  await planRound(window);
  await meetsAa(window, "a plan");
  const graph = window.getByRole("region", { name: /as a graph/ });
  await graph.getByRole("button", { name: /One host after the other/ }).focus();
  for (const key of ["ArrowDown", "ArrowRight"]) await window.keyboard.press(key);
  await expect(graph.locator("[aria-pressed=true]")).toBeFocused();
  await graph.getByRole("button", { name: /Reboot db-1/ }).click();
  await expect(window.getByText("What will prove it")).toBeVisible();
  await window.getByRole("button", { name: "Dry run" }).click();
  await expect(window.getByText(/^2 needed, 0 already done/)).toBeVisible();
  await window.getByRole("button", { name: "List", exact: true }).click();
  const list = window.getByRole("list", { name: /Plan of Safe reboot round as a list/ });
  await expect(list.getByRole("button", { name: /Reboot db-2/ })).toContainText("needed");
  expect(await bootIds(lab)).toEqual(before);
});

test("a run goes on after its console was killed in the middle, and reboots each machine once", async ({
  page,
  lab,
  folder,
  shell,
}) => {
  test.skip(shell === "electron", "the console and its window are one process there; the engine is the same");
  test.setTimeout(180_000);
  const data = join(folder, "data");
  const counting = join(folder, "counting");
  const serve = () => startProgram("cli.js", ["serve", "--estate", lab.estate], data);
  const before = await bootIds(lab);
  const counted: number[] = [];
  for (const name of machines) counted.push(await rebootsOf(lab, counting, name));
  let console: Program = await serve();
  try {
    await page.goto(linkIn(console.firstLine));
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await planRound(page);
    const run = await startRound(page);
    const now = page.getByRole("region", { name: "Now" });
    await expect(now).toContainText("Reboot db-1");
    await expect(now).toContainText("running");
    await meetsAa(page, "a run");
    console.process.kill("SIGKILL");
    await expect(page.getByText(/connection to the console is lost/)).toBeVisible();
    await page.goto("about:blank");
    await console.stop();

    console = await serve();
    await page.goto(linkIn(console.firstLine));
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await visit(page, "#/procedures");
    await page.getByRole("grid", { name: "Runs" }).getByRole("link", { name: "Safe reboot round" }).click();
    expect(page.url()).toContain(run);
    await expect(page.locator(".run-head").getByText("completed", { exact: true })).toBeVisible({
      timeout: 100_000,
    });
    await expect(page.getByText("Nothing needs you now.")).toBeVisible();
    const after = await bootIds(lab);
    for (const [index, id] of after.entries()) expect(id).not.toBe(before[index]);
    for (const [index, name] of machines.entries())
      expect(await rebootsOf(lab, counting, name)).toBe((counted[index] ?? 0) + 1);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as HTML" }).click(),
    ]);
    const report = await readFile(await download.path(), "utf8");
    for (const words of [run, "kernel update", "gone on with after a restart", "run.ended"])
      expect(report).toContain(words);
    const [paper] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as PDF" }).click(),
    ]);
    expect((await readFile(await paper.path())).subarray(0, 5).toString()).toBe("%PDF-");
    await page.evaluate(watchPrinting);
    await page.getByRole("button", { name: "Print", exact: true }).click();
    await expect
      .poll(() => page.evaluate("window.printed"))
      .toEqual({ title: "Safe reboot round", size: "24px" });
    await expect(page.locator("iframe")).toHaveCount(0);
    const file = join(folder, "report.html");
    expect((await runCommand(["procedure", "report", run, "--html", file], data)).code).toBe(0);
    await page.goto(`file://${file}`);
    await expect(page.getByRole("heading", { name: "Steps" })).toBeVisible();
    expect((await page.pdf({ format: "A4" })).subarray(0, 5).toString()).toBe("%PDF-");
  } finally {
    await page.goto("about:blank");
    await console.stop();
  }
});
