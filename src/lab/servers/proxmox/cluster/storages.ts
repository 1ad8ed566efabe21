import type { Guest, VirtualStorage } from "../../../world/virtual/model.ts";

/** Types of storage that keep volumes as files, each in the folder of its guest. */
const fileTypes = ["dir", "nfs", "cifs", "cephfs", "btrfs"];

export function keepsFiles(storage: VirtualStorage): boolean {
  return fileTypes.includes(storage.type);
}

/** What a storage is for, as its configuration says. */
export function contentsOf(storage: VirtualStorage): string[] {
  if (!keepsFiles(storage)) return ["images", "rootdir"];
  const files = ["backup", "iso", "vztmpl", "snippets"];
  return storage.type === "dir" ? files : [...files, "images", "rootdir"];
}

/** The identifier of a guest's volume on a storage. */
export function volumeOf(guest: Guest, at: number, storage: VirtualStorage): string {
  const kind = guest.template ? "base" : guest.kind === "vm" || !keepsFiles(storage) ? "vm" : "subvol";
  const name = `${kind}-${guest.key}-disk-${at}`;
  return keepsFiles(storage)
    ? `${storage.key}:${guest.key}/${name}.${guest.kind === "vm" ? "qcow2" : "raw"}`
    : `${storage.key}:${name}`;
}

/** A volume's format, as listings name it. */
export function formatOf(guest: Guest, storage: VirtualStorage): string {
  if (!keepsFiles(storage))
    return storage.type === "zfspool" && guest.kind === "container" ? "subvol" : "raw";
  return guest.kind === "vm" ? "qcow2" : "raw";
}
