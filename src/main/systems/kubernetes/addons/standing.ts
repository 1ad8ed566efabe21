import { type LocalText, text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { wordAt } from "../kinds/seen.ts";
import { rolloutOf, type WorkloadType } from "../kinds/workloads.ts";
import type { Item } from "../list-watch/items.ts";
import { listObjects } from "../list-watch/pages.ts";

/** How what a restore has brought into a namespace stands. */
export interface Counted {
  /** What is not there, not ready or not bound; empty when all is well. */
  open: string[];
  workloads: number;
  pods: number;
  volumes: number;
  /** Resources that may not be listed, whose objects are not counted. */
  uncounted: string[];
}

const workloadTypes: Readonly<Record<string, WorkloadType>> = {
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
};
/** Milliseconds between two looks at what a restore has brought, and how long it may take to be ready. */
const look = 3000;
const patience = 900_000;
/** How many of many things are named. */
const mostNamed = 8;

export function nothingCounted(): Counted {
  return { open: [], workloads: 0, pods: 0, volumes: 0, uncounted: [] };
}

/** Lists what is to be counted; null where that may not be listed. Throws what KubernetesApi throws. */
export async function listCountable(
  access: ClusterAccess,
  query: { path: string; labelSelector?: string },
  signal: AbortSignal,
): Promise<Item[] | null> {
  try {
    return await listObjects(access.api, query, signal);
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return null;
    throw error;
  }
}

/** Counts an object by what it needs to be ready: a workload its pods, a volume claim its volume, another nothing. */
export function count(
  counted: Counted,
  { group, resource, name }: { group: string; resource: string; name: string },
  object: Item["object"],
): void {
  const type = group === "apps" ? workloadTypes[resource] : undefined;
  if (type !== undefined && object !== null) {
    const { wanted, ready, observed } = rolloutOf(type, object);
    counted.workloads += 1;
    counted.pods += ready;
    if (!observed || ready < wanted) counted.open.push(`${resource}/${name} (${ready}/${wanted})`);
  } else if (group === "" && resource === "persistentvolumeclaims") {
    const phase = wordAt(object, "status", "phase") ?? "Pending";
    if (phase === "Bound") counted.volumes += 1;
    else counted.open.push(`${resource}/${name} (${phase})`);
  }
}

/** Counts until all is ready, or for a quarter of an hour; null as soon as there is nothing to count by. */
export async function awaitReady<Standing extends Counted | null>(
  access: ClusterAccess,
  { signal, progress }: Pick<ActionContext, "signal" | "progress">,
  standing: {
    read(): Promise<Standing>;
    isReady(now: NonNullable<Standing>): boolean;
    words(now: NonNullable<Standing>): LocalText;
    /** From 0 to 1; null when it is not known. */
    share(now: NonNullable<Standing>): number | null;
  },
): Promise<Standing> {
  const until = access.now() + patience;
  let told = "";
  for (;;) {
    const now = await standing.read();
    if (!now || standing.isReady(now) || access.now() >= until) return now;
    const words = standing.words(now);
    if (words.en !== told) progress(words, standing.share(now));
    told = words.en;
    await access.wait(look * (1 + 0.5 * access.random()), signal);
  }
}

/** What was counted, in words; `lead` says of how many objects. */
export function countedWords(
  { workloads, pods, volumes, open, uncounted }: Counted,
  lead: LocalText,
): LocalText {
  const [waiting, unread] = [nameSome(open), uncounted.join(", ")];
  const english = [
    `${lead.en} (workloads: ${workloads}, pods ready: ${pods}, volumes bound: ${volumes}).`,
    ...(waiting ? [`Not yet: ${waiting}.`] : []),
    ...(unread ? [`Not counted, for want of rights: ${unread}.`] : []),
  ];
  const french = [
    `${lead.fr} (charges : ${workloads}, pods prêts : ${pods}, volumes liés : ${volumes}).`,
    ...(waiting ? [`Pas encore : ${waiting}.`] : []),
    ...(unread ? [`Non comptés, faute de droits : ${unread}.`] : []),
  ];
  return text(english.join(" "), french.join(" "));
}

/** The first of many names, in words. */
export function nameSome(names: readonly string[]): string {
  return names.slice(0, mostNamed).join(", ") + (names.length > mostNamed ? "…" : "");
}
