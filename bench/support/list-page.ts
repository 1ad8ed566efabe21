import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "@playwright/test";
import { alone, type Row } from "../row.ts";
import { median } from "./timed-run.ts";
import { mainThreadTasks, taskCategories } from "./trace.ts";

const between = 400;
const limit = 120_000;
const rounds = 5;
/** Pixels of one turn of the wheel, turns, and milliseconds between two of them. */
const wheel = { pixels: 900, turns: 120, rest: 16 };

/** A page of a list to be measured. */
export interface ListPage {
  name: string;
  /** Where it is, from the `#` on. */
  place: string;
  /** How many lines it has at least before it is measured. */
  lines: number;
  /** What is typed into its filter. */
  keys: string;
}

/** Opens a list and waits until all of it is there. */
export async function openList(page: Page, { place, lines }: ListPage): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  const end = performance.now() + limit;
  // The page's policy forbids to evaluate strings inside it.
  const length = 'Number(document.querySelector("[aria-rowcount]")?.getAttribute("aria-rowcount"))';
  while (!((await page.evaluate<number>(length)) > lines)) {
    if (performance.now() > end) throw new Error(`the list at ${place} did not fill in time`);
    await setTimeout(200);
  }
  await setTimeout(3000);
}

/** Types into the filter of the open list: from the key to the frame with the rows that fit, and the page's tasks. */
export async function measureFilter(browser: Browser, page: Page, { name, keys }: ListPage): Promise<Row[]> {
  const times: number[] = [];
  const tasks = await traced(browser, page, async () => {
    for (let round = 0; round < rounds; round++) times.push(...(await typeAndClear(page, keys)));
  });
  const sorted = times.sort((one, other) => one - other);
  return [
    alone(`${name}: key to painted rows, median`, "ms", median(sorted)),
    alone(`${name}: 95 of 100 below`, "ms", sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN),
    ...taskRows(name, tasks),
  ];
}

/** Turns the wheel over the open list, some thousand rows far: how long the page's thread is held by one task. */
export async function measureScroll(browser: Browser, page: Page, { name }: ListPage): Promise<Row[]> {
  const box = await page.locator(".grid-scroller").boundingBox();
  if (!box) throw new Error("the list is not on the page");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const tasks = await traced(browser, page, async () => {
    for (let turn = 0; turn < wheel.turns; turn++) {
      await page.mouse.wheel(0, wheel.pixels);
      await setTimeout(wheel.rest);
    }
    await setTimeout(between);
  });
  const place = await page.evaluate<number>('document.querySelector(".grid-scroller").scrollTop');
  if (place < wheel.pixels) throw new Error("the list did not scroll: nothing was measured");
  await page.evaluate('document.querySelector(".grid-scroller").scrollTop = 0');
  await setTimeout(between);
  return taskRows(`${name}, scrolled`, tasks);
}

async function traced(browser: Browser, page: Page, work: () => Promise<void>) {
  await browser.startTracing(page, { categories: taskCategories });
  await work();
  return mainThreadTasks((await browser.stopTracing()).toString("utf8"));
}

function taskRows(name: string, tasks: ReturnType<typeof mainThreadTasks>): Row[] {
  return [
    alone(`${name}: longest task of the page`, "ms", tasks.longest),
    alone(`${name}: longest by CPU time`, "ms", tasks.longestCpu),
    alone(`${name}: tasks over 50 ms`, "tasks", tasks.over50),
  ];
}

/** Notes for each key when the first frame after the first change of the list's length was painted. */
export const keyWatcher = `
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
async function typeAndClear(page: Page, keys: string): Promise<number[]> {
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
