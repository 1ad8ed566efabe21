import type { KubeObject } from "../store/object.ts";
import type { Resource } from "./catalogue.ts";

/** In which form a client wants objects: whole, their metadata only, or as rows of a table. */
export interface Shape {
  as: "object" | "metadata" | "table";
  /** `v1` or `v1beta1` of `meta.k8s.io`. */
  version: string;
  /** What a table's rows carry of their objects. */
  include: "Metadata" | "Object" | "None";
}

const forms: Readonly<Record<string, Shape["as"]>> = {
  Table: "table",
  PartialObjectMetadata: "metadata",
  PartialObjectMetadataList: "metadata",
};

/**
 * Reads `Accept` (Kubernetes API concepts, "Receiving resources as Tables"); the first entry that the lab can serve wins.
 * Null when there is none: it writes JSON only.
 */
export function shapeOf(accept: string | undefined, includeObject: string | null): Shape | null {
  const include = includeObject === "Object" || includeObject === "None" ? includeObject : "Metadata";
  for (const entry of (accept || "*/*").split(",")) {
    const [type = "", ...parameters] = entry.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(type)) continue;
    const given = new Map(
      parameters.map((parameter) => {
        const [key = "", value = ""] = parameter.split("=");
        return [key, value] as const;
      }),
    );
    const as = given.get("as");
    const version = given.get("v") ?? "v1";
    if (as === undefined) return { as: "object", version, include };
    const form = forms[as];
    if (form && given.get("g") === "meta.k8s.io" && /^v1(?:beta1)?$/.test(version)) {
      return { as: form, version, include };
    }
  }
  return null;
}

/** The rows' headings, as a table's `columnDefinitions`. */
export function columnDefinitions({ columns }: Resource): object[] {
  return columns.map(({ name, type, priority }) => ({
    name,
    type,
    format: name === "Name" ? "name" : "",
    description: name,
    priority,
  }));
}

function partial(object: KubeObject, version: string): object {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata,
  };
}

/** One row of a table. */
export function row(object: KubeObject, resource: Resource, shape: Shape, now: number): object {
  const cells = resource.columns.map((column) => column.cell(object, now));
  if (shape.include === "None") return { cells };
  return { cells, object: shape.include === "Object" ? object : partial(object, shape.version) };
}

/** An object by itself in the form that is wanted; a table's headings are left out where `isLater`. */
export function shaped(
  object: KubeObject,
  resource: Resource,
  shape: Shape,
  now: number,
  isLater = false,
): object {
  if (shape.as === "object") return object;
  if (shape.as === "metadata") return partial(object, shape.version);
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${shape.version}`,
    metadata: { resourceVersion: object.metadata.resourceVersion },
    columnDefinitions: isLater ? [] : columnDefinitions(resource),
    rows: [row(object, resource, shape, now)],
  };
}
