import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const levels = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/**
 * What of WCAG 2.2 AA the window breaks now, one line each. `contrastOnly`: nothing but colours is looked at.
 */
export async function accessibilityFaults(window: Page, contrastOnly = false): Promise<string[]> {
  // "Legacy" looks at frames of one's own origin alone, which are all that there are, and needs no second window: it
  // takes half the time.
  const axe = new AxeBuilder({ page: window }).setLegacyMode(true);
  const { violations } = await (contrastOnly
    ? axe.withRules(["color-contrast"])
    : axe.withTags(levels)
  ).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}

/** Shows the window in a colour scheme and without motion; resolves once no transition is under way. */
export async function inScheme(window: Page, colorScheme: "light" | "dark"): Promise<void> {
  await window.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await settled(window);
}

/** Resolves once what was asked for is drawn and no transition is under way. */
async function settled(window: Page): Promise<void> {
  await window.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  })()`);
}
