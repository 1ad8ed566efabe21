import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "@playwright/test";
import { linkIn, type Program, startProgram } from "../e2e/support/programs.ts";
import { alone, compared, type Row } from "./row.ts";
import { openBrowser, processSeconds, rendererSeconds } from "./support/browser.ts";
import { type Appeared, appeared, watchFirstRow } from "./support/first-row.ts";
import { inFolder, startScript } from "./support/program.ts";
import { median } from "./support/timed-run.ts";
import { mainThreadTasks, taskCategories } from "./support/trace.ts";

const rounds = 7;
const idleSeconds = 10;
const settleSeconds = 15;
const crowd = { hosts: 20_000, readingsPerSecond: 2000, seconds: 10 };
const floorName = "bare HTTP server and page";

/** One start, measured: milliseconds since the spawn, but for `load`. */
interface Start {
  link: number;
  firstRow: number;
  firstFigure: number | null;
  load: number;
}

/**
 * Measures the built program in the browser shell: from its spawn on the embedded lab to the first row of hosts
 * painted in a browser that runs already, against the least program that serves a page; what an untouched window
 * costs; and how long the page's thread is held while a list of 20,000 hosts changes and is scrolled.
 */
export default async function startUp(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    return [...(await starts(browser)), ...(await idle(browser)), ...(await scrolling(browser))];
  } finally {
    await browser.close();
  }
}

async function starts(browser: Browser): Promise<Row[]> {
  const ours: Start[] = [];
  const floor: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await inFolder((folder) => start(browser, true, () => serveLab(folder))));
    floor.push(await start(browser, false, () => startScript(script("start-up-floor.ts"), [])));
  }
  const row = (name: string, of: (one: Start) => number | null) =>
    compared(
      name,
      "ms",
      median(ours.map((one) => of(one) ?? Number.NaN)),
      median(floor.map((one) => of(one) ?? one.firstRow)),
      floorName,
    );
  return [
    row("spawn to first host row painted", ({ firstRow }) => firstRow),
    row("of it, spawn to link printed", ({ link }) => link),
    row("of it, link opened to first row", ({ link, firstRow }) => firstRow - link),
    row("load of the page by itself", ({ load }) => load),
    row("spawn to first figure read from a host", ({ firstFigure }) => firstFigure),
  ];
}

async function start(
  browser: Browser,
  figures: boolean,
  spawn: () => Promise<Pick<Program, "firstLine" | "stop">>,
): Promise<Start> {
  return withPage(browser, async (page) => {
    const spawnedAt = Date.now();
    const program = await spawn();
    const linkAt = Date.now();
    try {
      const seen = await open(page, program, figures);
      return {
        link: linkAt - spawnedAt,
        firstRow: seen.firstRow - spawnedAt,
        firstFigure: seen.firstFigure === null ? null : seen.firstFigure - spawnedAt,
        load: seen.load,
      };
    } finally {
      await page.goto("about:blank");
      await program.stop();
    }
  });
}

/** What main and the page take while nobody touches them, a quarter of a minute after the start. */
async function idle(browser: Browser): Promise<Row[]> {
  return inFolder((folder) =>
    withPage(browser, async (page) => {
      const program = await serveLab(folder);
      try {
        await open(page, program, true);
        await setTimeout(settleSeconds * 1000);
        const before = await seconds(browser, program);
        await setTimeout(idleSeconds * 1000);
        const after = await seconds(browser, program);
        const percent = (from: number, to: number) => ((to - from) / idleSeconds) * 100;
        const rows = [alone("idle CPU of the page, hosts shown", "%", percent(before.page, after.page))];
        if (before.main !== null && after.main !== null) {
          rows.unshift(alone("idle CPU of main, hosts shown", "%", percent(before.main, after.main)));
        }
        return rows;
      } finally {
        await page.goto("about:blank");
        await program.stop();
      }
    }),
  );
}

async function seconds(browser: Browser, program: Program): Promise<{ main: number | null; page: number }> {
  return { main: await processSeconds(program.process.pid), page: await rendererSeconds(browser) };
}

/** The page's tasks while a long list changes under it and is scrolled by wheel and from end to end. */
async function scrolling(browser: Browser): Promise<Row[]> {
  return inFolder((folder) =>
    withPage(browser, async (page) => {
      const words = [folder, String(crowd.hosts), String(crowd.readingsPerSecond)];
      const program = await startScript(script("start-up-crowd.ts"), words);
      try {
        await open(page, program, true);
        await browser.startTracing(page, { categories: taskCategories });
        await scroll(page, crowd.seconds);
        const tasks = mainThreadTasks((await browser.stopTracing()).toString("utf8"));
        const name = "20,000 hosts, changing and scrolled";
        return [
          alone(`${name}: longest task of the page`, "ms", tasks.longest),
          alone(`${name}: longest by CPU time`, "ms", tasks.longestCpu),
          alone(`${name}: tasks over 50 ms`, "tasks", tasks.over50),
          alone(`${name}: share of the page's thread`, "%", tasks.total / crowd.seconds / 10),
        ];
      } finally {
        await page.goto("about:blank");
        await program.stop();
      }
    }),
  );
}

async function scroll(page: Page, forSeconds: number): Promise<void> {
  const grid = page.getByRole("grid");
  await grid.hover({ position: { x: 300, y: 200 } });
  const until = performance.now() + forSeconds * 1000;
  for (let step = 1; performance.now() < until; step++) {
    if (step % 20 === 0) {
      await page
        .locator("tr.grid-row[tabindex='0']")
        .first()
        .focus({ timeout: 1000 })
        .catch(() => undefined);
      await page.keyboard.press(step % 40 === 0 ? "Home" : "End");
    }
    await page.mouse.wheel(0, step % 40 < 20 ? 640 : -640);
    await setTimeout(50);
  }
}

async function open(page: Page, program: Pick<Program, "firstLine">, figures: boolean): Promise<Appeared> {
  await watchFirstRow(page);
  await page.goto(linkIn(program.firstLine));
  return appeared(page, figures);
}

function serveLab(folder: string): Promise<Program> {
  return startProgram("cli.js", ["serve", "--lab"], join(folder, "data"));
}

async function withPage<T>(browser: Browser, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

function script(name: string): string {
  return join(import.meta.dirname, name);
}

if (import.meta.main) console.table(await startUp());
