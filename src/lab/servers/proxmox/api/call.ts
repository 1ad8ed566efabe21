import type { VirtualHost } from "../../../world/virtual/model.ts";
import type { Privilege } from "../access/privileges.ts";
import type { Caller } from "../access/users.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import type { Parameters, Values } from "./parameters.ts";

/** One request that was let in and whose parameters fit. */
export interface Call {
  cluster: PveCluster;
  /** The node that does it. */
  host: VirtualHost;
  /** The node that was asked: a console waits there, whatever node it is about. */
  door: VirtualHost;
  caller: Caller;
  values: Values;
}

/** Who may call: everybody, whoever has logged in, or who has privileges on a path, of which `{…}` are filled in. */
export type Need =
  | "world"
  | "user"
  | { path: string; all: readonly Privilege[] }
  | { path: string; any: readonly Privilege[] };

/** One method on one path of the API, as Proxmox registers it. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/nodes/{node}/qemu/{vmid}/status/start`; what is in braces is a parameter too. */
  path: string;
  parameters?: Parameters;
  need: Need;
  /** True for what changes nothing that the cluster must agree on. */
  isWithoutQuorum?: boolean;
  /** The major version that has it, where only one does. */
  only?: 8 | 9;
  answer(call: Call): unknown;
}

/** A route as it is looked up: its path as an expression. */
export interface Entry {
  route: Route;
  names: string[];
  expression: RegExp;
}

/** Makes routes ready to be found. */
export function entriesOf(routes: readonly Route[]): Entry[] {
  return routes.map((route) => ({
    route,
    names: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    expression: new RegExp(`^${route.path.replace(/\{\w+\}/g, "([^/]+)")}/?$`),
  }));
}

/** Answers with the subfolders of a path. */
export function folder(path: string, ...names: string[]): Route {
  return { method: "GET", path, need: "user", answer: () => names.map((name) => ({ subdir: name, name })) };
}
