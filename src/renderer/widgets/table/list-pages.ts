import type { ResourceKind } from "../../../shared/resource.ts";
import { placeTo } from "../../state/router.ts";
import { type ListView, queryOfView } from "./list-settings.ts";

/** The page that lists all resources of a kind; kinds without one are listed on the pages of what holds them. */
export const listPages = {
  host: "hosts",
  vm: "vms",
  cluster: "clusters",
  node: "nodes",
  workload: "workloads",
  pod: "pods",
} as const satisfies Partial<Record<ResourceKind, string>>;
export type ListedKind = keyof typeof listPages;

/** Whether all resources of a kind have a page that lists them. */
export function hasListPage(kind: ResourceKind): kind is ListedKind {
  return Object.hasOwn(listPages, kind);
}

/** The place at which a kind's list is looked at in this way. */
export function placeOfView(kind: ListedKind, view: ListView): string {
  return `${placeTo(listPages[kind])}?${queryOfView(view)}`;
}
