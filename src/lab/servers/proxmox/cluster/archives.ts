import type { Guest } from "../../../world/virtual/model.ts";

/** One backup of a guest (vzdump(1)). Times are epoch milliseconds, world time; sizes bytes. */
export interface Archive {
  /** `backup/vzdump-qemu-101-2025_01_06-03_00_00.vma.zst`. */
  name: string;
  /** The storage that keeps it, by identifier. */
  storage: string;
  madeAt: number;
  bytes: number;
  notes: string;
  isProtected: boolean;
  /** The guest as it was, and the options that somebody had set. */
  guest: Guest;
  options: ReadonlyMap<string, string>;
  /** The name that it gave itself. */
  innerName: string;
}

const suffixes: Record<string, string> = { zstd: ".zst", "1": ".lzo", lzo: ".lzo", gzip: ".gz", "0": "" };

/** The name of an archive that is begun at that moment. */
export function archiveName(guest: Guest, at: number, compression: string): string {
  const [day = "", time = ""] = new Date(at).toISOString().slice(0, 19).split("T");
  const kind = guest.kind === "vm" ? "qemu" : "lxc";
  const end = guest.kind === "vm" ? ".vma" : ".tar";
  const moment = `${day.replaceAll("-", "_")}-${time.replaceAll(":", "_")}`;
  return `backup/vzdump-${kind}-${guest.key}-${moment}${end}${suffixes[compression] ?? ""}`;
}

/** The archives that a cluster's storages keep. */
export class Archives {
  private held: Archive[] = [];

  on(storage: string): Archive[] {
    return this.held.filter((archive) => archive.storage === storage);
  }

  find(storage: string, name: string): Archive | null {
    return this.held.find((archive) => archive.storage === storage && archive.name === name) ?? null;
  }

  add(archive: Archive): void {
    this.held.push(archive);
  }

  remove(archive: Archive): void {
    this.held = this.held.filter((other) => other !== archive);
  }
}
