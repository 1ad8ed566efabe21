import { badRequest } from "./failure.ts";

export type Capability = "create" | "read" | "update" | "patch" | "delete" | "list" | "sudo" | "deny";
const known: readonly string[] = ["create", "read", "update", "patch", "delete", "list", "sudo", "deny"];

interface Rule {
  path: string;
  capabilities: readonly Capability[];
}

/** A policy, and what it lets whoever has it do. */
export interface Policy {
  text: string;
  rules: readonly Rule[];
}

const comment = /(^|\s)(#|\/\/)[^\n]*/g;
const block = /path\s+"([^"]*)"\s*\{([^}]*)\}/g;
const list = /capabilities\s*=\s*\[([^\]]*)\]/;

/** Reads a policy in HCL, or in JSON. Throws VaultFailure for what is neither. */
export function parsePolicy(text: string): Policy {
  if (text.trim().startsWith("{")) return { text, rules: fromJson(text) };
  const bare = text.replace(comment, "$1");
  const rules = [...bare.matchAll(block)].map(([, path = "", inner = ""]) => {
    const named = list.exec(inner)?.[1] ?? "";
    return ruleOf(
      path,
      [...named.matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word),
    );
  });
  if (bare.replace(block, "").trim() !== "") throw badRequest("failed to parse policy: invalid syntax");
  return { text, rules };
}

function fromJson(text: string): Rule[] {
  let read: { path?: Record<string, { capabilities?: unknown }> };
  try {
    read = JSON.parse(text);
  } catch {
    throw badRequest("failed to parse policy: invalid JSON");
  }
  return Object.entries(read.path ?? {}).map(([path, { capabilities }]) =>
    ruleOf(path, Array.isArray(capabilities) ? capabilities.map(String) : []),
  );
}

function ruleOf(path: string, words: readonly string[]): Rule {
  const wrong = words.find((word) => !known.includes(word));
  if (wrong !== undefined)
    throw badRequest(`failed to parse policy: path "${path}": invalid capability "${wrong}"`);
  return { path, capabilities: words as Capability[] };
}

/** What policies together allow at a path: by the rule that names it most closely, of each policy's; `deny` outweighs all. */
export function capabilitiesAt(policies: readonly Policy[], path: string): Capability[] {
  const matching = policies.flatMap(({ rules }) => rules.filter((rule) => matches(rule.path, path)));
  const [best] = matching.sort((one, other) => priority(other.path, one.path));
  if (!best) return ["deny"];
  const granted = new Set(
    matching.filter((rule) => rule.path === best.path).flatMap(({ capabilities }) => capabilities),
  );
  return granted.has("deny") || granted.size === 0 ? ["deny"] : [...granted].sort();
}

function matches(pattern: string, path: string): boolean {
  const isPrefix = pattern.endsWith("*");
  const wanted = (isPrefix ? pattern.slice(0, -1) : pattern).split("/");
  const given = path.split("/");
  if (isPrefix ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, index) => {
    if (segment === "+") return true;
    const isLast = index === wanted.length - 1;
    return isPrefix && isLast ? (given[index] ?? "").startsWith(segment) : given[index] === segment;
  });
}

/** Positive when the first is named more closely: its first wildcard comes later, it is no prefix, it has fewer `+`, it is longer. */
function priority(one: string, other: string): number {
  const wildcard = (path: string) => {
    const at = path.search(/[+*]/);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  const pluses = (path: string) => path.split("/").filter((segment) => segment === "+").length;
  return (
    wildcard(one) - wildcard(other) ||
    Number(other.endsWith("*")) - Number(one.endsWith("*")) ||
    pluses(other) - pluses(one) ||
    one.length - other.length ||
    (one < other ? -1 : Number(one > other))
  );
}
