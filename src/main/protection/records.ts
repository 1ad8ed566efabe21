import type { FactValue, ResourceKind } from "../../shared/resource.ts";
import { hypervisorsWord } from "../inventory/hypervisors-word.ts";
import type { Followed } from "../inventory/reader.ts";

interface Read {
  id: string;
  name: string;
  system: string;
  /** Whether its system read it lately. */
  fresh: boolean;
  readAt: number | null;
}

/** A restore point as its system tells of it. Times are epoch milliseconds. */
export interface PointRecord extends Read {
  is: "point";
  /** What it can bring back. */
  of: string | null;
  madeAt: number | null;
  state: "good" | "partial" | "failed" | "running";
  size: number | null;
  offSite: boolean | null;
  location: string | null;
  policy: string | null;
  expires: number | null;
}

/** A policy as its system tells of it; `protects` are identifiers, one a line. */
export interface PolicyRecord extends Read {
  is: "policy";
  site: string | null;
  environment: string | null;
  protects: string;
  schedule: string | null;
  zone: string;
  paused: boolean;
  next: number | null;
  /** Milliseconds. */
  keepFor: number | null;
  /** How long or how many are kept, in its own words. */
  keep: string | null;
  lastRun: number | null;
  lastState: string | null;
  /** When its runs began that failed, one a line. */
  failedRuns: string;
}

/** Anything that may be protected. */
export interface ThingRecord extends Read {
  is: "thing";
  kind: ResourceKind;
  site: string | null;
  environment: string | null;
  /** Whether an environment with an RPO expects it to be backed up. */
  counts: boolean;
  /** Of a volume: the namespace or other thing that it is of. */
  dataOf: string | null;
  /** Whether backups are kept there: its system has a tool that makes them, though nothing was made yet. */
  isTarget: boolean;
}

export type ProtectionRecord = PointRecord | PolicyRecord | ThingRecord;

/** Lists of backups are costly and read seldom; what is older than this many milliseconds was not read when it was due. */
const oldestFact = 3_600_000;

/** Kinds that come and go too often, or of which nobody makes backups. */
const neverProtected: ReadonlySet<ResourceKind> = new Set([
  "site",
  "pod",
  "alert",
  "certificate",
  "dns-record",
  "replication",
  "operator",
  "machine-pool",
  "release",
]);

/** Whether anything of a kind counts here. */
export function countsHere(kind: ResourceKind): boolean {
  return !neverProtected.has(kind);
}

/** What counts of a resource here; null where nothing does. */
export function recordOf(entry: Followed): ProtectionRecord | null {
  const { kind, name, system, site, environment } = entry.declaration;
  if (!countsHere(kind)) return null;
  let readAt: number | null = null;
  let fresh = false;
  for (const told of entry.contributions.values()) {
    if (told.seenAt !== null) readAt = Math.max(readAt ?? told.seenAt, told.seenAt);
    fresh ||= !told.stale && told.error === null;
  }
  const read: Read = { id: entry.id, name, system, fresh, readAt };
  if (kind === "restore-point") return pointOf(entry, read);
  if (kind === "backup-policy") return policyOf(entry, read);
  return {
    ...{ ...read, is: "thing", kind, site, environment, counts: isExpected(entry) },
    dataOf: kind === "volume" ? entry.declaration.parent : null,
    isTarget: factOf(entry, "backup.target") === true,
  };
}

/** Records of one kind have their keys in one order. When they were read is no difference. */
export function isSame(one: ProtectionRecord, other: ProtectionRecord): boolean {
  const [before, now] = [Object.entries(one), Object.entries(other)];
  return (
    before.length === now.length &&
    before.every(([key, value], index) => key === "readAt" || value === now[index]?.[1])
  );
}

function pointOf(entry: Followed, read: Read): PointRecord {
  const state = wordOf(entry, "backup.state");
  const verified = wordOf(entry, "backup.verified");
  const told = state === "partial" || state === "failed" || state === "running" ? state : "good";
  const offSite = factOf(entry, "backup.offSite");
  const of = entry.fact("backup.of");
  const readAt = of?.at ?? read.readAt;
  return {
    ...read,
    // Facts that are read less often than the rest have a date of their own.
    readAt,
    fresh: read.fresh && readAt !== null && (read.readAt ?? readAt) - readAt < oldestFact,
    is: "point",
    of: typeof of?.value === "string" && of.value !== "" ? of.value : null,
    madeAt: numberOf(entry, "backup.madeAt"),
    state: verified === "failed" ? "failed" : told,
    size: numberOf(entry, "backup.size"),
    offSite: typeof offSite === "boolean" ? offSite : null,
    location: wordOf(entry, "backup.location") ?? wordOf(entry, "backup.storage"),
    policy: wordOf(entry, "backup.policy"),
    expires: numberOf(entry, "backup.expires"),
  };
}

function policyOf(entry: Followed, read: Read): PolicyRecord {
  const keepFor = numberOf(entry, "backup.keepFor");
  return {
    ...read,
    is: "policy",
    site: entry.declaration.site,
    environment: entry.declaration.environment,
    protects: linesOf(factOf(entry, "backup.protects")),
    schedule: wordOf(entry, "backup.schedule"),
    zone: wordOf(entry, "backup.zone") ?? "UTC",
    paused: factOf(entry, "backup.paused") === true,
    next: numberOf(entry, "backup.next"),
    keepFor: keepFor === null ? null : keepFor * 1000,
    keep: wordOf(entry, "backup.keep"),
    lastRun: numberOf(entry, "backup.lastRun"),
    lastState: wordOf(entry, "backup.lastState"),
    failedRuns: linesOf(factOf(entry, "backup.failedRuns")),
  };
}

/** VMs that a hypervisor tells of and that are no templates, and namespaces that are not the cluster's or a tool's own. */
function isExpected(entry: Followed): boolean {
  const { kind, name } = entry.declaration;
  if (kind === "vm") return hypervisorsWord(entry) !== null && factOf(entry, "vm.template") !== true;
  return kind === "namespace" && !/^(?:kube|openshift)(?:-|$)|^(?:default|kasten-io|velero)$/.test(name);
}

function linesOf(value: FactValue | undefined): string {
  return Array.isArray(value) ? value.join("\n") : typeof value === "string" ? value : "";
}

function factOf(entry: Followed, key: string): FactValue | undefined {
  return entry.fact(key)?.value;
}

function numberOf(entry: Followed, key: string): number | null {
  const value = factOf(entry, key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function wordOf(entry: Followed, key: string): string | null {
  const value = factOf(entry, key);
  return typeof value === "string" && value !== "" ? value : null;
}
