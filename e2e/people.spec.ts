import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { makeKey } from "../src/main/people/testing/keys.ts";
import { expect, test, visit } from "./fixtures.ts";
import { accessibilityFaults } from "./support/accessibility.ts";
import { linkIn, type Program, startProgram } from "./support/programs.ts";

const keys = { ada: makeKey(), bea: makeKey("ecdsa") };

/** An estate of two people and a gate that asks for both; nothing in it is reached. */
function writeEstate(folder: string): string {
  const path = join(folder, "estate.yaml");
  writeFileSync(
    path,
    `passerelle: 1
name: Atelier
sites: { north: { name: North } }
environments: { production: { name: Production } }
operators:
  ada: { name: Ada, keys: ["${keys.ada.line.trim()}"], roles: [{ role: operate }, { role: approve }] }
  bea: { name: Bea, keys: ["${keys.bea.line.trim()}"], roles: [{ role: operate }, { role: approve }] }
breakGlass: { minutes: 5 }
procedures:
  declare:
    title: Declare
    steps:
      - id: both
        gate: { text: "Do both agree?", approvers: 2 }
`,
  );
  return path;
}

/** The link for another window: it is printed when it is asked for. */
async function nextLink({ process }: Program): Promise<string> {
  const printed = new Promise<string>((resolve) => {
    let words = "";
    process.stdout?.on("data", (piece: Buffer) => {
      words += piece.toString("utf8");
      if (/https?:\/\/\S+\s/.test(words)) resolve(linkIn(words));
    });
  });
  process.kill("SIGHUP");
  return printed;
}

async function signIn(window: Page, name: "Ada" | "Bea", key: string): Promise<void> {
  await visit(window, "#/people");
  const form = window.getByRole("form", { name: "Sign in" });
  await form.getByRole("combobox", { name: "Who you are" }).selectOption({ label: name });
  await form.getByRole("radio", { name: "here, with a key that is handed in once" }).check();
  await form.getByRole("textbox", { name: "Private key" }).fill(key);
  await form.getByRole("button", { name: "Sign in" }).click();
  await expect(window.getByText(new RegExp(`^${name} has signed in at`))).toBeVisible();
}

test("two people at two windows pass a gate: whoever asks cannot be the second", async ({
  shell,
  folder,
  page: first,
  browser,
}) => {
  test.skip(shell === "electron", "two people have two windows in the browser shell");
  const serve = ["serve", "--estate", writeEstate(folder)];
  const console = await startProgram("cli.js", serve, join(folder, "data"));
  const other = await browser.newContext();
  try {
    const second = await other.newPage();
    await first.goto(linkIn(console.firstLine));
    await second.goto(await nextLink(console));
    await signIn(first, "Ada", keys.ada.file);
    await expect(first.getByRole("grid", { name: "Your rights by site and environment" })).toBeVisible();
    expect(await accessibilityFaults(first)).toEqual([]);
    await visit(first, "#/procedures/declare");
    await first.getByRole("button", { name: "Make the plan" }).click();
    await expect(first.getByText(/Who could approve at its gates: Ada, Bea\./)).toBeVisible();
    await first.getByRole("button", { name: "Run Declare" }).click();
    const who = first.getByRole("combobox", { name: "Who approves" });
    await expect(who.getByRole("option")).toHaveText(["Bea"]);
    await expect(first.getByRole("button", { name: "Approve", exact: true })).toHaveCount(0);
    // Another person, at a window of their own: they cannot put it to themself.
    await signIn(second, "Bea", keys.bea.file);
    const run = new URL(first.url()).hash as `#/${string}`;
    await visit(second, run);
    await expect(second.getByText(/once Ada has put it to you/)).toBeVisible();
    await expect(second.getByRole("button", { name: "Approve as Bea" })).toHaveCount(0);
    await first.getByRole("button", { name: "Ask Bea" }).click();
    await expect(second.getByText(/Ada asked Bea/)).toBeVisible();
    await second.getByRole("radio", { name: "here, with a key that is handed in once" }).check();
    await second.getByRole("textbox", { name: "Private key" }).fill(keys.bea.file);
    await second.getByRole("button", { name: "Approve as Bea" }).click();
    for (const window of [first, second]) {
      await expect(window.getByText("completed", { exact: true }).first()).toBeVisible();
    }
    await visit(second, "#/journal");
    await expect(second.getByText("run.gate-approved").first()).toBeVisible();
  } finally {
    await other.close();
    await first.goto("about:blank");
    await console.stop();
  }
});
