import type { Guest } from "../../../world/virtual/model.ts";
import type { Privilege } from "../access/privileges.ts";
import type { Call, Need, Route } from "./call.ts";
import { parts } from "./parameters.ts";

/** The folder of a kind of guest in the API. */
export const folders = { vm: "qemu", container: "lxc" } as const;
export const kinds = ["vm", "container"] as const;

/** The guest that a call is about. Throws a Failure 500 when the node has none of that number. */
export function guestOf({ cluster, host, values }: Call, kind: Guest["kind"]): Guest {
  return cluster.guest(host.name, kind, values.text("vmid"));
}

/** What every call about a guest is given. */
export const guestParts = { node: parts.node, vmid: parts.guest };

/** A need of privileges on a guest. */
export function onGuest(...all: Privilege[]): Need {
  return { path: "/vms/{vmid}", all };
}

/** A route of one kind of guest; `answer` is given the guest. */
export function guestRoute(
  kind: Guest["kind"],
  route: Omit<Route, "path" | "answer"> & { path: string; answer(guest: Guest, call: Call): unknown },
): Route {
  const { path, answer, parameters = {}, ...rest } = route;
  return {
    ...rest,
    path: `/nodes/{node}/${folders[kind]}/{vmid}${path}`,
    parameters: { ...guestParts, ...parameters },
    answer: (call) => answer(guestOf(call, kind), call),
  };
}
