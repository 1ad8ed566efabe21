import { EventEmitter } from "node:events";
import type { BrowserWindowConstructorOptions, MenuItemConstructorOptions, MessagePortMain } from "electron";
import type {
  AppApi,
  ContentsApi,
  ElectronApi,
  FrameApi,
  IpcEventApi,
  SessionApi,
  WindowApi,
} from "./electron-api.ts";

/**
 * Electron as the desktop shell sees it, for tests: the same events and handlers, and message ports that clone what
 * is posted, refuse what cannot be cloned, keep what comes before `start`, and tell the other end of a closing only
 * after everything that was posted before it.
 */
export class FakeElectron implements ElectronApi {
  readonly app = new FakeApp();
  readonly session = { defaultSession: new FakeSession() };
  readonly ipcMain = new EventEmitter();
  readonly nativeTheme = { shouldUseDarkColors: true };
  readonly powerMonitor = new EventEmitter();
  readonly windows: FakeWindow[] = [];
  readonly schemes: { scheme: string; privileges?: object; beforeReady: boolean }[] = [];
  readonly errors: { title: string; content: string }[] = [];
  /** Notices on the desktop, each with what a click on it does. */
  readonly notices: { title: string; body: string; click(): void }[] = [];
  menu: MenuItemConstructorOptions[] = [];
  readonly MessageChannelMain = FakeMessageChannel;
  readonly BrowserWindow: ElectronApi["BrowserWindow"];

  constructor() {
    const { windows } = this;
    this.BrowserWindow = class extends FakeWindow {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options);
        windows.push(this);
      }
    };
  }

  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: { scheme: string; privileges?: object }[]) => {
      for (const scheme of schemes) this.schemes.push({ ...scheme, beforeReady: !this.app.isReady });
    },
  };

  readonly dialog = {
    showErrorBox: (title: string, content: string) => void this.errors.push({ title, content }),
  };

  notify({ title, body }: { title: string; body: string }, onClick: () => void): void {
    if (!this.app.isReady) throw new Error("cannot create Notification before app is ready");
    this.notices.push({ title, body, click: onClick });
  }

  setMenu(template: MenuItemConstructorOptions[]): void {
    this.menu = template;
  }

  /** Sends what a preload would send from `frame`, as a structured clone. */
  sendFrom(frame: FrameApi | null, channel: string, message: unknown): void {
    const event: IpcEventApi = { senderFrame: frame };
    this.ipcMain.emit(channel, event, structuredClone(message));
  }
}

class FakeApp extends EventEmitter implements AppApi {
  isReady = false;
  sandboxEnabled = false;
  hasLock = true;
  locale = "en-GB";
  readonly exits: (number | "quit")[] = [];
  #ready: () => void = () => {};
  readonly #whenReady = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });

  enableSandbox(): void {
    if (this.isReady) throw new Error("app.enableSandbox() can only be called before app is ready");
    this.sandboxEnabled = true;
  }

  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  becomeReady(): void {
    this.isReady = true;
    this.#ready();
  }

  getLocale(): string {
    return this.locale;
  }

  quit(): void {
    let prevented = false;
    this.emit("before-quit", { preventDefault: () => (prevented = true) });
    if (!prevented) this.exits.push("quit");
  }

  exit(code = 0): void {
    this.exits.push(code);
  }
}

/** Emits an event whose default can be prevented; true when it was. */
export function wasPrevented(emitter: EventEmitter, name: string, ...rest: unknown[]): boolean {
  let prevented = false;
  emitter.emit(name, { preventDefault: () => (prevented = true) }, ...rest);
  return prevented;
}

export class FakeContents extends EventEmitter implements ContentsApi {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  reloads = 0;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: "deny" }): void {
    this.openHandler = handler;
  }

  reload(): void {
    this.reloads += 1;
  }
}

export class FakeWindow extends EventEmitter implements WindowApi {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents = new FakeContents();
  readonly loaded: string[] = [];
  shown = 0;
  focused = 0;
  minimized = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }

  show(): void {
    this.shown += 1;
  }

  focus(): void {
    this.focused += 1;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }
}

class FakeSession implements SessionApi {
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>();
  permissionRequest: Parameters<SessionApi["setPermissionRequestHandler"]>[0] | null = null;
  permissionCheck: Parameters<SessionApi["setPermissionCheckHandler"]>[0] | null = null;
  device: (() => boolean) | null = null;
  beforeRequest: Parameters<SessionApi["webRequest"]["onBeforeRequest"]>[0] | null = null;

  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
      void this.handlers.set(scheme, handler),
  };
  readonly webRequest: SessionApi["webRequest"] = {
    onBeforeRequest: (listener) => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: Parameters<SessionApi["setPermissionRequestHandler"]>[0]): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: Parameters<SessionApi["setPermissionCheckHandler"]>[0]): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
}

/** A frame that keeps what main posted to it; one that was destroyed throws, as Electron's does. */
export class FakeFrame implements FrameApi {
  readonly url: string;
  readonly parent: FakeFrame | null;
  readonly posted: { channel: string; message: unknown; ports: FakePort[] }[] = [];
  destroyed = false;

  constructor(url: string, parent: FakeFrame | null = null) {
    this.url = url;
    this.parent = parent;
  }

  postMessage(channel: string, message: unknown, ports: MessagePortMain[] = []): void {
    if (this.destroyed) throw new Error("Render frame was disposed before WebFrameMain could be accessed");
    const fakes = ports.filter((port) => port instanceof FakePort);
    this.posted.push({ channel, message: structuredClone(message), ports: fakes });
  }
}

export class FakePort extends EventEmitter implements MessagePortMain {
  #peer: FakePort | null = null;
  #queue: ({ data: unknown } | "closed")[] = [];
  #started = false;
  #closed = false;

  static pair(): [FakePort, FakePort] {
    const [one, other] = [new FakePort(), new FakePort()];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  postMessage(message: unknown): void {
    if (this.#closed) return;
    const item = { data: structuredClone(message) };
    if (this.#peer) this.#peer.#enqueue(item);
  }

  start(): void {
    this.#started = true;
    queueMicrotask(() => this.#deliver());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#peer) this.#peer.#enqueue("closed");
  }

  #enqueue(item: { data: unknown } | "closed"): void {
    this.#queue.push(item);
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    while (this.#started && !this.#closed && this.#queue.length > 0) {
      const item = this.#queue.shift();
      if (item === "closed") {
        this.#closed = true;
        this.emit("close");
      } else if (item) this.emit("message", { data: item.data, ports: [] });
    }
  }
}

class FakeMessageChannel {
  readonly port1: FakePort;
  readonly port2: FakePort;

  constructor() {
    [this.port1, this.port2] = FakePort.pair();
  }
}
