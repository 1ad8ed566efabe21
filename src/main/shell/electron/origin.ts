/** Where the window lives in the desktop shell: a scheme of our own, so that no web origin is ever ours. */
export const appScheme = "app";
const appHost = "passerelle";
export const appOrigin = `${appScheme}://${appHost}`;

/** Whether a URL belongs to the window. Parsed, never compared by its beginning: `app://passerelle.example` is not ours. */
export function isOwnUrl(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost;
}

/**
 * Whether a URL is the one page that may stand in a window of its own: remote hands, `#/hands/ID` or `#/hands/ID/ID`.
 */
export function isDetachedPage(url: string): boolean {
  return isOwnUrl(url) && /^app:\/\/passerelle\/#\/hands\/[^/?#]{1,300}(\/[^/?#]{1,300})?$/.test(url);
}
