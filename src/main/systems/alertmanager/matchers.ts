import type { Resource } from "../../../shared/resource.ts";

/** One matcher, as Alertmanager's API has it (API v2, `matcher`). */
export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

const one = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\["\\n])*)"\s*(?:,|$)/y;
const placeholder = /\$\{(name|id|address)\}/g;
/** What means something in a regular expression of RE2. */
const special = /[\\.+*?()|[\]{}^$]/g;

/**
 * The matchers that a template of the estate means for a resource. What a resource is called is taken literally, in a
 * regular expression too. Null where the template is none, or where it names an address that is not known: matchers
 * that match too much are worse than none.
 */
export function matchersFor(
  template: string,
  { id, name, facts }: Pick<Resource, "id" | "name" | "facts">,
): Matcher[] | null {
  const address = facts["reach.address"]?.value;
  const values: Record<string, string | null> = {
    id,
    name,
    address: typeof address === "string" ? address : null,
  };
  const matchers = parseMatchers(template);
  let known = matchers !== null;
  const filled = matchers?.map((matcher) => ({
    ...matcher,
    value: matcher.value.replace(placeholder, (_mark, key: string) => {
      const value = values[key] ?? null;
      if (value === null) known = false;
      return matcher.isRegex ? (value ?? "").replace(special, "\\$&") : (value ?? "");
    }),
  }));
  return known && filled ? filled : null;
}

/** Matchers as Prometheus writes them, joined by commas; null for what is none. */
export function parseMatchers(words: string): Matcher[] | null {
  const matchers: Matcher[] = [];
  one.lastIndex = 0;
  while (one.lastIndex < words.length) {
    const found = one.exec(words);
    if (!found) return null;
    const [, name = "", operator = "", quoted = ""] = found;
    const value = quoted.replace(/\\(["\\n])/g, (_escape, character: string) =>
      character === "n" ? "\n" : character,
    );
    matchers.push({ name, value, isRegex: operator.endsWith("~"), isEqual: operator.startsWith("=") });
  }
  return matchers.length > 0 && !/,\s*$/.test(words) ? matchers : null;
}

/** One matcher as Prometheus writes it, for people and for the `filter` of a query. */
export function matcherWords({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = `${isEqual ? "=" : "!"}${isRegex ? "~" : isEqual ? "" : "="}`;
  const quoted = value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
  return `${name}${operator}"${quoted}"`;
}

/** Whether two silences match the same alerts, whatever the order of their matchers. */
export function sameMatchers(one: readonly Matcher[], other: readonly Matcher[]): boolean {
  const words = (matchers: readonly Matcher[]) => matchers.map(matcherWords).sort().join(",");
  return words(one) === words(other);
}
