/**
 * Runs `make` so that the style elements which it creates carry the nonce that the page's content security policy
 * admits; xterm.js has no option of its own that reaches all of them. Without a nonce (no policy) it just runs.
 */
export function withStyleNonce(page: Document, make: () => void): void {
  const nonce = page.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce;
  if (!nonce) {
    make();
    return;
  }
  const createElement = page.createElement.bind(page);
  Object.defineProperty(page, "createElement", {
    configurable: true,
    value: (name: string, options?: ElementCreationOptions) => {
      const element = createElement(name, options);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
  try {
    make();
  } finally {
    // The prototype's own shows through again.
    Reflect.deleteProperty(page, "createElement");
  }
}
