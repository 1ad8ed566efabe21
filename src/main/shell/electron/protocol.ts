import { randomBytes } from "node:crypto";
import type { CustomScheme } from "electron";
import { commonHeaders, contentSecurityPolicy, withNonce } from "../content/page-policy.ts";
import type { RendererFiles } from "../content/renderer-files.ts";
import { appScheme, isOwnUrl } from "./origin.ts";

/** To be registered before Electron is ready: a standard, secure origin without any of the looser privileges. */
export const appSchemeRegistration: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** Answers `app://passerelle/…` from the list of built files, with the same policy as the browser shell. */
export function createAppProtocol(files: RendererFiles): (request: Request) => Promise<Response> {
  return async ({ url, method }) => {
    if (!isOwnUrl(url)) return refuse(403);
    if (method !== "GET" && method !== "HEAD") return refuse(405);
    const { pathname } = new URL(url);
    const file = files.get(pathname === "/" ? "/index.html" : pathname);
    if (!file) return refuse(404);
    const headers = new Headers({ ...commonHeaders, "content-type": file.type });
    if (!file.type.startsWith("text/html")) {
      headers.set("cache-control", file.hashed ? "public, max-age=31536000, immutable" : "no-cache");
      return new Response(new Uint8Array(file.body), { headers });
    }
    const nonce = randomBytes(16).toString("base64");
    headers.set("cache-control", "no-store");
    headers.set("content-security-policy", contentSecurityPolicy(nonce, null));
    return new Response(withNonce(file.body.toString("utf8"), nonce), { headers });
  };
}

function refuse(status: number): Response {
  const headers = { ...commonHeaders, "content-security-policy": "default-src 'none'" };
  return new Response(null, { status, headers });
}
