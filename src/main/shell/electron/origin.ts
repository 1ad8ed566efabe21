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
