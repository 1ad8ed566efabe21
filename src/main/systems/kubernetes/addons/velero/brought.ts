import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import { Refusal } from "../../client/refusal.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { wordAt } from "../../kinds/seen.ts";
import { rolloutOf, type WorkloadType } from "../../kinds/workloads.ts";
import type { Item } from "../../list-watch/items.ts";
import { listObjects } from "../../list-watch/pages.ts";
import { labels } from "./names.ts";

/** What a restore has brought into a namespace: Velero marks each object that it restores with the restore's name. */
export interface Brought {
  objects: number;
  workloads: number;
  pods: number;
  volumes: number;
  /** What is not ready or not bound; empty when all is well. */
  open: string[];
  /** Resources that may not be listed. */
  uncounted: string[];
}

const lists: readonly { resource: string; root: string; type?: WorkloadType }[] = [
  { resource: "configmaps", root: "/api/v1" },
  { resource: "services", root: "/api/v1" },
  { resource: "persistentvolumeclaims", root: "/api/v1" },
  { resource: "deployments", root: "/apis/apps/v1", type: "Deployment" },
  { resource: "statefulsets", root: "/apis/apps/v1", type: "StatefulSet" },
  { resource: "daemonsets", root: "/apis/apps/v1", type: "DaemonSet" },
];
/** Milliseconds between two looks at what a restore has brought, and how long it may take to be ready. */
const look = 3000;
const patience = 900_000;

/** Counts what bears the mark of a restore. Throws what KubernetesApi throws. */
async function broughtBy(
  access: ClusterAccess,
  { restore, target }: { restore: string; target: string },
  signal: AbortSignal,
): Promise<Brought> {
  const brought: Brought = { objects: 0, workloads: 0, pods: 0, volumes: 0, open: [], uncounted: [] };
  for (const { resource, root, type } of lists) {
    const path = `${root}/namespaces/${target}/${resource}`;
    const items = await marked(access, path, `${labels.restore}=${restore}`, signal);
    if (items === null) {
      brought.uncounted.push(resource);
      continue;
    }
    brought.objects += items.length;
    for (const { metadata, object } of items) {
      if (type !== undefined) countWorkload(brought, type, `${resource}/${metadata.name}`, object);
      else if (resource === "persistentvolumeclaims") countVolume(brought, metadata.name, object);
    }
  }
  return brought;
}

async function marked(
  access: ClusterAccess,
  path: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<Item[] | null> {
  try {
    return await listObjects(access.api, { path, labelSelector }, signal);
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return null;
    throw error;
  }
}

function countWorkload(brought: Brought, type: WorkloadType, name: string, object: Item["object"]): void {
  if (object === null) return;
  const { wanted, ready, observed } = rolloutOf(type, object);
  brought.workloads += 1;
  brought.pods += ready;
  if (!observed || ready < wanted) brought.open.push(`${name} (${ready}/${wanted})`);
}

function countVolume(brought: Brought, name: string, object: Item["object"]): void {
  const phase = wordAt(object, "status", "phase") ?? "Pending";
  if (phase === "Bound") brought.volumes += 1;
  else brought.open.push(`persistentvolumeclaims/${name} (${phase})`);
}

/** What a restore has brought once all of it is ready, or after a quarter of an hour. Throws what KubernetesApi throws. */
export async function awaitBrought(
  access: ClusterAccess,
  place: { restore: string; target: string },
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<Brought> {
  const until = access.now() + patience;
  let told = "";
  for (;;) {
    const brought = await broughtBy(access, place, context.signal);
    if (isWhole(brought) || access.now() >= until) return brought;
    const words = broughtWords(brought);
    if (words.en !== told) context.progress(words, null);
    told = words.en;
    await access.wait(look * (1 + 0.5 * access.random()), context.signal);
  }
}

/** Whether something was brought, and all of it is ready. */
export function isWhole({ objects, open }: Brought): boolean {
  return objects > 0 && open.length === 0;
}

const mostNamed = 8;

export function broughtWords(brought: Brought): LocalText {
  const { objects, workloads, pods, volumes, open, uncounted } = brought;
  const waiting = open.slice(0, mostNamed).join(", ") + (open.length > mostNamed ? "…" : "");
  const english = [
    `Objects brought by the restore: ${objects} (workloads: ${workloads}, pods ready: ${pods}, volumes bound: ${volumes}).`,
    ...(open.length > 0 ? [`Not yet: ${waiting}.`] : []),
    ...(uncounted.length > 0 ? [`Not counted, for want of rights: ${uncounted.join(", ")}.`] : []),
  ];
  const french = [
    `Objets apportés par la restauration : ${objects} (charges : ${workloads}, pods prêts : ${pods}, volumes liés : ${volumes}).`,
    ...(open.length > 0 ? [`Pas encore : ${waiting}.`] : []),
    ...(uncounted.length > 0 ? [`Non comptés, faute de droits : ${uncounted.join(", ")}.`] : []),
  ];
  return text(english.join(" "), french.join(" "));
}
