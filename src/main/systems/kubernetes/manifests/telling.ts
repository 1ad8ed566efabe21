import { isTree } from "../list-watch/items.ts";

const tellingName =
  /(pass(word|phrase|wd)?|secret|token|credentials?|private.?key|api.?key|mot.?de.?passe)$/i;
const logInAddress = /:\/\/[^/\s:@]+:[^/\s@]+@/;
export const withheld = "[withheld]";

/**
 * Whether words would give a secret away: those under a name such as `DB_PASSWORD`, and addresses with a log-in in them.
 * Where a secret is only referred to, as in `secretName`, there is nothing to hide.
 */
export function isTelling(name: string, value: unknown): boolean {
  return typeof value === "string" && value !== "" && (tellingName.test(name) || logInAddress.test(value));
}

/** The same value with such words withheld; the value itself where there are none. */
export function withoutTelling(value: unknown, name = ""): unknown {
  if (isTelling(name, value)) return withheld;
  if (Array.isArray(value)) {
    const clean = value.map((each) => withoutTelling(each));
    return clean.some((each, index) => each !== value[index]) ? clean : value;
  }
  if (!isTree(value)) return value;
  // An environment variable: its name stands beside its value.
  const variable = typeof value.name === "string" ? value.name : "";
  const clean = Object.entries(value).map(([key, each]): [string, unknown] => [
    key,
    withoutTelling(each, key === "value" ? variable : key),
  ]);
  return clean.some(([key, each]) => each !== value[key]) ? Object.fromEntries(clean) : value;
}
