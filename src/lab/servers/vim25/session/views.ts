import { childrenOf } from "../inventory/fixed-properties.ts";
import type { PropertyTable } from "../inventory/table.ts";
import { isA } from "../inventory/types.ts";
import { fixed, type VCenter } from "../inventory/vcenter.ts";
import { flag, link, links, list, type Reference, words } from "../soap/values.ts";

/** A view of what is in a container (ContainerView), or of objects that were named (ListView). */
export interface View {
  reference: Reference;
  container: Reference | null;
  types: readonly string[];
  isRecursive: boolean;
  objects: Reference[];
}

/** What is directly in an object. */
function inside(object: Reference, center: VCenter): Reference[] {
  const { virtual } = center;
  if (object.type === "Folder") return childrenOf(object.id, center);
  if (object.type === "Datacenter") {
    return [fixed.vmFolder, fixed.hostFolder, fixed.datastoreFolder, fixed.networkFolder];
  }
  const cluster = center.cluster(object);
  if (object.type === "ClusterComputeResource" && cluster) {
    return [...virtual.hostsOf(cluster.id).map(center.hostReference), center.poolReference(cluster)];
  }
  if (object.type === "ResourcePool" && cluster) {
    const running = virtual.guestsOf(cluster.id).filter(({ template }) => !template);
    return running.map(center.guestReference);
  }
  const host = center.host(object);
  if (object.type === "HostSystem" && host) return virtual.guestsOn(host.id).map(center.guestReference);
  return [];
}

/** What a view shows now. */
export function shownBy(view: View, center: VCenter): Reference[] {
  if (!view.container) return [...view.objects];
  const found = new Map<string, Reference>();
  const look = (object: Reference) => {
    for (const each of inside(object, center)) {
      const key = `${each.type}:${each.id}`;
      if (found.has(key)) continue;
      found.set(key, each);
      if (view.isRecursive) look(each);
    }
  };
  look(view.container);
  const all = [...found.values()];
  return view.types.length === 0
    ? all
    : all.filter(({ type }) => view.types.some((wanted) => isA(type, wanted)));
}

/** ContainerView and ListView. */
export const viewProperties: PropertyTable<View> = {
  container: ({ container }) => (container ? link(container) : undefined),
  type: ({ types }) => list("xsd:string", types.map(words)),
  recursive: ({ isRecursive }) => flag(isRecursive),
  view: (view, center) => links(shownBy(view, center)),
};
