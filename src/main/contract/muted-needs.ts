import type { RuleName } from "../../shared/estate-rules.ts";
import type { Overview } from "../../shared/overview.ts";
import type { Resource } from "../../shared/resource.ts";
import type { Finding } from "../../shared/rules.ts";

type Need = Overview["needs"][number];

/** The problems of a resource that each rule tells of too, by their codes. */
const spokenFor: Partial<Record<RuleName, RegExp>> = {
  "backup-late": /^backup-late$/,
  "quorum-at-risk": /^(no-)?quorum/,
  "host-down": /^(host-not-responding|node-offline)$/,
  "vault-sealed": /^vault\.sealed$/,
  "certificate-ending": /^(web\.)?certificate/,
  "disk-filling": /^(disk|root|storage|datastore)[.-]?\w*full/,
};

/**
 * Leaves out what a muted finding tells of too, and says how many lines that were. A resource's line goes only where every
 * problem of it is spoken for by a muted finding: what else is wrong with it, and that it cannot be read, is shown as ever.
 */
export function withoutMuted(
  needs: readonly Need[],
  findings: readonly Pick<Finding, "key" | "rule" | "resource">[],
  resource: (id: string) => Pick<Resource, "problems" | "sources"> | null,
): { needs: Need[]; muted: number } {
  if (findings.length === 0) return { needs: [...needs], muted: 0 };
  const keys = new Set(findings.map(({ key }) => key));
  const rulesOf = new Map<string, RuleName[]>();
  for (const { rule, resource: about } of findings) {
    if (about) rulesOf.set(about.id, [...(rulesOf.get(about.id) ?? []), rule]);
  }
  const isQuiet = ({ key, resource: id }: Need): boolean => {
    const same = findingOf(key);
    if (same !== null) return keys.has(same);
    if (id === null || key !== `resource:${id}`) return false;
    const rules = rulesOf.get(id);
    const found = rules && resource(id);
    return found ? isSpokenFor(found, rules) : false;
  };
  const shown = needs.filter((need) => !isQuiet(need));
  return { needs: shown, muted: needs.length - shown.length };
}

/** The key of the finding that says the same as a line which is about no resource; null: none does. */
function findingOf(key: string): string | null {
  const [kind, name = ""] = [key.split(":", 1)[0], key.slice(key.indexOf(":") + 1)];
  if (key === "estate") return "estate-drift estate:file";
  if (kind === "parity") return `estate-drift estate:${name}`;
  if (kind === "pra-readiness") return `readiness-red estate:plan ${name}`;
  return /^bundle-(error|none|late)$/.test(key) ? "bundle-old estate:bundle" : null;
}

function isSpokenFor(
  { problems, sources }: Pick<Resource, "problems" | "sources">,
  rules: readonly RuleName[],
): boolean {
  if (problems.length === 0 || Object.values(sources).some(({ error }) => error !== null)) return false;
  return problems.every(
    ({ code, health }) => health === "ok" || rules.some((rule) => spokenFor[rule]?.test(code) ?? false),
  );
}
