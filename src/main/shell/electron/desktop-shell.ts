import { toOpsError } from "../../../shared/errors.ts";
import type { Language } from "../../../shared/text.ts";
import { readRendererFiles } from "../content/renderer-files.ts";
import type { ShellHost, ShellHostFactory } from "../shell-host.ts";
import type { ElectronApi, PreventableEvent, WindowApi } from "./electron-api.ts";
import { lockDownApp, lockDownSession } from "./lock-down.ts";
import { menuTemplate } from "./menu.ts";
import { appScheme } from "./origin.ts";
import { servePorts } from "./ports.ts";
import { appSchemeRegistration, createAppProtocol } from "./protocol.ts";
import { openWindow } from "./window.ts";

/** How long the console may take to close, in milliseconds, before the program ends without it. */
const closeDeadline = 10_000;
/** Windows beside the console's own: screens of machines. */
const mostDetached = 8;

export interface DesktopShellOptions {
  api: ElectronApi;
  createHost: ShellHostFactory;
  rendererFolder: string;
  preload: string;
  developerTools: boolean;
}

/**
 * Runs the console as a desktop program: one instance, one window, and one for each screen that is detached from it. Must be called before Electron is ready; resolves
 * when the window is open. When the console cannot be made, its error is shown and the program ends with code 1.
 */
export async function runDesktopShell(options: DesktopShellOptions): Promise<void> {
  const { api } = options;
  const { app } = api;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  api.protocol.registerSchemesAsPrivileged([appSchemeRegistration]);
  const settings = () => ({ ...options, isDark: api.nativeTheme.shouldUseDarkColors });
  const detached = new Set<WindowApi>();
  lockDownApp(app, (url) => {
    if (detached.size >= mostDetached) return;
    const screen = openWindow(api, settings(), url);
    detached.add(screen);
    screen.on("closed", () => detached.delete(screen));
  });
  let window: WindowApi | null = null;
  const show = () => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.focus();
      return;
    }
    window = openWindow(api, settings());
    window.on("closed", () => {
      window = null;
    });
  };
  // The window and the console are made side by side; a channel waits until the console is there.
  const host = options.createHost("electron");
  app.on("before-quit", quitOnce(app, host));
  const open = async () => {
    const [files] = await Promise.all([readRendererFiles(options.rendererFolder), app.whenReady()]);
    const session = api.session.defaultSession;
    lockDownSession(session);
    session.protocol.handle(appScheme, createAppProtocol(files));
    servePorts(api, host);
    lockWithWorkstation(api, host);
    showNotices(api, host, show);
    api.setMenu(menuTemplate(languageOf(app), process.platform));
    app.on("second-instance", show);
    app.on("activate", show);
    app.on("window-all-closed", () => app.quit());
    show();
  };
  try {
    await Promise.all([open(), host]);
  } catch (thrown) {
    await showAndEnd(api, thrown);
  }
}

/** What was open when somebody left the workstation is locked with it. */
function lockWithWorkstation({ powerMonitor }: ElectronApi, host: Promise<ShellHost>): void {
  const lock = () => {
    // A console that could not be made has nothing to lock; its error is shown elsewhere.
    host.then((ready) => ready.lock?.()).catch(() => {});
  };
  powerMonitor.on("suspend", lock);
  powerMonitor.on("lock-screen", lock);
}

/** Longer words of the estate are cut: a notice is a glance. */
const longestNotice = 300;

/** What is newly found and critical is shown by the program itself, so that its pages need no leave to; a click leads here. */
function showNotices(
  api: Pick<ElectronApi, "app" | "notify">,
  host: Promise<ShellHost>,
  show: () => void,
): void {
  const listen = (ready: ShellHost) => {
    ready.onNotice?.(({ title, body }) => {
      const language = languageOf(api.app);
      const [short, long] = [title[language], body[language]].map((words) => words.slice(0, longestNotice));
      api.notify({ title: short ?? "", body: long ?? "" }, show);
    });
  };
  // A console that could not be made has nothing to tell; its error is shown elsewhere.
  host.then(listen).catch(() => {});
}

function languageOf(app: ElectronApi["app"]): Language {
  return app.getLocale().startsWith("fr") ? "fr" : "en";
}

/** Closes the console before the program ends, once, however often the user asks. */
function quitOnce(app: ElectronApi["app"], host: Promise<ShellHost>): (event: PreventableEvent) => void {
  let quitting = false;
  return (event) => {
    event.preventDefault();
    if (quitting) return;
    quitting = true;
    const late = setTimeout(() => app.exit(1), closeDeadline);
    host
      .then((ready) => ready.close())
      .then(
        () => app.exit(0),
        () => app.exit(1),
      )
      .finally(() => clearTimeout(late));
  };
}

async function showAndEnd({ app, dialog }: ElectronApi, thrown: unknown): Promise<void> {
  const { text, hint } = toOpsError(thrown, "shell");
  await app.whenReady();
  const language = languageOf(app);
  dialog.showErrorBox(text[language], hint[language]);
  app.exit(1);
}
