import type { AppApi, ContentsApi, PreventableEvent, SessionApi } from "./electron-api.ts";
import { appOrigin, appScheme, isDetachedPage, isOwnUrl } from "./origin.ts";

/** The only permissions that a window may have: to copy when the user says so, and to fill the screen. */
const granted = new Set(["clipboard-sanitized-write", "fullscreen"]);

/**
 * Takes from every page, present and future, what the console never needs: to navigate, to open windows, to embed
 * web views, to accept a certificate error or to offer a client certificate. What a page wants opened is never opened
 * by it: `openDetached` is told of the one kind of page that may have a window, and makes it itself. To be called
 * before Electron is ready. Source: Electron's security checklist.
 */
export function lockDownApp(app: AppApi, openDetached: (url: string) => void): void {
  app.enableSandbox();
  app.on("web-contents-created", (_event, contents) => lockDownContents(contents, openDetached));
  app.on("certificate-error", (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on("select-client-certificate", (event) => event.preventDefault());
}

function lockDownContents(contents: ContentsApi, openDetached: (url: string) => void): void {
  const prevent = (event: PreventableEvent) => event.preventDefault();
  contents.setWindowOpenHandler(({ url }) => {
    if (isDetachedPage(url)) openDetached(url);
    return { action: "deny" };
  });
  contents.on("will-navigate", prevent);
  contents.on("will-frame-navigate", prevent);
  contents.on("will-redirect", prevent);
  contents.on("will-attach-webview", prevent);
}

/**
 * Denies every permission and device but copying and filling the screen from our own origin, and every request that would leave the
 * process: whatever the network is asked for goes through main and its allowlists.
 */
export function lockDownSession(session: SessionApi): void {
  session.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl }) =>
    callback(granted.has(permission) && isOwnUrl(requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) =>
      granted.has(permission) && requestingOrigin.replace(/\/$/, "") === appOrigin,
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !staysInside(url) }));
}

/** Our own files, and what the page makes by itself. The developer tools bring their own files in development. */
function staysInside(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol } = new URL(url);
  if (protocol === `${appScheme}:`) return isOwnUrl(url);
  return protocol === "data:" || protocol === "blob:" || protocol === "devtools:";
}
