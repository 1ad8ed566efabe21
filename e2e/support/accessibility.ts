import type { Page } from "@playwright/test";
import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/**
 * What of WCAG 2.2 AA the window breaks now, one line each. `contrastOnly`: nothing but colours is looked at. The engine
 * is brought into the window once and stays until it is loaded anew.
 */
export async function accessibilityFaults(window: Page, contrastOnly = false): Promise<string[]> {
  if (!(await window.evaluate(`"axe" in globalThis`))) await window.evaluate(axe.source);
  const runOnly = contrastOnly ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: tags };
  const options = JSON.stringify({ runOnly, resultTypes: ["violations"] });
  return window.evaluate<string[]>(
    `axe.run(document, ${options}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" ")).join(", ")))`,
  );
}

/** Shows the window in a colour scheme and without motion; resolves once no transition is under way. */
export async function inScheme(window: Page, colorScheme: "light" | "dark"): Promise<void> {
  await window.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  // The window hears of it by an event, and colours itself when it gets round to that.
  await window.evaluate(`(async () => {
    const isDark = () => document.documentElement.classList.contains("pf-v6-theme-dark");
    while (isDark() !== ${colorScheme === "dark"}) await new Promise((resolve) => requestAnimationFrame(resolve));
  })()`);
  await settled(window);
}

/** Resolves once what was asked for is drawn and no transition is under way, also none that another has begun. */
async function settled(window: Page): Promise<void> {
  await window.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const ending = () =>
      document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await frame();
      const moving = ending();
      if (moving.length > 0) quiet = -1;
      await Promise.allSettled(moving.map((each) => each.finished));
    }
  })()`);
}
