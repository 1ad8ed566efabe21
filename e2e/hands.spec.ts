import type { Page } from "@playwright/test";
import type { LabStatus } from "../src/lab/process/commands.ts";
import { test, expect as usual, visit } from "./fixtures.ts";
import { switchRedirectionOff } from "./support/another-console.ts";
import { awaitPicture, pictureOf, screenOf } from "./support/picture.ts";
import type { OwnLab } from "./support/programs.ts";

// Pictures, power and log-ins take their time on a computer that has other work.
const expect = usual.configure({ timeout: 30_000 });

async function machineOf(lab: OwnLab, id: string): Promise<LabStatus["machines"][number]> {
  const found = (await lab.control.status()).machines.find((machine) => machine.id === id);
  if (!found) throw new Error(`no ${id} in the lab`);
  return found;
}

/** Clicks a power change and goes through its sheet, typing the name where that is asked. */
async function change(
  window: Page,
  machine: string,
  button: string,
  primary: string | RegExp,
): Promise<void> {
  await window
    .getByRole("group", { name: `Power of ${machine}` })
    .getByRole("button", { name: button, exact: true })
    .click();
  await confirm(window, machine, primary);
}

async function confirm(window: Page, machine: string, primary: string | RegExp): Promise<void> {
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText("What will prove it")).toBeVisible({ timeout: 30_000 });
  const word = sheet.getByRole("textbox", { name: /Type/ });
  if (await word.isVisible()) await word.fill(machine);
  const go = sheet.getByRole("button", { name: primary });
  await expect(go).toBeEnabled();
  await go.click();
  await expect(sheet).toBeHidden();
}

const trailOf = (window: Page) => window.getByRole("region", { name: "Last change of power" });

test("a dead machine is powered on through the bounce and watched until it runs", async ({ window, lab }) => {
  test.setTimeout(120_000);
  await lab.control.power("off", "tower-a");
  await visit(window, "#/resource/tower-a/screen");
  const power = window.getByRole("group", { name: "Power of tower-a" });
  await expect(power.getByText("off", { exact: true })).toBeVisible({ timeout: 30_000 });
  await change(window, "tower-a", "On", /Power on tower-a/);
  const trail = trailOf(window);
  for (const sign of ["asked", "accepted", "seen on", "first pixels"]) {
    await expect(trail.getByRole("listitem").filter({ hasText: sign }).locator("time")).toBeVisible({
      timeout: 60_000,
    });
  }
  const booting = await awaitPicture(window, "tower-a");
  await expect(async () => {
    expect((await pictureOf(window, "tower-a"))?.sum).not.toBe(booting.sum);
    expect(await machineOf(lab, "tower-a")).toMatchObject({ stage: "system", power: "on" });
  }).toPass({ timeout: 60_000 });

  // What is typed into the picture arrives: the log-in's echo changes it.
  const before = (await awaitPicture(window, "tower-a")).sum;
  await screenOf(window, "tower-a").locator(".picture-live canvas").first().click();
  await window.keyboard.type("root");
  await expect(async () => expect((await pictureOf(window, "tower-a"))?.sum).not.toBe(before)).toPass();

  await visit(window, "#/resource/tower-a/journal");
  for (const type of ["action.intent", "action.result", "action.verified"]) {
    await expect(window.getByText(type).first()).toBeVisible();
  }
});

test("a machine starts once into its BIOS, and the set-up is seen and left by keyboard", async ({
  window,
  lab,
}) => {
  test.setTimeout(120_000);
  await visit(window, "#/resource/tower-a/screen");
  await awaitPicture(window, "tower-a");
  await window
    .getByRole("group", { name: "Power of tower-a" })
    .getByRole("button", { name: "Next boot" })
    .click();
  await window.getByRole("button", { name: /BIOS/ }).click();
  await confirm(window, "tower-a", /tower-a$/);
  await expect(async () => expect((await machineOf(lab, "tower-a")).stage).toBe("setup")).toPass({
    timeout: 60_000,
  });
  const setUp = await awaitPicture(window, "tower-a");
  expect([setUp.width, setUp.height]).toEqual([1024, 768]);
  // F10 saves and leaves; the machine then starts from its disk.
  await screenOf(window, "tower-a").locator(".picture-live canvas").first().click();
  await expect(async () => {
    await window.keyboard.press("F10");
    await window.keyboard.press("Enter");
    expect((await machineOf(lab, "tower-a")).stage).not.toBe("setup");
  }).toPass({ timeout: 20_000 });
});

test("a power cycle closes the open screen, is sent once, and the screen comes back by itself", async ({
  window,
  lab,
}) => {
  test.setTimeout(120_000);
  await visit(window, "#/resource/tower-a/screen");
  await awaitPicture(window, "tower-a");
  expect((await machineOf(lab, "tower-a")).management?.open).toContain("kvm");
  const before = (await machineOf(lab, "tower-a")).bootId;
  await change(window, "tower-a", "Cycle", /tower-a$/);
  const trail = trailOf(window);
  await expect(trail.getByText(/verified/)).toBeVisible({ timeout: 90_000 });
  await expect(trail.getByRole("listitem").filter({ hasText: "first pixels" }).locator("time")).toBeVisible();
  await awaitPicture(window, "tower-a");
  await expect(async () => expect((await machineOf(lab, "tower-a")).bootId).not.toBe(before)).toPass({
    timeout: 60_000,
  });
  await visit(window, "#/tasks");
  await expect(window.getByText("verified").first()).toBeVisible();
});

test("a machine that wants consent shows its code, and the screen opens once it is given", async ({
  window,
  lab,
}) => {
  test.setTimeout(90_000);
  await visit(window, "#/resource/tower-b/screen");
  const notice = screenOf(window, "tower-b")
    .locator(".notice")
    .filter({ hasText: "shows a code on its own screen" });
  await expect(notice).toBeVisible({ timeout: 30_000 });
  await notice.getByRole("button", { name: "Decide" }).click();
  const dialog = window.getByRole("dialog");
  await expect(dialog.getByText(/tower-b wants the consent/)).toBeVisible();
  const code = (await machineOf(lab, "tower-b")).management?.consentCode ?? "";
  expect(code).toMatch(/^\d{6}$/);
  const wrong = code === "000000" ? "111111" : "000000";
  await dialog.getByRole("textbox").fill(wrong);
  await dialog.getByRole("button", { name: "Send the code" }).click();
  // A wrong code is asked for again; the machine still shows the right one.
  await expect(dialog.getByText("That code was not accepted.")).toBeVisible();
  await dialog.getByRole("textbox").fill(code);
  await dialog.getByRole("button", { name: "Send the code" }).click();
  await expect(dialog).toBeHidden();
  await awaitPicture(window, "tower-b");
  expect((await machineOf(lab, "tower-b")).management?.open).toContain("kvm");
});

test("a machine whose screen was switched off is made reachable by the steps that were shown", async ({
  window,
  lab,
}) => {
  test.setTimeout(90_000);
  await switchRedirectionOff(lab, "tower-a");
  await visit(window, "#/resource/tower-a");
  const reach = window.getByRole("button", { name: "Make it reachable", exact: true });
  await reach.click();
  const sheet = window.getByRole("dialog");
  await expect(sheet.getByText(/\(KVM\): from off to on/)).toBeVisible({ timeout: 30_000 });
  await expect(sheet.getByText(/Redirection port: from closed to open/)).toBeVisible();
  await sheet.getByRole("button", { name: "Make it reachable tower-a" }).click();
  await expect(sheet).toBeHidden();
  await expect(window.getByText("verified").first()).toBeVisible({ timeout: 30_000 });
  await visit(window, "#/resource/tower-a/screen");
  await awaitPicture(window, "tower-a");
  await reach.click();
  await expect(sheet.getByText(/nothing is to be changed/)).toBeVisible({ timeout: 30_000 });
});

test("the serial console stands beside the shell, shows the log-in and takes what is typed", async ({
  window,
}) => {
  test.setTimeout(90_000);
  await visit(window, "#/resource/tower-a/terminal");
  await window.getByRole("button", { name: /^Serial console/ }).click();
  const screen = window.getByRole("region", { name: /Terminal screen/ });
  await expect(screen).toContainText("tower-a login:", { timeout: 30_000 });
  await screen.locator("textarea").focus();
  await window.keyboard.type("root\n");
  await expect(screen).toContainText("Password:");
  await window.keyboard.press("Control+Shift+E");
  await expect(window.getByRole("tab", { name: "Terminal" })).toBeFocused();
});

test("a lost bounce ends the screen in words, and the last picture never looks live", async ({
  window,
  lab,
}) => {
  test.setTimeout(120_000);
  await visit(window, "#/resource/tower-a/screen");
  await awaitPicture(window, "tower-a");
  await lab.control.fault("bounce-down");
  const screen = screenOf(window, "tower-a");
  await expect(screen.getByText(/Not live. Last picture:/)).toBeVisible({ timeout: 30_000 });
  const again = screen.getByRole("button", { name: "Open again" });
  await expect(again).toBeVisible();
  expect(await pictureOf(window, "tower-a")).toBeNull();
  await lab.control.clear();
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await awaitPicture(window, "tower-a", 5000);
  }).toPass({ timeout: 60_000 });
});

test("the screen of a VM is recorded, and the recording plays", async ({ window }) => {
  test.setTimeout(90_000);
  await visit(window, "#/resource/web-1/screen");
  await awaitPicture(window, "web-1");
  await window.getByRole("button", { name: "Record", exact: true }).click();
  await expect(window.getByText(/being recorded/)).toBeVisible({ timeout: 20_000 });
  const before = await awaitPicture(window, "web-1");
  await screenOf(window, "web-1").locator(".picture-live canvas").first().click();
  await window.keyboard.type("hello");
  await expect(async () => expect((await pictureOf(window, "web-1"))?.sum).not.toBe(before.sum)).toPass();
  await window.keyboard.press("Control+Shift+E");
  await window.getByRole("button", { name: "Stop recording" }).click();
  await window.getByRole("button", { name: /Play the recording of/ }).click();
  const replay = window.getByRole("region", { name: /Screen of/ }).last();
  await expect(replay.locator("canvas").first()).toBeVisible({ timeout: 20_000 });
});

test("two machines stand side by side, and a screen moves into a window of its own", async ({
  window,
  shell,
}) => {
  test.setTimeout(90_000);
  await visit(window, "#/hands/tower-a/web-1");
  await awaitPicture(window, "tower-a");
  await awaitPicture(window, "web-1");
  await visit(window, "#/resource/web-1/screen");
  await awaitPicture(window, "web-1");
  test.skip(shell === "electron", "the desktop shell makes its windows itself: src/main/shell/electron");
  const popup = window.waitForEvent("popup");
  await window.getByRole("button", { name: "Own window" }).click();
  const own = await popup;
  await own.waitForURL(/#\/hands\/web-1$/);
  await awaitPicture(own, "web-1");
  await own.close();
});
