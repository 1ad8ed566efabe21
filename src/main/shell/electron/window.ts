import type { BrowserWindowConstructorOptions } from "electron";
import type { ElectronApi, WindowApi } from "./electron-api.ts";
import { appOrigin } from "./origin.ts";

/** Times that a window whose renderer died is loaded again by itself, before it is left to the user. */
const mostReloads = 3;

export interface WindowSettings {
  /** The built preload, an absolute path. */
  preload: string;
  /** Whether the developer tools exist; never in what is shipped. */
  developerTools: boolean;
  isDark: boolean;
}

/** The options of the console's window: everything that loosens the sandbox is off, in words. */
function windowOptions({ preload, developerTools, isDark }: WindowSettings): BrowserWindowConstructorOptions {
  return {
    title: "Passerelle",
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 500,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: isDark ? "#151515" : "#ffffff",
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: developerTools,
    },
  };
}

/** Opens a window on a page of the console, its first when left out, and shows it once it has something to show. */
export function openWindow(
  api: Pick<ElectronApi, "BrowserWindow">,
  settings: WindowSettings,
  page = `${appOrigin}/`,
): WindowApi {
  const window = new api.BrowserWindow(windowOptions(settings));
  window.once("ready-to-show", () => window.show());
  let reloads = 0;
  window.webContents.on("render-process-gone", () => {
    reloads += 1;
    if (reloads <= mostReloads) window.webContents.reload();
  });
  // A page that cannot be loaded is already shown as such; there is nothing to add to it here.
  window.loadURL(page).catch(() => window.show());
  return window;
}
