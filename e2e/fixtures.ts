import { join } from "node:path";
import { _electron, test as base, type Page } from "@playwright/test";
import { electronProgram, windowObstacle } from "../scripts/support/electron-runtime.mjs";
import {
  type LabSites,
  linkIn,
  type OwnLab,
  programFolder,
  startOwnLab,
  startProgram,
  withFolder,
} from "./support/programs.ts";

/** In which shell a project runs the journeys. */
export interface ShellOptions {
  shell: "browser" | "electron";
  /** How many times as fast as the wall's the clock of the lab runs: what its machines do takes that much less. */
  speed: number;
  /** Which sites the lab has; the two-tower one alone unless a test says otherwise. */
  sites: LabSites;
}

interface Surroundings {
  shellIsThere: undefined;
  /** A folder for the console's data and the lab's, gone afterwards. */
  folder: string;
  /** A lab of the test's own. */
  lab: OwnLab;
  /** The console's window on that lab, signed in, on the page that it opens with. */
  window: Page;
}

/** Why Electron cannot run here; null when it can. */
function electronAbsence(): string | null {
  const told = process.env.PASSERELLE_ELECTRON_ABSENT;
  if (told) return told;
  return windowObstacle() ?? (electronProgram() ? null : "its runtime is not installed");
}

/** Playwright's `test` with a lab and a console in the shell that the project asks for. */
export const test = base.extend<ShellOptions & Surroundings>({
  shell: ["browser", { option: true }],
  speed: [1, { option: true }],
  sites: ["atelier", { option: true }],
  shellIsThere: [
    async ({ shell }, use, info) => {
      const absence = shell === "electron" ? electronAbsence() : null;
      info.skip(absence !== null, `no Electron: ${absence}`);
      await use(undefined);
    },
    { auto: true },
  ],
  folder: async ({ shellIsThere: _ }, use) => withFolder(use),
  lab: async ({ folder, speed, sites }, use) => {
    const lab = await startOwnLab(folder, speed, sites);
    try {
      await use(lab);
    } finally {
      await lab.stop();
    }
  },
  window: async ({ shell, folder, lab, page }, use) => {
    const data = join(folder, "data");
    if (shell === "electron") {
      const application = await _electron.launch({
        args: [programFolder, "--estate", lab.estate, "--data", data],
      });
      try {
        await use(await application.firstWindow());
      } finally {
        await application.close();
      }
      return;
    }
    const console = await startProgram("cli.js", ["serve", "--estate", lab.estate], data);
    try {
      await page.goto(linkIn(console.firstLine));
      await base.expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
      await use(page);
    } finally {
      await page.goto("about:blank");
      await console.stop();
    }
  },
});

/** Goes to a place of the window, such as `#/hosts`. */
export async function visit(window: Page, place: `#/${string}`): Promise<void> {
  await window.evaluate(`location.hash = ${JSON.stringify(place)}`);
}

export { expect } from "@playwright/test";
