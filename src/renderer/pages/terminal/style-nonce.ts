/**
 * The page's document for xterm.js: the style elements that it makes carry the nonce that the page's content
 * security policy admits. Without a nonce (no policy) it is the document itself.
 */
export function documentForStyles(page: Document): Document {
  const nonce = page.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce;
  if (!nonce) return page;
  const createElement = (name: string, options?: ElementCreationOptions) => {
    const element = page.createElement(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  return new Proxy(page, {
    get(target, property) {
      if (property === "createElement") return createElement;
      // The document's members work on the real one only.
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, property, value) => Reflect.set(target, property, value, target),
  });
}
