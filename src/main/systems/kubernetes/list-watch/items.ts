import { z } from "zod";

/** What of an object's metadata is read (metav1.ObjectMeta); whatever is odd in it counts as not said. */
export const metadataSchema = z.object({
  name: z.string().min(1).max(512),
  namespace: z.string().max(512).nullable().catch(null).default(null),
  uid: z.string().max(512).catch("").default(""),
  resourceVersion: z.string().max(512).catch("").default(""),
  generation: z.number().nullable().catch(null).default(null),
  creationTimestamp: z.string().nullable().catch(null).default(null),
  deletionTimestamp: z.string().nullable().catch(null).default(null),
  deletionGracePeriodSeconds: z.number().nullable().catch(null).default(null),
  labels: z.record(z.string(), z.string()).catch({}).default({}),
  annotations: z.record(z.string(), z.string()).catch({}).default({}),
  finalizers: z.array(z.string()).catch([]).default([]),
  ownerReferences: z
    .array(
      z.object({
        kind: z.string(),
        name: z.string(),
        uid: z.string().catch(""),
        controller: z.boolean().catch(false).default(false),
      }),
    )
    .catch([])
    .default([]),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** One object of a list or a watch: whole, its metadata alone, or its row as kubectl would print it. */
export interface Item {
  metadata: Metadata;
  /** The whole object where it came whole, else null. */
  object: Record<string, unknown> | null;
  /** The cells of its row by column name, else null. */
  cells: Readonly<Record<string, unknown>> | null;
}

/** How the objects are asked for: a row or the metadata is a tenth of an object. */
export type Form = "objects" | "rows" | "metadata";

/** The Accept header of each form of a list. Source: kubernetes.io, "Kubernetes API Concepts", alternate representations. */
export const acceptWords: Record<Form, string> = {
  objects: "application/json",
  rows: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  metadata: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
};

/** The same for a watch, whose events hold single objects. */
export const watchAcceptWords: Record<Form, string> = {
  ...acceptWords,
  metadata: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
};

type Tree = Record<string, unknown>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key by which an object is known in one collection. */
export function keyOf({ namespace, name }: Pick<Metadata, "namespace" | "name">): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

interface Read {
  items: Item[];
  version: string | null;
  /** Where the list goes on; null: this was all. */
  next: string | null;
  /** False for a single object. */
  isList: boolean;
}

/**
 * Reads the items of a list, a table or a single object, in whatever form the server chose to answer; what has no name
 * is left out. `columns` are remembered between the pages and events of one table.
 */
export class ItemReader {
  #columns: string[] = [];

  /** Null when it is no object of the Kubernetes API at all. */
  read(body: unknown): Read | null {
    if (!isTree(body)) return null;
    const list = isTree(body.metadata) ? body.metadata : {};
    const version = wordOf(list.resourceVersion);
    const next = wordOf(list.continue);
    if (body.kind === "Table" || Array.isArray(body.rows)) {
      return { items: this.#rows(body), version, next, isList: true };
    }
    if (Array.isArray(body.items)) {
      const items = body.items.flatMap((each) => itemOf(each, null) ?? []);
      return { items, version, next, isList: true };
    }
    const single = itemOf(body, null);
    return { items: single ? [single] : [], version, next: null, isList: false };
  }

  #rows(table: Tree): Item[] {
    if (Array.isArray(table.columnDefinitions) && table.columnDefinitions.length > 0) {
      this.#columns = table.columnDefinitions.map((each) => (isTree(each) ? String(each.name) : ""));
    }
    const rows = Array.isArray(table.rows) ? table.rows : [];
    return rows.flatMap((row) => {
      if (!isTree(row) || !Array.isArray(row.cells)) return [];
      const cells: Record<string, unknown> = Object.create(null);
      for (const [index, name] of this.#columns.entries()) cells[name] = row.cells[index];
      return itemOf(row.object, cells) ?? [];
    });
  }
}

function itemOf(raw: unknown, cells: Item["cells"]): Item | null {
  if (!isTree(raw)) return null;
  const parsed = metadataSchema.safeParse(raw.metadata);
  if (!parsed.success) return null;
  const whole = cells === null && raw.kind !== "PartialObjectMetadata";
  return { metadata: parsed.data, object: whole ? raw : null, cells };
}

function wordOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
