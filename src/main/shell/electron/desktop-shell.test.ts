import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { EchoHost, makeRendererFolder } from "../testing/shell-fixture.ts";
import { runDesktopShell } from "./desktop-shell.ts";
import { FakeContents, FakeElectron, wasPrevented } from "./fake-electron.ts";
import { menuTemplate } from "./menu.ts";

let electron: FakeElectron;
let host: EchoHost;
let renderer: Awaited<ReturnType<typeof makeRendererFolder>>;

beforeEach(async () => {
  electron = new FakeElectron();
  host = new EchoHost();
  renderer = await makeRendererFolder();
});

afterEach(async () => {
  vi.useRealTimers();
  await renderer.remove();
});

function run(createHost: () => Promise<EchoHost> = async () => host, developerTools = false): Promise<void> {
  return runDesktopShell({
    api: electron,
    createHost,
    rendererFolder: renderer.folder,
    preload: "/program/out/preload/index.cjs",
    developerTools,
  });
}

async function start(): Promise<void> {
  const running = run();
  electron.app.becomeReady();
  await running;
}

describe("a notice", () => {
  const notice = {
    title: text("Passerelle: vault-1", "Passerelle : vault-1"),
    body: text("Sealed.", "Scellé."),
  };
  let tell: (told: typeof notice) => void;

  it("is shown by the program in the person's language, and a click leads to the window; the page is given no leave", async () => {
    host.onNotice = (listener) => {
      tell = listener;
      return () => {};
    };
    electron.app.locale = "fr-FR";
    await start();
    await vi.waitFor(() => expect(tell).toBeDefined());
    tell({ ...notice, body: text("x", "é".repeat(1000)) });
    tell(notice);
    expect(electron.notices).toMatchObject([
      { title: "Passerelle : vault-1", body: "é".repeat(300) },
      { title: "Passerelle : vault-1", body: "Scellé." },
    ]);
    const [window] = electron.windows;
    if (window) window.minimized = true;
    electron.notices[1]?.click();
    expect(window).toMatchObject({ minimized: false, focused: 1 });
    const { permissionRequest, permissionCheck } = electron.session.defaultSession;
    const granted = vi.fn();
    permissionRequest?.(null, "notifications", granted, { requestingUrl: "app://passerelle/" });
    expect(granted).toHaveBeenCalledWith(false);
    expect(permissionCheck?.(null, "notifications", "app://passerelle")).toBe(false);
  });
});

describe("the window", () => {
  it("is sandboxed, isolated and without any of Node, web views or developer tools", async () => {
    await start();
    const [window] = electron.windows;
    expect(window?.options.webPreferences).toEqual({
      preload: "/program/out/preload/index.cjs",
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
      devTools: false,
    });
    expect(window?.loaded).toEqual(["app://passerelle/"]);
  });

  it("is shown when it has something to show, once, and focused by a second start", async () => {
    await start();
    const [window] = electron.windows;
    expect([window?.options.show, window?.shown]).toEqual([false, 0]);
    window?.emit("ready-to-show");
    expect(window?.shown).toBe(1);
    if (window) window.minimized = true;
    electron.app.emit("second-instance");
    expect([window?.focused, window?.minimized, electron.windows.length]).toEqual([1, false, 1]);
    window?.emit("closed");
    electron.app.emit("activate");
    expect(electron.windows).toHaveLength(2);
  });

  it("is loaded again when its renderer dies, three times at most", async () => {
    await start();
    const contents = electron.windows[0]?.webContents;
    for (let death = 0; death < 5; death++) contents?.emit("render-process-gone");
    expect(contents?.reloads).toBe(3);
  });
});

describe("the workstation", () => {
  it("locks every window with it, when its screen is locked and when it goes to sleep", async () => {
    const lock = vi.fn();
    Object.assign(host, { lock });
    await start();
    expect(lock).not.toHaveBeenCalled();
    electron.powerMonitor.emit("lock-screen");
    await vi.waitFor(() => expect(lock).toHaveBeenCalledTimes(1));
    electron.powerMonitor.emit("suspend");
    await vi.waitFor(() => expect(lock).toHaveBeenCalledTimes(2));
  });

  it("locks what is opened only once it has been locked, and holds up nothing where there is no console", async () => {
    const lock = vi.fn();
    Object.assign(host, { lock });
    let made = (_host: EchoHost) => {};
    const running = run(() => new Promise((resolve) => (made = resolve)));
    electron.app.becomeReady();
    await vi.waitFor(() => expect(electron.powerMonitor.listenerCount("suspend")).toBe(1));
    electron.powerMonitor.emit("suspend");
    expect(lock).not.toHaveBeenCalled();
    made(host);
    await running;
    await vi.waitFor(() => expect(lock).toHaveBeenCalledTimes(1));
  });
});

describe("the lock-down", () => {
  it("is done before Electron is ready: sandbox, single instance, scheme", async () => {
    const running = run();
    expect(electron.app.sandboxEnabled).toBe(true);
    expect(electron.schemes).toEqual([
      {
        scheme: "app",
        privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
        beforeReady: true,
      },
    ]);
    electron.app.becomeReady();
    await running;
  });

  it("ends a second instance before it makes a console", async () => {
    electron.app.hasLock = false;
    const createHost = vi.fn(async () => host);
    await run(createHost);
    expect(electron.app.exits).toEqual(["quit"]);
    expect(createHost).not.toHaveBeenCalled();
    expect(electron.windows).toHaveLength(0);
  });

  it("refuses navigation, redirects, new windows and web views in every page", async () => {
    await start();
    const contents = new FakeContents();
    electron.app.emit("web-contents-created", {}, contents);
    for (const name of ["will-navigate", "will-frame-navigate", "will-redirect", "will-attach-webview"]) {
      expect([name, wasPrevented(contents, name)]).toEqual([name, true]);
    }
    for (const url of [
      "https://other.example/",
      "app://passerelle.example/#/hands/tower-a",
      "app://passerelle/#/secrets",
      "app://passerelle/other#/hands/tower-a",
      "javascript:alert(1)",
    ]) {
      expect(contents.openHandler?.({ url })).toEqual({ action: "deny" });
    }
    expect(electron.windows).toHaveLength(1);
  });

  it("gives a machine's screen a window of its own, made by main and just as locked, eight at most", async () => {
    await start();
    const contents = new FakeContents();
    electron.app.emit("web-contents-created", {}, contents);
    const [main] = electron.windows;
    expect(contents.openHandler?.({ url: "app://passerelle/#/hands/tower-a/tower-b" })).toEqual({
      action: "deny",
    });
    const [, screen] = electron.windows;
    expect(screen?.loaded).toEqual(["app://passerelle/#/hands/tower-a/tower-b"]);
    expect(screen?.options.webPreferences).toEqual(main?.options.webPreferences);
    const open = () => contents.openHandler?.({ url: "app://passerelle/#/hands/tower-a" });
    for (let count = 0; count < 10; count++) open();
    expect(electron.windows).toHaveLength(9);
    screen?.emit("closed");
    open();
    expect(electron.windows).toHaveLength(10);
  });

  it("refuses certificate errors and client certificates", async () => {
    await start();
    const verdict = vi.fn();
    const url = "https://192.0.2.1/";
    expect(wasPrevented(electron.app, "certificate-error", {}, url, "expired", {}, verdict)).toBe(true);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(false);
    expect(wasPrevented(electron.app, "select-client-certificate")).toBe(true);
  });

  it("denies every permission and device, but copying and filling the screen from our own page", async () => {
    await start();
    const session = electron.session.defaultSession;
    const asked = (permission: string, requestingUrl?: string) => {
      const callback = vi.fn();
      const details = requestingUrl === undefined ? {} : { requestingUrl };
      session.permissionRequest?.({}, permission, callback, details);
      return callback.mock.calls;
    };
    const permissions = [
      "clipboard-read",
      "media",
      "geolocation",
      "notifications",
      "openExternal",
      "pointerLock",
      "hid",
      "serial",
      "usb",
      "unknown",
    ];
    for (const permission of permissions) {
      expect(asked(permission, "app://passerelle/")).toEqual([[false]]);
      expect(session.permissionCheck?.(null, permission, "app://passerelle")).toBe(false);
    }
    for (const allowed of ["clipboard-sanitized-write", "fullscreen"]) {
      expect(asked(allowed, "app://passerelle/#/hosts")).toEqual([[true]]);
      expect(session.permissionCheck?.(null, allowed, "app://passerelle")).toBe(true);
      for (const other of ["https://other.example/", "app://passerelle.example/", undefined]) {
        expect(asked(allowed, other)).toEqual([[false]]);
        expect(session.permissionCheck?.(null, allowed, other ?? "")).toBe(false);
      }
    }
    expect(session.device?.()).toBe(false);
  });

  it("lets no request leave the program", async () => {
    await start();
    const cancelled = (url: string) => {
      const callback = vi.fn();
      electron.session.defaultSession.beforeRequest?.({ url }, callback);
      return callback.mock.calls[0]?.[0].cancel;
    };
    const outside = [
      "https://other.example/",
      "http://127.0.0.1:8080/",
      "ws://127.0.0.1/",
      "file:///etc/hosts",
      "ftp://192.0.2.1/",
      "app://other/",
      "chrome-extension://x/",
      "not a url",
    ];
    for (const url of outside) expect([url, cancelled(url)]).toEqual([url, true]);
    const inside = ["app://passerelle/assets/x.js", "data:image/png;base64,", "blob:app://passerelle/1"];
    for (const url of inside) expect([url, cancelled(url)]).toEqual([url, false]);
  });
});

describe("the app protocol", () => {
  const fetchApp = async (url: string, method = "GET") => {
    const handler = electron.session.defaultSession.handlers.get("app");
    if (!handler) throw new Error("no handler for app:");
    return await handler(new Request(url, { method }));
  };

  it("serves the built files with the policy of the browser shell", async () => {
    await start();
    const page = await fetchApp("app://passerelle/");
    const body = await page.text();
    const nonce = /nonce="([^"]+)"/.exec(body)?.[1];
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; ");
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("connect-src 'self';");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const script = await fetchApp("app://passerelle/assets/index-Abcd1234.js");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect((await script.text()).startsWith("console.log")).toBe(true);
  });

  it("serves nothing else", async () => {
    await start();
    for (const path of ["..%2f..%2foutside.json", "%2e%2e/%2e%2e/outside.json", "notes.secret", "assets/"]) {
      expect((await fetchApp(`app://passerelle/${path}`)).status).toBe(404);
    }
    expect((await fetchApp("app://other/index.html")).status).toBe(403);
    expect((await fetchApp("app://passerelle/", "POST")).status).toBe(405);
  });
});

describe("the end", () => {
  it("closes the console before the program ends, once", async () => {
    await start();
    const close = vi.spyOn(host, "close");
    electron.app.emit("window-all-closed");
    electron.app.quit();
    await vi.waitFor(() => expect(electron.app.exits).toEqual([0]));
    expect(close).toHaveBeenCalledOnce();
  });

  it("does not wait for ever for a console that does not close", async () => {
    await start();
    vi.useFakeTimers();
    vi.spyOn(host, "close").mockReturnValue(new Promise(() => {}));
    electron.app.quit();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(electron.app.exits).toEqual([1]);
  });

  it("comes at once, with the error in the user's language, when the console cannot be made", async () => {
    electron.app.locale = "fr-FR";
    const running = run(async () => {
      throw new OpsError({
        code: "data.in-use",
        system: "journal",
        message: text("In use.", "Déjà utilisé."),
        hint: text("Close it.", "Fermez-le."),
      });
    });
    electron.app.becomeReady();
    await running;
    expect(electron.errors).toEqual([{ title: "Déjà utilisé.", content: "Fermez-le." }]);
    expect(electron.app.exits).toEqual([1]);
  });
});

describe("the menu", () => {
  it("takes no key that a shell needs", () => {
    for (const platform of ["linux", "win32"] as const) {
      const roles = JSON.stringify(menuTemplate("fr", platform));
      for (const role of ["reload", "close", "quit", "toggleDevTools"])
        expect(roles).not.toContain(`"${role}"`);
      expect(roles).toContain("Plein écran");
    }
  });
});
