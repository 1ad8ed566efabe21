import type { KubernetesApi } from "../client/api.ts";
import { answerGarbage } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import { acceptWords, type Form, type Item, ItemReader } from "./items.ts";

/** One kind of object, in one namespace or in all. */
export interface Collection {
  /** Such as `/api/v1/pods` or `/apis/apps/v1/namespaces/shop/deployments`. */
  path: string;
  form: Form;
  fieldSelector?: string | undefined;
  labelSelector?: string | undefined;
  /** Its lists need no version, since it is not watched. */
  unversioned?: boolean;
  /** An extra that nothing waits for long. */
  brief?: boolean;
}

/** How many objects are asked for at once. */
export const pageSize = 500;
const mostPages = 4000;
const pageDeadline = 60_000;
const briefDeadline = 10_000;

/**
 * Lists a collection in pages. When the continuation is too old for the server (410), everything is asked for at once,
 * as the API's concepts advise. Throws what KubernetesApi throws.
 */
export async function listAll(
  api: Pick<KubernetesApi, "ask" | "cluster">,
  collection: Collection,
  signal: AbortSignal,
): Promise<{ items: Item[]; version: string }> {
  try {
    return await listBy(api, collection, pageSize, signal);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 410) throw error;
    return listBy(api, collection, undefined, signal);
  }
}

async function listBy(
  api: Pick<KubernetesApi, "ask" | "cluster">,
  collection: Collection,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<{ items: Item[]; version: string }> {
  const items: Item[] = [];
  for await (const page of pagesOf(api, collection, { limit, most: mostPages, signal })) {
    for (const item of page.items) items.push(item);
    if (!page.more) return { items, version: page.version };
  }
  throw answerGarbage(await api.cluster(signal), "Kubernetes");
}

/** The pages of a collection, `most` at the most; `more` says whether there are others after it. */
export async function* pagesOf(
  api: Pick<KubernetesApi, "ask" | "cluster">,
  { path, form, fieldSelector, labelSelector, unversioned, brief }: Collection,
  { limit, most, signal }: { limit: number | undefined; most: number; signal: AbortSignal },
): AsyncGenerator<{ items: Item[]; version: string; more: boolean }, void> {
  const reader = new ItemReader();
  let next: string | undefined;
  for (let page = 0; page < most; page++) {
    const query = { limit, fieldSelector, labelSelector, continue: next };
    const deadline = brief ? briefDeadline : pageDeadline;
    const body = await api.ask({ path, query, accept: acceptWords[form], signal, deadline });
    const read = reader.read(body);
    const version = read?.version ?? (unversioned ? "" : null);
    if (!read?.isList || version === null) throw answerGarbage(await api.cluster(signal), "Kubernetes");
    // A server that hands out the same continuation again would be asked for ever.
    const more = read.next !== null && read.next !== next;
    yield { items: read.items, version, more };
    if (read.next === null || !more) return;
    next = read.next;
  }
}

/** The whole objects of a collection, as an action needs them. Throws what KubernetesApi throws. */
export async function listObjects(
  api: Pick<KubernetesApi, "ask" | "cluster">,
  collection: Omit<Collection, "form">,
  signal: AbortSignal,
): Promise<Item[]> {
  return (await listAll(api, { ...collection, form: "objects" }, signal)).items;
}
