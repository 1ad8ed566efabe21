import type { JsonObject } from "../store/object.ts";
import { groupVersion, type Resource, resources, reviews } from "./catalogue.ts";

const authorization = "authorization.k8s.io";
const groups = [...new Set([...resources.map((entry) => entry.group), authorization])].filter(Boolean);

function described(resource: Resource): JsonObject[] {
  const { plural, kind, namespaced } = resource;
  return [
    {
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: [...resource.verbs],
      ...(resource.short.length > 0 ? { shortNames: [...resource.short] } : {}),
      ...(resource.categories.length > 0 ? { categories: [...resource.categories] } : {}),
      storageVersionHash: Buffer.from(`${plural}.${resource.group}`)
        .toString("base64")
        .slice(0, 11)
        .concat("="),
    },
    ...resource.subresources.map((entry) => ({
      name: `${plural}/${entry.name}`,
      singularName: "",
      namespaced,
      kind: entry.kind,
      ...(entry.body ?? {}),
      verbs: [...entry.verbs],
    })),
  ];
}

function group(name: string): JsonObject {
  const version = { groupVersion: `${name}/v1`, version: "v1" };
  return { name, versions: [version], preferredVersion: version };
}

/** Answers the paths of discovery and of health; null when it is none of them. `version` as in `v1.31.4`. */
export function discover(path: string, version: string): JsonObject | string | null {
  if (path === "/version") {
    const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
    return {
      major,
      minor,
      gitVersion: version,
      gitCommit: "",
      gitTreeState: "clean",
      platform: "linux/amd64",
    };
  }
  if (["/healthz", "/livez", "/readyz"].includes(path)) return "ok";
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(group) };
  if (path === "/api/v1") return listOf("v1");
  const [, name = "", wanted] = /^\/apis\/([^/]+)(?:\/(v1))?$/.exec(path) ?? [];
  if (!groups.includes(name)) return null;
  return wanted ? listOf(`${name}/v1`) : { kind: "APIGroup", apiVersion: "v1", ...group(name) };
}

function listOf(wanted: string): JsonObject {
  const listed = resources.filter((entry) => groupVersion(entry) === wanted).flatMap(described);
  if (wanted === `${authorization}/v1`) {
    for (const [name, kind] of reviews) {
      listed.push({ name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ["create"] });
    }
  }
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: wanted, resources: listed };
}
