import type { Page } from "@playwright/test";
import { z } from "zod";

/** When a page had what; epoch milliseconds, `load` in milliseconds of the page's own. */
const appearedSchema = z.object({
  firstRow: z.number(),
  /** Null where nothing is read (the floor). */
  firstFigure: z.number().nullable(),
  load: z.number(),
});
export type Appeared = z.infer<typeof appearedSchema>;

/** Runs in the page before its own scripts: starts it at the hosts, and notes what was painted when. */
const watcher = `
if (location.pathname === "/") {
  history.replaceState(null, "", "/#/hosts");
  window.appeared = { firstRow: null, firstFigure: null };
  // A message comes after the frame that shows what was found.
  const painted = (name) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        window.appeared[name] = performance.timeOrigin + performance.now();
        port1.close();
      };
      port2.postMessage(null);
    });
  let rowSeen = false;
  const observer = new MutationObserver(() => {
    if (!rowSeen && document.querySelector("tr.grid-row th.cell-name a")) {
      rowSeen = true;
      painted("firstRow");
    }
    const figures = document.querySelectorAll("tr.grid-row td.cell-figure");
    if (rowSeen && [...figures].some((cell) => /\\d/.test(cell.textContent))) {
      observer.disconnect();
      painted("firstFigure");
    }
  });
  observer.observe(document, { childList: true, subtree: true, characterData: true });
}
`;

/** Makes each page that opens start at the hosts and note when their first row has been painted. */
export async function watchFirstRow(page: Page): Promise<void> {
  await page.addInitScript(watcher);
}

/** Waits for the first row, and for the first figure where `figures` are expected. */
export async function appeared(page: Page, figures: boolean): Promise<Appeared> {
  const wanted = ["firstRow", ...(figures ? ["firstFigure"] : [])];
  await page.waitForFunction(
    (names) => names.every((name) => Reflect.get(globalThis, "appeared")?.[name]),
    wanted,
    { timeout: 30_000, polling: 20 },
  );
  const seen: unknown = await page.evaluate(() => ({
    ...Reflect.get(globalThis, "appeared"),
    load: performance.getEntries().find(({ entryType }) => String(entryType) === "navigation")?.duration,
  }));
  return appearedSchema.parse(seen);
}
