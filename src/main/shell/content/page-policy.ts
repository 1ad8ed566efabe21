/**
 * The content security policy of the console's page, the same in both shells. `nonce` admits the style elements
 * that xterm.js and the editor make, and its inline style attributes are why `style-src-attr` is open; scripts come from our own
 * files only. `socketOrigin` (`ws://host:port`) is for browsers to which 'self' does not mean WebSockets.
 * Source: CSP Level 3.
 */
export function contentSecurityPolicy(nonce: string, socketOrigin: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${socketOrigin === null ? "" : ` ${socketOrigin}`}`,
    "worker-src 'self'",
    "manifest-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Headers of everything that either shell serves. */
export const commonHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "permissions-policy":
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), " +
    "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), " +
    "serial=(), usb=(), xr-spatial-tracking=()",
};

/** Puts the nonce where the page finds it: `document.querySelector("meta[property=csp-nonce]").nonce`. */
export function withNonce(html: string, nonce: string): string {
  return html.replace("<head>", `<head><meta property="csp-nonce" nonce="${nonce}">`);
}
