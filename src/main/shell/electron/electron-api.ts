import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  MenuItemConstructorOptions,
  MessagePortMain,
} from "electron";

/**
 * The part of Electron that the desktop shell uses, handed in by the entry. Nothing in this folder imports Electron
 * itself, so that the program builds and its tests run where Electron's runtime is not installed.
 */
export interface ElectronApi {
  app: AppApi;
  protocol: { registerSchemesAsPrivileged(schemes: CustomScheme[]): void };
  session: { readonly defaultSession: SessionApi };
  BrowserWindow: new (options: BrowserWindowConstructorOptions) => WindowApi;
  MessageChannelMain: new () => { port1: MessagePortMain; port2: MessagePortMain };
  ipcMain: { on(channel: string, listener: (event: IpcEventApi, request: unknown) => void): unknown };
  /** Builds the application's menu and puts it in place. */
  setMenu(template: MenuItemConstructorOptions[]): void;
  dialog: { showErrorBox(title: string, content: string): void };
  nativeTheme: { readonly shouldUseDarkColors: boolean };
  /** Shows a notice on the desktop, where it can show any; the page itself may not. */
  notify(words: { title: string; body: string }, onClick: () => void): void;
  /** The workstation goes to sleep, or its screen is locked. */
  powerMonitor: { on(event: "suspend" | "lock-screen", listener: () => void): unknown };
}

export interface PreventableEvent {
  preventDefault(): void;
}

export interface AppApi {
  enableSandbox(): void;
  requestSingleInstanceLock(): boolean;
  whenReady(): Promise<void>;
  getLocale(): string;
  quit(): void;
  exit(code?: number): void;
  on(event: "window-all-closed" | "second-instance" | "activate", listener: () => void): unknown;
  on(
    event: "before-quit" | "select-client-certificate",
    listener: (event: PreventableEvent) => void,
  ): unknown;
  on(event: "web-contents-created", listener: (event: unknown, contents: ContentsApi) => void): unknown;
  on(
    event: "certificate-error",
    listener: (
      event: PreventableEvent,
      contents: unknown,
      url: string,
      error: string,
      certificate: unknown,
      callback: (trusted: boolean) => void,
    ) => void,
  ): unknown;
}

export interface ContentsApi {
  setWindowOpenHandler(handler: (details: { url: string }) => { action: "deny" }): void;
  on(
    event: "will-navigate" | "will-frame-navigate" | "will-redirect" | "will-attach-webview",
    listener: (event: PreventableEvent) => void,
  ): unknown;
}

export interface WindowApi {
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  isMinimized(): boolean;
  restore(): void;
  readonly webContents: { on(event: "render-process-gone", listener: () => void): unknown; reload(): void };
  once(event: "ready-to-show", listener: () => void): unknown;
  on(event: "closed", listener: () => void): unknown;
}

export interface SessionApi {
  protocol: { handle(scheme: string, handler: (request: Request) => Promise<Response>): void };
  webRequest: {
    onBeforeRequest(
      listener: (details: { url: string }, callback: (response: { cancel: boolean }) => void) => void,
    ): void;
  };
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (granted: boolean) => void,
      details: { requestingUrl?: string },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, requestingOrigin: string) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
}

/** A message from a renderer, with the frame that sent it; null once that frame is gone. */
export interface IpcEventApi {
  readonly senderFrame: FrameApi | null;
}

export interface FrameApi {
  readonly url: string;
  readonly parent: unknown;
  postMessage(channel: string, message: unknown, ports?: MessagePortMain[]): void;
}
