import { listOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, notFound, permissionDenied } from "../core/failure.ts";
import { capabilitiesAt, parsePolicy } from "../core/policies.ts";
import { type Mount, newMount, Space } from "../core/space.ts";
import type { Token } from "../core/tokens.ts";
import { listBelow } from "../engines/paths.ts";
import type { Routes } from "./routes.ts";

/** What a token may do at a path of a namespace. */
export function capabilitiesOf(
  cluster: VaultCluster,
  token: Token,
  namespace: string,
  path: string,
): string[] {
  if (token.policies.includes("root")) return ["root"];
  const space = cluster.space(token.namespace);
  const policies = token.policies.flatMap((name) => space.policies.get(name) ?? []);
  // A token of a namespace sees those below it by their paths.
  const relative = namespace.slice(token.namespace.length) + path;
  return namespace.startsWith(token.namespace) ? capabilitiesAt(policies, relative) : ["deny"];
}

/** Policies, what one may do by them, and namespaces. */
export function policyRoutes(cluster: VaultCluster, furnish: (space: Space) => void): Routes {
  const policiesOf = ({ namespace }: VaultCall) => cluster.space(namespace).policies;
  const read = (call: VaultCall, name: string): VaultAnswer => {
    const found = policiesOf(call).get(name);
    if (!found) throw notFound();
    return { data: { name, policy: found.text, rules: found.text } };
  };
  const write = (call: VaultCall, name: string): VaultAnswer => {
    if (name === "root") throw badRequest('cannot update "root" policy');
    policiesOf(call).set(name.toLowerCase(), parsePolicy(textOf(call, "policy") || textOf(call, "rules")));
    return { status: 204 };
  };
  const remove = (call: VaultCall, name: string): VaultAnswer => {
    if (name === "root" || name === "default") throw badRequest(`cannot delete "${name}" policy`);
    policiesOf(call).delete(name);
    return { status: 204 };
  };
  const list = (call: VaultCall): VaultAnswer => {
    const keys = [...policiesOf(call).keys()].sort();
    return { data: { keys, policies: keys }, flat: true };
  };
  const capabilities = (call: VaultCall, token: Token): VaultAnswer => {
    const paths = listOf(call, "paths").concat(listOf(call, "path"));
    if (paths.length === 0) throw badRequest("paths must be supplied");
    const found = paths.map((path) => [path, capabilitiesOf(cluster, token, call.namespace, path)]);
    return {
      data: { ...Object.fromEntries(found), ...(paths.length === 1 && { capabilities: found[0]?.[1] }) },
      flat: true,
    };
  };
  return {
    "GET policy": list,
    "LIST policy": list,
    "GET policies/acl": list,
    "LIST policies/acl": list,
    "GET policy/*": read,
    "GET policies/acl/*": read,
    "POST policy/*": write,
    "POST policies/acl/*": write,
    "DELETE policy/*": remove,
    "DELETE policies/acl/*": remove,
    "POST capabilities-self": (call) => {
      if (!call.token) throw permissionDenied();
      return capabilities(call, call.token);
    },
    "POST capabilities": (call) => {
      const token = cluster.tokens.find(wordOf(call, "token"));
      if (!token) throw badRequest("invalid token");
      return capabilities(call, token);
    },
    "LIST namespaces": ({ namespace }) => {
      const below = [...cluster.spaces.keys()].filter((each) => each !== "");
      return { data: { keys: listBelow(below, namespace) } };
    },
    "POST namespaces/*": ({ namespace }, rest) => {
      const path = `${namespace}${rest.replace(/\/+$/, "")}/`;
      const known = cluster.spaces.get(path) ?? new Space();
      if (known.mounts.size === 0) furnish(known);
      cluster.spaces.set(path, known);
      return { data: { path, id: path.slice(0, -1), custom_metadata: {} } };
    },
    "DELETE namespaces/*": ({ namespace }, rest) => {
      cluster.spaces.delete(`${namespace}${rest.replace(/\/+$/, "")}/`);
      return { status: 204 };
    },
  };
}

/** What every namespace has from the beginning. */
export function furnishWith(
  parts: Readonly<Record<"sys" | "cubbyhole" | "token", Mount["backend"]>>,
): (space: Space) => void {
  return (space) => {
    space.mounts.set("sys/", newMount(parts.sys, { description: "system endpoints" }));
    space.mounts.set("cubbyhole/", newMount(parts.cubbyhole, { description: "per-token private storage" }));
    space.logins.set("token/", newMount(parts.token, { description: "token based credentials" }));
  };
}
