import { shownWords } from "../../../shared/shown.ts";

/** Markup that is already escaped. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Value = string | number | Markup | readonly Markup[];

/** Builds markup from a template; everything put into it is escaped unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  const html = parts.reduce((whole, part, index) => {
    const value = index === 0 ? "" : htmlOf(values[index - 1] ?? "");
    return `${whole}${value}${part}`;
  }, "");
  return new Markup(html);
}

function htmlOf(value: Value): string {
  if (value instanceof Markup) return value.html;
  if (typeof value === "object") return value.map(({ html }) => html).join("");
  return escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes what HTML would read, and replaces control characters, which it does not allow (HTML, 13.1.4), and those that turn
 * the direction of what stands beside them.
 */
function escaped(words: string): string {
  return shownWords(words).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
