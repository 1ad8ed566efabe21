import { readFile } from "node:fs/promises";
import { type Browser, chromium } from "@playwright/test";
import { findBrowser } from "../../scripts/support/packages.mjs";

/** Opens a headless browser, with the settings of the end-to-end tests. Throws when there is none. */
export async function openBrowser(): Promise<Browser> {
  const program = findBrowser();
  if (program === null) throw new Error("Chromium, in which the window is measured, is not installed");
  return chromium.launch({
    executablePath: program,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
}

/** CPU seconds that the browser's page processes have taken together since they began. */
export async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo
      .filter(({ type }) => type === "renderer")
      .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  } finally {
    await session.detach();
  }
}

const ticksPerSecond = 100;

/** CPU seconds of one process without its children (proc(5), utime and stime); null where /proc is not there. */
export async function processSeconds(pid: number | undefined): Promise<number | null> {
  try {
    const words = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = words.split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return null;
  }
}
