import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";

const pages: Record<string, `#/${string}`> = {
  overview: "#/overview",
  hosts: "#/hosts",
  vms: "#/vms",
  clusters: "#/clusters",
  pods: "#/pods",
  cluster: "#/resource/atelier-kubernetes%2Fcluster",
  contents: "#/resource/atelier-kubernetes%2Fnodes%2Fweb-1/pods",
  drain: "#/drain/atelier-kubernetes%2Fnodes%2Fweb-1",
  logs: "#/logs?on=atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront",
  yaml: "#/resource/atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront/manifest",
  host: "#/resource/tower-a",
  relations: "#/resource/tower-a/relations",
  events: "#/resource/tower-a/events",
  screen: "#/resource/tower-a/screen",
  hands: "#/hands/tower-a/web-1",
  terminal: "#/resource/tower-a/terminal",
  procedures: "#/procedures",
  procedure: "#/procedures/safe-reboot-round",
  tasks: "#/tasks",
  journal: "#/journal",
  secrets: "#/secrets",
  estate: "#/estate",
};

async function show(window: Page, place: `#/${string}`): Promise<void> {
  await visit(window, place);
  await expect(window.getByRole("main").getByRole("heading").first()).toBeVisible();
  await window.waitForTimeout(300);
}

test("every screen meets WCAG AA, light and dark", async ({ window }) => {
  test.setTimeout(180_000);
  const faults: string[] = [];
  const look = async (name: string, contrastOnly: boolean) => {
    for (const fault of await accessibilityFaults(window, contrastOnly)) faults.push(`${name}: ${fault}`);
  };
  for (const [name, place] of Object.entries(pages)) {
    await inScheme(window, "light");
    await show(window, place);
    await look(`${name}, light`, false);
    // In the dark nothing but colours differs.
    await inScheme(window, "dark");
    await look(`${name}, dark`, true);
  }
  expect(faults).toEqual([]);
});

test("the palette and the question dialog meet WCAG AA and work by keyboard", async ({ window }) => {
  await show(window, "#/hosts");
  await window.keyboard.press("Control+k");
  const box = window.getByPlaceholder("A resource, an action, a page…");
  await box.fill("tower-b");
  await expect(window.getByRole("option", { name: /tower-b/ }).first()).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
  await window.keyboard.press("Enter");
  await expect(window.getByRole("heading", { name: "tower-b" })).toBeVisible();
  await window.getByRole("button", { name: "Decide" }).click();
  await expect(window.getByRole("dialog")).toBeVisible();
  expect(await accessibilityFaults(window)).toEqual([]);
});

/** What the program itself says on this page: what a machine prints into a terminal is in its own language. */
function ownWords(window: Page): Promise<string> {
  return window.evaluate(`(() => {
    const main = document.querySelector("main");
    const printed = [...main.querySelectorAll(".xterm")].map((screen) => screen.innerText);
    return printed.reduce((words, screen) => words.replace(screen, ""), main.innerText);
  })()`);
}

test("French is complete on every screen", async ({ browser, window, shell }) => {
  test.skip(shell === "electron", "the language of the system decides there; it is chosen in the menu");
  expect(browser.isConnected()).toBe(true);
  await window.evaluate("localStorage.clear()");
  await window.getByRole("button", { name: /^Operator/ }).click();
  await window.getByText("Français").click();
  await window.keyboard.press("Escape");
  await expect(window.getByRole("navigation").getByText("Hôtes")).toBeVisible();
  for (const place of Object.values(pages)) {
    await show(window, place);
    const words = await ownWords(window);
    expect(words, place).not.toMatch(
      /\b(the|Nothing|(?<!\.)unknown|warning|stored|Pending|Read again|as of)\b/,
    );
  }
});
