import { test as base } from "@playwright/test";
import { electronProgram, windowObstacle } from "../scripts/support/electron-runtime.mjs";

/** In which shell a project runs the journeys. */
export interface ShellOptions {
  shell: "browser" | "electron";
}

/** Why Electron cannot run here; null when it can. */
function electronAbsence(): string | null {
  const told = process.env.PASSERELLE_ELECTRON_ABSENT;
  if (told) return told;
  return windowObstacle() ?? (electronProgram() ? null : "its runtime is not installed");
}

/** Playwright's `test` with the shell that the project asks for; it skips what needs a shell that is not there. */
export const test = base.extend<ShellOptions & { shellIsThere: undefined }>({
  shell: ["browser", { option: true }],
  shellIsThere: [
    async ({ shell }, use, info) => {
      const absence = shell === "electron" ? electronAbsence() : null;
      info.skip(absence !== null, `no Electron: ${absence}`);
      await use(undefined);
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
