import { setTimeout } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { linkIn, startProgram } from "../e2e/support/programs.ts";
import { alone, type Row } from "./row.ts";
import { openBrowser } from "./support/browser.ts";
import { labCluster } from "./support/cluster.ts";
import { inFolder } from "./support/program.ts";
import { median } from "./support/timed-run.ts";
import { mainThreadTasks, taskCategories } from "./support/trace.ts";

const pods = 20_000;
const keys = "service-12";
const rounds = 5;
const between = 400;
const limit = 60_000;

/**
 * Types into the filter of the pods' page over 20,000 pods of the lab, in the built program: from the key to the frame
 * with the rows that fit, and how long the page's thread is held meanwhile.
 */
export default async function rows(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    return await inFolder(async (folder) => {
      const lab = await labCluster(folder, pods);
      const program = await startProgram("cli.js", ["serve", "--estate", lab.estate], `${folder}/data`);
      const page = await (await browser.newContext()).newPage();
      try {
        await page.addInitScript(watcher);
        await page.goto(linkIn(program.firstLine));
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        await page.evaluate('location.hash = "#/pods"');
        await listed(page);
        await setTimeout(3000);
        await browser.startTracing(page, { categories: taskCategories });
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) times.push(...(await typeAndClear(page)));
        const tasks = mainThreadTasks((await browser.stopTracing()).toString("utf8"));
        const sorted = times.sort((one, other) => one - other);
        const name = "filter of 20,000 pods";
        return [
          alone(`${name}: key to painted rows, median`, "ms", median(sorted)),
          alone(`${name}: 95 of 100 below`, "ms", sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN),
          alone(`${name}: longest task of the page`, "ms", tasks.longest),
          alone(`${name}: longest by CPU time`, "ms", tasks.longestCpu),
          alone(`${name}: tasks over 50 ms`, "tasks", tasks.over50),
        ];
      } finally {
        await page.goto("about:blank");
        await program.stop();
        await lab.stop();
      }
    });
  } finally {
    await browser.close();
  }
}

/** Waits until the list has all pods; the page's policy forbids to evaluate strings inside it. */
async function listed(page: Page): Promise<void> {
  const end = performance.now() + limit;
  const length = 'Number(document.querySelector("[aria-rowcount]")?.getAttribute("aria-rowcount"))';
  while (!((await page.evaluate<number>(length)) > pods)) {
    if (performance.now() > end) throw new Error("the pods did not come in time");
    await setTimeout(200);
  }
}

/** Notes for each key when the first frame after the first change of the list's length was painted. */
const watcher = `
window.keyTimes = [];
let pressedAt = null;
document.addEventListener("keydown", () => { pressedAt = performance.now(); }, true);
new MutationObserver((changes) => {
  if (pressedAt === null || !changes.some(({ attributeName }) => attributeName === "aria-rowcount")) return;
  const since = pressedAt;
  pressedAt = null;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.keyTimes.push(performance.now() - since); port1.close(); };
    port2.postMessage(null);
  });
}).observe(document, { attributes: true, attributeFilter: ["aria-rowcount"], subtree: true });
`;

/** Types the filter key by key, then clears it; gives the milliseconds of the keys that changed the list. */
async function typeAndClear(page: Page): Promise<number[]> {
  await page.evaluate("window.keyTimes = []");
  await page
    .getByRole("searchbox")
    .or(page.getByRole("textbox", { name: "Filter" }))
    .first()
    .focus();
  for (const key of keys) {
    await page.keyboard.press(key);
    await setTimeout(between);
  }
  const times = await page.evaluate<number[]>("window.keyTimes");
  if (times.length === 0) throw new Error("no key changed the list: nothing was measured");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await setTimeout(2 * between);
  return times;
}
