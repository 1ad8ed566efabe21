import { readFileSync, statSync } from "node:fs";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { refuseForeignFile } from "../files/private-file.ts";
import { replaceFileSync } from "../files/replace-file.ts";
import { type HostKeyType, isHostKeyType } from "./algorithms.ts";
import { reachFault } from "./faults.ts";
import type { HostKey } from "./host-key.ts";
import {
  type KnownHostsEntry,
  type KnownHostsFile,
  knownHostsLine,
  knownHostsName,
  parseKnownHosts,
} from "./known-hosts-file.ts";

/** What known_hosts says of a key that a server showed. `file` and `line` name the line that decided. */
export type HostKeyVerdict =
  | { state: "known" | "unknown" }
  | { state: "changed" | "revoked"; file: string; line: number }
  | { state: "pinned-mismatch"; pinned: string };

interface LoadedFile extends KnownHostsFile {
  path: string;
  content: string;
  stamp: string;
}

const largestFile = 16 * 1024 * 1024;

/**
 * The known_hosts files in force: those that the estate names, read only, and the console's own, which accepted
 * keys are added to. A file is read again when it has changed on disk; one that is not there counts as empty, one
 * that cannot be read stops every connection (`reach.known-hosts-unreadable`): a revoked key may stand in it.
 */
export class KnownHosts {
  readonly own: string;
  #files: string[];
  readonly #loaded = new Map<string, LoadedFile>();

  constructor(parts: { own: string; files?: readonly string[] }) {
    this.own = parts.own;
    this.#files = [...(parts.files ?? [])];
  }

  /** Replaces the files of the estate (absolute paths). */
  setFiles(files: readonly string[]): void {
    this.#files = [...files];
    this.#loaded.clear();
  }

  /**
   * Judges a key. A revoked key is refused whatever else says; a pin (`SHA256:…`) then decides alone. A host that
   * is known by another key, of whatever type, has *changed*: a new type is how a stranger would avoid the alarm.
   * As OpenSSH does, a key listed for the bare address is accepted on any port, and says nothing against another.
   */
  verify(address: string, port: number, key: HostKey, pin: string | null): HostKeyVerdict {
    const files = this.#load();
    const name = knownHostsName(address, port);
    const bare = knownHostsName(address, 22);
    const found: { entry: KnownHostsEntry; file: string }[] = [];
    let known = false;
    for (const file of files) {
      for (const entry of file.entries) {
        const exact = entry.matches(name);
        if (!exact && !entry.matches(bare)) continue;
        const same = entry.key.blob.equals(key.blob);
        if (entry.marker === "revoked") {
          if (same) return { state: "revoked", file: file.path, line: entry.line };
          continue;
        }
        if (same) known = true;
        else if (exact && isHostKeyType(entry.key.type)) found.push({ entry, file: file.path });
      }
    }
    if (pin !== null) {
      return pin === key.fingerprint ? { state: "known" } : { state: "pinned-mismatch", pinned: pin };
    }
    if (known) return { state: "known" };
    const other = found.find(({ entry }) => entry.key.type === key.type) ?? found[0];
    return other ? { state: "changed", file: other.file, line: other.entry.line } : { state: "unknown" };
  }

  /** The key types that the host is known by, to be asked for first (ssh_config(5), HostKeyAlgorithms). */
  typesFor(address: string, port: number): HostKeyType[] {
    const names = [knownHostsName(address, port), knownHostsName(address, 22)];
    const types = new Set<HostKeyType>();
    for (const file of this.#load()) {
      for (const { marker, key, matches } of file.entries) {
        if (marker === "none" && isHostKeyType(key.type) && names.some(matches)) types.add(key.type);
      }
    }
    return [...types];
  }

  /** Adds a key to the console's own file, atomically and flushed, mode 0600. */
  add(address: string, port: number, key: HostKey): void {
    const content = this.#read(this.own).content;
    const joint = content === "" || content.endsWith("\n") ? "" : "\n";
    try {
      replaceFileSync(this.own, `${content}${joint}${knownHostsLine(address, port, key)}\n`);
    } catch (error) {
      if (error instanceof OpsError) throw error;
      throw reachFault(
        "known-hosts-unwritable",
        text(
          `The host key could not be written to ${this.own}.`,
          `La clé d'hôte n'a pas pu être écrite dans ${this.own}.`,
        ),
        text(
          "Check the free space and the rights of the data folder, then answer again.",
          "Vérifiez l'espace libre et les droits du dossier de données, puis répondez à nouveau.",
        ),
        error,
      );
    }
    this.#loaded.delete(this.own);
  }

  /** Lines that are passed over, for the estate page and the log. */
  skipped(): { file: string; line: number; why: "certificate-authority" | "unreadable" }[] {
    return this.#load().flatMap((file) => file.skipped.map((note) => ({ file: file.path, ...note })));
  }

  #load(): LoadedFile[] {
    return [...new Set([...this.#files, this.own])].map((path) => this.#read(path));
  }

  #read(path: string): LoadedFile {
    try {
      // The estate's files may be links; a pipe that nobody writes to would be waited for without end.
      if (path === this.own) refuseForeignFile(path);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status && !status.isFile()) throw new Error("not a regular file");
      const stamp = status ? `${status.ino} ${status.size} ${status.mtimeMs}` : "absent";
      const before = this.#loaded.get(path);
      if (before?.stamp === stamp) return before;
      if (status && status.size > largestFile) throw new Error("larger than 16 MiB");
      const content = status ? readFileSync(path, "utf8") : "";
      const file = { path, content, stamp, ...parseKnownHosts(content) };
      this.#loaded.set(path, file);
      return file;
    } catch (error) {
      if (error instanceof OpsError) throw error;
      throw reachFault(
        "known-hosts-unreadable",
        text(
          `The known_hosts file ${path} cannot be read.`,
          `Le fichier known_hosts ${path} ne peut pas être lu.`,
        ),
        text(
          "Check its rights and size, or take it out of `reach.knownHosts` in the estate file.",
          "Vérifiez ses droits et sa taille, ou retirez-le de « reach.knownHosts » dans le fichier de parc.",
        ),
        error,
      );
    }
  }
}
