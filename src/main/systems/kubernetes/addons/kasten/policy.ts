import type { FactValue, Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import { at, cleaned, numberAt, problem, resourceIds, type Seen, treesAt, wordAt } from "../../kinds/seen.ts";
import { type Item, isTree } from "../../list-watch/items.ts";
import { kastenIds, labels } from "./names.ts";

/** What a policy does, by the actions that it names; null for none that is known here. */
export function doesOf(object: Item["object"]): "backup" | "import" | null {
  const actions = treesAt(object, "spec", "actions").map(({ action }) => action);
  if (actions.includes("import")) return "import";
  return actions.includes("backup") ? "backup" : null;
}

/** The namespaces that a policy backs up; null where its selector names them by other labels. */
export function protectedBy(object: Item["object"]): string[] | null {
  const byLabel = at(object, "spec", "selector", "matchLabels");
  const named = isTree(byLabel) ? byLabel[labels.namespace] : undefined;
  if (typeof named === "string") return [named];
  const expressions = treesAt(object, "spec", "selector", "matchExpressions");
  const own = expressions.filter(({ key, operator }) => key === labels.namespace && operator === "In");
  if (own.length === 0 || own.length < expressions.length) return null;
  return own.flatMap(({ values }) =>
    Array.isArray(values) ? values.filter((value) => typeof value === "string") : [],
  );
}

/** Where a policy exports to; null where it keeps its restore points in the cluster. */
export function exportsTo(object: Item["object"]): string | null {
  const exporting = treesAt(object, "spec", "actions").find(({ action }) => action === "export");
  return exporting ? (wordAt(exporting, "exportParameters", "profile", "name") ?? "?") : null;
}

/**
 * The schedule of a policy in the five fields of crontab(5), UTC, from its frequency, subFrequency and backupWindow; null for
 * one that runs on demand alone, that may choose its time, or whose frequency a preset has. Source: docs.kasten.io,
 * "Policies", policy scheduling.
 */
export function cronOf(object: Item["object"]): string | null {
  if (at(object, "spec", "enableStaggering") === true) return null;
  const entries = (name: string, otherwise: string) => {
    const values = at(object, "spec", "subFrequency", name);
    const numbers = Array.isArray(values) ? values.filter((each) => Number.isInteger(each)) : [];
    return numbers.length > 0 ? [...new Set(numbers)].sort((one, other) => one - other).join(",") : otherwise;
  };
  const window = windowOf(object);
  const minutes = window ? String(window.minute) : entries("minutes", "0");
  const time = window ? `${minutes} ${window.hours[0]}` : `${minutes} ${entries("hours", "0")}`;
  switch (wordAt(object, "spec", "frequency")) {
    case "@hourly":
      return `${minutes} ${window ? window.hours.toSorted((one, other) => one - other).join(",") : "*"} * * *`;
    case "@daily":
      return `${time} * * *`;
    case "@weekly":
      return `${time} * * ${entries("weekdays", "0")}`;
    case "@monthly":
      return `${time} ${entries("days", "1")} * *`;
    case "@yearly":
      return `${time} ${entries("days", "1")} ${entries("months", "1")} *`;
    default:
      return null;
  }
}

/** When a policy with a backupWindow may begin: at its start, and each hour from then on until its end. */
function windowOf(object: Item["object"]): { minute: number; hours: number[] } | null {
  const time = (end: "start" | "end", part: string) =>
    numberAt(object, "spec", "backupWindow", end, part) ?? 0;
  const [hour, minute] = [time("start", "hour"), time("start", "minute")];
  const isTime = Number.isInteger(hour) && Number.isInteger(minute) && hour >= 0 && hour < 24;
  if (!isTime || !isTree(at(object, "spec", "backupWindow", "start"))) return null;
  const length =
    (time("end", "hour") * 60 + time("end", "minute") - hour * 60 - minute + 1440) % 1440 || 1440;
  const count = Math.max(1, Math.min(24, Math.ceil(length / 60)));
  return { minute, hours: Array.from({ length: count }, (_, index) => (hour + index) % 24) };
}

const periods = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** How many restore points a policy keeps, in its own words; null where it does not say. */
function keepOf(object: Item["object"]): string | null {
  const kept = periods.flatMap((period) => {
    const amount = at(object, "spec", "retention", period);
    return typeof amount === "number" && amount > 0 ? [`${amount} ${period}`] : [];
  });
  return kept.length > 0 ? kept.join(", ") : null;
}

/** A Policy that backs applications up, or imports what another cluster exports. Source: config.kio.kasten.io/v1alpha1. */
export function seenPolicy(system: string, { metadata, object }: Item): Seen | null {
  const does = doesOf(object);
  if (metadata.namespace === null || object === null || does === null) return null;
  const facts: Record<string, FactValue> = {
    "kubernetes.type": "Policy",
    "kubernetes.namespace": metadata.namespace,
    "kasten.does": does,
    "backup.schedule": cronOf(object) ?? wordAt(object, "spec", "frequency"),
    "backup.zone": "UTC",
    "backup.paused": at(object, "spec", "paused") === true,
    "backup.keep": keepOf(object),
    "backup.location": does === "backup" ? exportsTo(object) : importsAt(object),
    "backup.protects":
      does === "backup"
        ? (protectedBy(object) ?? []).slice(0, 1000).map((name) => resourceIds.namespace(system, name))
        : [],
  };
  return {
    id: kastenIds.policy(system, metadata.namespace, metadata.name),
    kind: "backup-policy",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts,
    problems: problemsOf(object),
  };
}

function importsAt(object: Item["object"]): string | null {
  const importing = treesAt(object, "spec", "actions").find(({ action }) => action === "import");
  return importing ? wordAt(importing, "importParameters", "profile", "name") : null;
}

function problemsOf(object: Item["object"]): Problem[] {
  if (wordAt(object, "status", "validation") !== "Failed") return [];
  const said = cleaned(errorsOf(object));
  return [
    problem(
      "kasten-policy-invalid",
      "critical",
      text(
        `Kasten finds the policy invalid and does not run it${said ? `: ${said}` : "."}`,
        `Kasten juge la politique invalide et ne l'exécute pas${said ? ` : ${said}` : "."}`,
      ),
    ),
  ];
}

/** What the validation of a policy or profile found, in Kasten's words. */
function errorsOf(object: Item["object"]): string {
  const errors = at(object, "status", "error");
  return Array.isArray(errors) ? errors.filter((each) => typeof each === "string").join("; ") : "";
}

/** A location Profile: where exported restore points are kept. Source: config.kio.kasten.io/v1alpha1 Profile. */
export function seenProfile(system: string, { metadata, object }: Item): Seen | null {
  if (metadata.namespace === null || object === null) return null;
  const location = (...path: string[]) => wordAt(object, "spec", "locationSpec", ...path);
  if (wordAt(object, "spec", "type") !== "Location") return null;
  const isInvalid = wordAt(object, "status", "validation") === "Failed";
  const said = cleaned(errorsOf(object));
  const place = location("objectStore", "name") ?? location("fileStore", "claimName") ?? metadata.name;
  const store = [
    location("objectStore", "objectStoreType") ?? location("type"),
    location("objectStore", "region"),
  ];
  return {
    id: kastenIds.profile(system, metadata.namespace, metadata.name),
    kind: "service",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts: {
      "kubernetes.type": "Profile",
      "kubernetes.namespace": metadata.namespace,
      "kasten.storage": [place, ...store.filter((each) => each !== null)].join(", "),
      "backup.target": true,
    },
    problems: isInvalid
      ? [
          problem(
            "kasten-profile-invalid",
            "critical",
            text(
              `Kasten cannot use this location: nothing is exported to it or restored from it${said ? ` (${said})` : ""}.`,
              `Kasten ne peut pas utiliser cet emplacement : rien n'y est exporté ni restauré depuis lui${said ? ` (${said})` : ""}.`,
            ),
          ),
        ]
      : [],
  };
}
