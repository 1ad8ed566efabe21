import type { JsonObject } from "../store/object.ts";
import { groupVersion, type Resource, reviews } from "./catalogue.ts";

const authorization = "authorization.k8s.io";

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

function group(name: string, versions: readonly string[]): JsonObject {
  const [preferred = null, ...others] = versions.map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions: [...(preferred ? [preferred] : []), ...others], preferredVersion: preferred };
}

/** Each group with the versions of it that are served, the one that is preferred first. */
function groupsOf(resources: readonly Resource[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { group: name, version } of resources) {
    if (name === "") continue;
    const versions = groups.get(name) ?? [];
    if (!versions.includes(version)) groups.set(name, [...versions, version]);
  }
  return groups.set(authorization, ["v1"]);
}

/**
 * Answers the paths of discovery and of health; null when it is none of them. `version` as in `v1.31.4`, `resources`
 * what the cluster serves.
 */
export function discover(
  path: string,
  version: string,
  resources: readonly Resource[],
): JsonObject | string | null {
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
  const groups = groupsOf(resources);
  if (path === "/apis") {
    const listed = [...groups].map(([name, served]) => group(name, served));
    return { kind: "APIGroupList", apiVersion: "v1", groups: listed };
  }
  if (path === "/api/v1") return listOf("v1", resources);
  const [, name = "", wanted] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const served = groups.get(name);
  if (served === undefined || (wanted !== undefined && !served.includes(wanted))) return null;
  return wanted
    ? listOf(`${name}/${wanted}`, resources)
    : { kind: "APIGroup", apiVersion: "v1", ...group(name, served) };
}

function listOf(wanted: string, resources: readonly Resource[]): JsonObject {
  const listed = resources.filter((entry) => groupVersion(entry) === wanted).flatMap(described);
  if (wanted === `${authorization}/v1`) {
    for (const [name, kind] of reviews) {
      listed.push({ name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ["create"] });
    }
  }
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: wanted, resources: listed };
}
