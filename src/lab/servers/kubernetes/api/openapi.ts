import type { JsonObject } from "../store/object.ts";
import { groupVersion, type Resource } from "./catalogue.ts";

const folder = (version: string) => (version.includes("/") ? `apis/${version}` : `api/${version}`);

function schemaName({ group, version, kind }: Resource): string {
  return `io.k8s.api.${(group || "core").split(".")[0]}.${version}.${kind}`;
}

/** The document of one group and version: which writes take `dryRun` and `fieldValidation`, and open schemas. */
function documentOf(wanted: string, version: string, resources: readonly Resource[]): JsonObject {
  const paths: JsonObject = {};
  const schemas: JsonObject = {};
  const parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
    name,
    in: "query",
    schema: { type: "string", uniqueItems: true },
  }));
  for (const resource of resources.filter((entry) => groupVersion(entry) === wanted)) {
    const { group, kind, plural, namespaced } = resource;
    const gvk = { group, kind, version: resource.version };
    const reference = { $ref: `#/components/schemas/${schemaName(resource)}` };
    const responses = { 200: { description: "OK", content: { "application/json": { schema: reference } } } };
    const operation = (action: string) => ({
      operationId: `${action}${kind}`,
      parameters,
      responses,
      "x-kubernetes-action": action,
      "x-kubernetes-group-version-kind": gvk,
    });
    const base = `/${folder(wanted)}${namespaced ? "/namespaces/{namespace}" : ""}/${plural}`;
    paths[base] = { post: operation("post") };
    paths[`${base}/{name}`] = {
      get: operation("get"),
      put: operation("put"),
      patch: operation("patch"),
      delete: operation("delete"),
    };
    const part = (name: string) => ({ description: `${name} of the object`, type: "object" });
    schemas[schemaName(resource)] = {
      description: `${kind} as the lab serves it.`,
      type: "object",
      properties: {
        apiVersion: { type: "string", description: "The version of the schema." },
        kind: { type: "string", description: "The kind of the object." },
        metadata: part("metadata"),
        spec: part("spec"),
        status: part("status"),
      },
      "x-kubernetes-group-version-kind": [gvk],
    };
  }
  return { openapi: "3.0.0", info: { title: "Kubernetes", version }, paths, components: { schemas } };
}

/**
 * Answers `/openapi/v3` and the documents that it lists: as much as kubectl asks before it writes. Schemas are open;
 * fields are checked by the server alone. Null for another path.
 */
export function openApi(path: string, version: string, resources: readonly Resource[]): JsonObject | null {
  const versions = [...new Set(resources.map(groupVersion))];
  if (path === "/openapi/v3") {
    const entry = (wanted: string) => [
      folder(wanted),
      { serverRelativeURL: `/openapi/v3/${folder(wanted)}?hash=${version}` },
    ];
    return { paths: Object.fromEntries(versions.map(entry)) };
  }
  const wanted = versions.find((entry) => path === `/openapi/v3/${folder(entry)}`);
  return wanted ? documentOf(wanted, version, resources) : null;
}
