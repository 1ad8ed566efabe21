import type { FactValue, Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import { at, cleaned, problem, resourceIds, type Seen, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { everything, veleroIds } from "./names.ts";
import { whyOf } from "./states.ts";

const second = { h: 3600, m: 60, s: 1 } as const;

/** A duration as Go writes it (`720h0m0s`) in seconds; null for what is none. */
export function secondsOf(duration: string | null): number | null {
  const parts = duration === null ? null : /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(duration);
  if (!parts || duration === "") return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  return Number(hours) * second.h + Number(minutes) * second.m + Number(seconds) * second.s;
}

/**
 * The namespaces that a backup's specification names; `["*"]` for all but those that it leaves out. A pattern among them
 * stands for what is not known here.
 */
export function includedIn(spec: unknown): string[] {
  const listed = at({ spec }, "spec", "includedNamespaces");
  const names = Array.isArray(listed) ? listed.filter((each) => typeof each === "string") : [];
  const isEverything = names.length === 0 || names.includes(everything);
  return isEverything ? [everything] : names.slice(0, 1000);
}

/** Whether a backup's specification leaves a namespace out. */
export function leavesOut(spec: unknown, namespace: string): boolean {
  const listed = at({ spec }, "spec", "excludedNamespaces");
  return Array.isArray(listed) && listed.includes(namespace);
}

/** Characters of a schedule that are read. */
const longest = 300;

/** A Schedule. Source: velero.io/v1 Schedule. */
export function seenSchedule(system: string, { metadata, object }: Item): Seen | null {
  if (metadata.namespace === null || object === null) return null;
  const template = at(object, "spec", "template");
  // `CRON_TZ=` before the fields is Velero's way to name a time zone.
  const [, zone = "UTC", cron = ""] =
    /^(?:(?:CRON_TZ|TZ)=(\S+)\s+)?(.*)$/.exec((wordAt(object, "spec", "schedule") ?? "").slice(0, longest)) ??
    [];
  const keptFor = secondsOf(wordAt(object, "spec", "template", "ttl")) ?? 30 * 86_400;
  const facts: Record<string, FactValue> = {
    "kubernetes.type": "Schedule",
    "kubernetes.namespace": metadata.namespace,
    "backup.schedule": cron,
    "backup.zone": zone,
    "backup.paused": at(object, "spec", "paused") === true,
    "backup.keepFor": keptFor,
    "backup.location": wordAt(object, "spec", "template", "storageLocation") ?? "default",
    "backup.protects": includedIn(template).map((name) =>
      name === everything ? resourceIds.cluster(system) : resourceIds.namespace(system, name),
    ),
  };
  return {
    id: veleroIds.schedule(system, metadata.namespace, metadata.name),
    kind: "backup-policy",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts,
    problems: problemsOf(object),
  };
}

function problemsOf(object: Item["object"]): Problem[] {
  if (wordAt(object, "status", "phase") !== "FailedValidation") return [];
  const said = whyOf(object);
  return [
    problem(
      "velero-schedule-invalid",
      "critical",
      text(
        `Velero finds the schedule invalid and does not run it${said ? `: ${said}` : "."}`,
        `Velero juge la planification invalide et ne l'exécute pas${said ? ` : ${said}` : "."}`,
      ),
    ),
  ];
}

/** A BackupStorageLocation: where backups are kept. Source: velero.io/v1 BackupStorageLocation. */
export function seenLocation(system: string, { metadata, object }: Item): Seen | null {
  if (metadata.namespace === null || object === null) return null;
  const place = [
    wordAt(object, "spec", "objectStorage", "bucket") ?? metadata.name,
    wordAt(object, "spec", "objectStorage", "prefix"),
    wordAt(object, "spec", "provider"),
    wordAt(object, "spec", "config", "region"),
  ];
  const said = cleaned(wordAt(object, "status", "message") ?? "");
  return {
    id: veleroIds.location(system, metadata.namespace, metadata.name),
    kind: "service",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts: {
      "kubernetes.type": "BackupStorageLocation",
      "kubernetes.namespace": metadata.namespace,
      "velero.storage": place.filter((each) => each !== null).join(", "),
      "velero.readOnly": isReadOnly(object),
      "backup.target": true,
    },
    problems: isUnavailable(object)
      ? [
          problem(
            "velero-location-unavailable",
            "critical",
            text(
              `Velero cannot use this location: nothing is backed up to it or restored from it${said ? ` (${said})` : ""}.`,
              `Velero ne peut pas utiliser cet emplacement : rien n'y est sauvegardé ni restauré depuis lui${said ? ` (${said})` : ""}.`,
            ),
          ),
        ]
      : [],
  };
}

/** Whether Velero only reads there: what lies there is of another cluster. */
export function isReadOnly(object: Item["object"]): boolean {
  return wordAt(object, "spec", "accessMode") === "ReadOnly";
}

export function isUnavailable(object: Item["object"]): boolean {
  return wordAt(object, "status", "phase") === "Unavailable";
}
