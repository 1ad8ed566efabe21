import type { Page } from "@playwright/test";
import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults, inScheme } from "./support/accessibility.ts";

type Place = `#/${string}`;

/** The screens that the two-tower site has, in parts that are looked at one by one. */
const parts: Record<string, readonly Place[]> = {
  "the estate and its lists": ["#/overview", "#/hosts", "#/vms", "#/secrets", "#/estate"],
  "a machine": [
    "#/resource/tower-a",
    "#/resource/tower-a/relations",
    "#/resource/tower-a/events",
    "#/resource/tower-a/screen",
    "#/hands/tower-a/web-1",
    "#/resource/tower-a/terminal",
  ],
  "a cluster": [
    "#/clusters",
    "#/pods",
    "#/resource/atelier-kubernetes%2Fcluster",
    "#/resource/atelier-kubernetes%2Fnodes%2Fweb-1/pods",
    "#/drain/atelier-kubernetes%2Fnodes%2Fweb-1",
    "#/logs?on=atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront",
    "#/resource/atelier-kubernetes%2Fworkloads%2FDeployment%2Fshop%2Fstorefront/manifest",
  ],
  "what was done and is to be done": [
    "#/procedures",
    "#/procedures/safe-reboot-round",
    "#/tasks",
    "#/journal",
  ],
};

/** Those of hypervisors: a VM with a snapshot; hosts, a cluster, and what clusters bear; how they hang together. */
const ofHypervisors: Record<string, readonly Place[]> = {
  VMs: [
    "#/vms?group=cluster",
    "#/resource/annexe-proxmox%2Fvms%2F100",
    "#/resource/annexe-proxmox%2Fvms%2F100/snapshots",
    "#/resource/annexe-proxmox%2Fvms%2F100/remote-tasks",
  ],
  hypervisors: [
    "#/hosts?group=cluster",
    "#/resource/annexe-proxmox%2Fcluster",
    "#/resource/annexe-proxmox%2Fcluster/vms",
    "#/capacity",
  ],
  "who is let in": ["#/allowlist", "#/resource/provider%2Fallowlists%2Feast"],
  "topology and comparison": [
    "#/topology",
    "#/topology/annexe",
    "#/topology/annexe?around=annexe-proxmox%2Fvms%2F100",
    "#/compare?ids=annexe-proxmox%2Fvms%2F100,annexe-proxmox%2Fvms%2F101",
  ],
};

/** What the regions have: a plan with what it needs, people, what is backed up, and pieces of each. */
const ofRegions: Record<string, readonly Place[]> = {
  "disaster recovery": ["#/pra", "#/pra/east-to-north", "#/people", "#/backups"],
  "what is seen early": ["#/findings", "#/certificates"],
  "what a plan rests on": [
    "#/resource/names%2Frecords%2Fbilling",
    "#/resource/objects%2Freplications%2Fdocuments",
    "#/resource/checks%2Fbilling-outside",
    "#/resource/cluster-east%2Fkasten-policies%2Fkasten-io%2Fbackup-billing",
  ],
};

async function show(window: Page, place: Place): Promise<void> {
  await visit(window, place);
  await expect(window.getByRole("main").getByRole("heading").first()).toBeVisible();
  await window.waitForTimeout(300);
}

/** What is wrong on these pages, in the light and in the dark, where nothing but colours differs. */
async function faultsOf(window: Page, places: readonly Place[]): Promise<string[]> {
  const faults: string[] = [];
  for (const place of places) {
    await inScheme(window, "light");
    await show(window, place);
    for (const fault of await accessibilityFaults(window)) faults.push(`${place}, light: ${fault}`);
    await inScheme(window, "dark");
    for (const fault of await accessibilityFaults(window, true)) faults.push(`${place}, dark: ${fault}`);
  }
  return faults;
}

for (const [part, places] of Object.entries(parts)) {
  test(`every screen of ${part} meets WCAG AA, light and dark`, async ({ window }) => {
    expect(await faultsOf(window, places)).toEqual([]);
  });
}

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

/** What the program itself says on this page: what a machine prints into a terminal, and what the estate calls its things, is in their language. */
function ownWords(window: Page): Promise<string> {
  return window.evaluate(`(() => {
    const main = document.querySelector("main");
    const printed = [...main.querySelectorAll(".xterm")].map((screen) => screen.innerText);
    const words = printed.reduce((words, screen) => words.replace(screen, ""), main.innerText);
    return words.replaceAll(/\\b\\w+ in the (east|north)\\b/g, "");
  })()`);
}

async function inFrench(window: Page): Promise<void> {
  await window.evaluate("localStorage.clear()");
  await window.getByRole("button", { name: /^Operator/ }).click();
  await window.getByText("Français").click();
  await window.keyboard.press("Escape");
  await expect(window.getByRole("navigation").getByText("Hôtes")).toBeVisible();
}

const english = /\b(the|Nothing|(?<!\.)unknown|warning|stored|Pending|Read again|as of)\b/;

test("French is complete on every screen", async ({ window, shell }) => {
  test.skip(shell === "electron", "the language of the system decides there; it is chosen in the menu");
  await inFrench(window);
  for (const place of Object.values(parts).flat()) {
    await show(window, place);
    expect(await ownWords(window), place).not.toMatch(english);
  }
});

test.describe("with hypervisors", () => {
  test.use({ sites: "all" });

  /** Waits until the VM is known that is looked at. */
  async function known(window: Page): Promise<void> {
    await visit(window, "#/vms?text=camera-1");
    await expect(window.getByRole("main").getByRole("link", { name: "camera-1" })).toBeVisible();
  }

  for (const [part, places] of Object.entries(ofHypervisors)) {
    test(`every screen of ${part} meets WCAG AA, light and dark`, async ({ window }) => {
      await known(window);
      expect(await faultsOf(window, places)).toEqual([]);
    });
  }

  test("French is complete on every screen of hypervisors", async ({ window, shell }) => {
    test.skip(shell === "electron", "the language of the system decides there; it is chosen in the menu");
    await inFrench(window);
    await known(window);
    for (const place of Object.values(ofHypervisors).flat()) {
      await show(window, place);
      expect(await ownWords(window), place).not.toMatch(english);
    }
  });
});

test.describe("with regions", () => {
  test.use({ sites: "regions" });

  /** Waits until the plan was looked through, which rests on all that is shown. */
  async function known(window: Page): Promise<void> {
    await visit(window, "#/pra/east-to-north");
    await expect(window.getByRole("main").getByText(/evaluated/)).toBeVisible({ timeout: 40_000 });
  }

  for (const [part, places] of Object.entries(ofRegions)) {
    test(`every screen of ${part} meets WCAG AA, light and dark`, async ({ window }) => {
      await known(window);
      expect(await faultsOf(window, places)).toEqual([]);
    });
  }

  test("French is complete on every screen of regions", async ({ window, shell }) => {
    test.skip(shell === "electron", "the language of the system decides there; it is chosen in the menu");
    await known(window);
    await inFrench(window);
    for (const place of Object.values(ofRegions).flat()) {
      await show(window, place);
      expect(await ownWords(window), place).not.toMatch(english);
    }
  });
});
