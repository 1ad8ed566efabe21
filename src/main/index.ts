import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  nativeTheme,
  powerMonitor,
  protocol,
  session,
  utilityProcess,
} from "electron";
import { dataFolder } from "./commands/options.ts";
import { createConsole } from "./console.ts";
import { labProgram } from "./drill/programs.ts";
import { utilityPrograms } from "./drill/utility-programs.ts";
import { findRenderer } from "./shell/content/renderer-files.ts";
import { runDesktopShell } from "./shell/electron/desktop-shell.ts";
import { awaitLab } from "./shell/electron/lab-child.ts";
import type { ShellHost, ShellHostFactory } from "./shell/shell-host.ts";
import { openSystemBrowser } from "./shell/system-browser.ts";

/** Chromium's own switches stand among ours, so unknown words are let pass. */
const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { estate: { type: "string" }, lab: { type: "boolean" }, data: { type: "string" } },
  strict: false,
});
const named = typeof values.estate === "string" ? values.estate : process.env.PASSERELLE_ESTATE;
const estate = values.lab === true ? undefined : named;
const folder = dataFolder(typeof values.data === "string" ? values.data : undefined);

/** The lab and the console of a drill; the person meets the latter in their own browser. */
const startProgram = utilityPrograms((program, words) =>
  utilityProcess.fork(program, [...words], { stdio: "pipe" }),
);

/** The console on the named estate; without one, on the embedded lab, which is how one gets to know it. */
const createHost: ShellHostFactory = async (shell) => {
  if (estate)
    return await createConsole({
      estate,
      dataFolder: folder,
      shell,
      lab: false,
      openBrowser: (url) => openSystemBrowser(url),
      startProgram,
    });
  await app.whenReady();
  const lab = await awaitLab(utilityProcess.fork(labProgram(), ["start"], { stdio: "pipe" }));
  try {
    const console = await createConsole({
      estate: lab.estate,
      dataFolder: join(folder, "lab"),
      shell,
      lab: true,
      openBrowser: (url) => openSystemBrowser(url),
      startProgram,
    });
    return closingBoth(console, lab);
  } catch (thrown) {
    await lab.stop();
    throw thrown;
  }
};

function closingBoth(console: ShellHost, lab: { stop(): Promise<void> }): ShellHost {
  return {
    serveCalls: (channel, looksOnly, seat) => console.serveCalls(channel, looksOnly, seat),
    lock: () => console.lock?.(),
    onNotice: (listener) => console.onNotice?.(listener) ?? (() => {}),
    openSession: (token, channel) => console.openSession(token, channel),
    async close() {
      await console.close();
      await lab.stop();
    },
  };
}

const rendererFolder = findRenderer(import.meta.dirname);
// Not awaited: Electron becomes ready only once its entry has been evaluated to the end.
runDesktopShell({
  api: {
    app,
    protocol,
    session,
    BrowserWindow,
    MessageChannelMain,
    ipcMain,
    setMenu: (template) => Menu.setApplicationMenu(Menu.buildFromTemplate(template)),
    dialog,
    nativeTheme,
    powerMonitor,
    notify: (words, onClick) => {
      if (!Notification.isSupported()) return;
      const notice = new Notification(words);
      notice.on("click", onClick);
      notice.show();
    },
  },
  createHost,
  rendererFolder,
  preload: join(rendererFolder, "..", "preload", "index.cjs"),
  developerTools: !app.isPackaged,
}).catch(() => app.exit(1));
