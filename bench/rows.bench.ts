import type { Browser } from "@playwright/test";
import { linkIn, startProgram } from "../e2e/support/programs.ts";
import type { Row } from "./row.ts";
import { openBrowser } from "./support/browser.ts";
import { labCluster } from "./support/cluster.ts";
import { keyWatcher, type ListPage, measureFilter, measureScroll, openList } from "./support/list-page.ts";
import { inFolder } from "./support/program.ts";
import { simulatedVcenter } from "./support/vcenter.ts";

const pods: ListPage = {
  name: "filter of 20,000 pods",
  place: "#/pods",
  lines: 20_000,
  keys: "service-12",
};
const vms: ListPage = { name: "10,000 VMs", place: "#/vms", lines: 10_000, keys: "RP0_VM12" };
const grouped: ListPage = {
  ...vms,
  name: "10,000 VMs by host",
  place: "#/vms?group=host",
  // The heads of the hosts as well.
  lines: 10_050,
};

/**
 * Types into the filters of lists in the built program, of 20,000 pods of the lab and of 10,000 VMs of VMware's simulator, and
 * scrolls them: from the key to the frame with the rows that fit, and how long the page's thread is held meanwhile.
 */
export default async function rows(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    return await inFolder(async (folder) => {
      const lab = await labCluster(folder, pods.lines);
      const measured = await measure(browser, { folder, lab, lists: [pods] });
      const vcenter = await simulatedVcenter(folder, vms.lines);
      if (!vcenter) {
        process.stderr.write("VMware's simulator is not built: no list of VMs is measured\n");
        return measured;
      }
      return [...measured, ...(await measure(browser, { folder, lab: vcenter, lists: [vms, grouped] }))];
    });
  } finally {
    await browser.close();
  }
}

/** Measures lists of one estate in one run of the program; ends both. */
async function measure(
  browser: Browser,
  {
    folder,
    lab,
    lists,
  }: { folder: string; lab: { estate: string; stop(): Promise<void> }; lists: ListPage[] },
): Promise<Row[]> {
  const program = await startProgram("cli.js", ["serve", "--estate", lab.estate], `${folder}/data`).catch(
    async (error: unknown) => {
      await lab.stop();
      throw error;
    },
  );
  const page = await (await browser.newContext()).newPage();
  try {
    await page.addInitScript(keyWatcher);
    await page.goto(linkIn(program.firstLine));
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    const measured: Row[] = [];
    for (const list of lists) {
      await openList(page, list);
      measured.push(...(await measureFilter(browser, page, list)));
      measured.push(...(await measureScroll(browser, page, list)));
    }
    return measured;
  } finally {
    await page.goto("about:blank");
    await program.stop();
    await lab.stop();
  }
}
