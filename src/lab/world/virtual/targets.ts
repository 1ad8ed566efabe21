/** What a fault of the virtual World can befall; `virtual` is any guest, host, storage or cluster. */
export const virtualKinds = ["guest", "host", "storage", "cluster", "vcenter", "proxmox", "virtual"] as const;
export type VirtualKind = (typeof virtualKinds)[number];

interface Named {
  id: string;
  name: string;
  platform?: string;
}

/** Things that have an identifier and a name. */
export interface VirtualTargets {
  readonly guests: ReadonlyMap<string, Named>;
  readonly hosts: ReadonlyMap<string, Named>;
  readonly storages: ReadonlyMap<string, Named>;
  readonly clusters: ReadonlyMap<string, Named>;
  readonly regions: ReadonlyMap<string, Named>;
}

/** The identifier of the thing of that kind that has that identifier or name; null when there is none. */
export function findVirtual(targets: VirtualTargets, kind: VirtualKind, word: string): string | null {
  const { guests, hosts, storages, clusters, regions } = targets;
  const places = {
    guest: [guests],
    host: [hosts],
    storage: [storages],
    cluster: [clusters],
    vcenter: [regions],
    proxmox: [clusters],
    virtual: [guests, hosts, clusters, storages],
  }[kind];
  const fits = ({ platform }: Named) =>
    kind === "vcenter" ? platform === "vsphere" : kind !== "proxmox" || platform === "proxmox";
  for (const place of places) {
    const direct = place.get(word);
    if (direct && fits(direct)) return direct.id;
    for (const each of place.values()) if (each.name === word && fits(each)) return each.id;
  }
  return null;
}
