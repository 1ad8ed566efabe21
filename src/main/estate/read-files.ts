import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type LocalText, text } from "../../shared/text.ts";
import type { FaultList } from "./faults.ts";

export interface SourceFile {
  file: string;
  source: string;
}

const largestFile = 5_000_000;
const largestFolder = 20_000_000;
const mostFiles = 500;
const deepestFolder = 8;

/** What was read: whether the path is a folder, and its YAML files in the order of their names. */
export interface SourceFiles {
  folder: boolean;
  files: SourceFile[];
}

/**
 * Reads one YAML file, or every `.yaml` and `.yml` file below a folder (hidden ones and `node_modules` left out).
 * Never throws and never waits for a pipe: what cannot be read is a fault. A file is at most 5 MB of UTF-8.
 */
export async function readSourceFiles(path: string, faults: FaultList): Promise<SourceFiles> {
  const fault = faultAdder(faults);
  try {
    const info = await stat(path);
    if (!info.isDirectory()) {
      const source = await readSource(path, fault);
      return { folder: false, files: source === null ? [] : [{ file: path, source }] };
    }
  } catch (thrown) {
    fault(path, unreadable(thrown));
    return { folder: false, files: [] };
  }
  const names: string[] = [];
  await listYaml(path, 0, [], names, fault);
  const files: SourceFile[] = [];
  let total = 0;
  for (const file of names.toSorted().slice(0, mostFiles)) {
    const source = await readSource(file, fault);
    if (source === null) continue;
    total += source.length;
    if (total > largestFolder) {
      fault(
        path,
        text("The folder holds more than 20 MB of YAML.", "Le dossier contient plus de 20 Mo de YAML."),
      );
      break;
    }
    files.push({ file, source });
  }
  if (names.length > mostFiles) {
    fault(
      path,
      text(
        `The folder holds more than ${mostFiles} YAML files.`,
        `Le dossier contient plus de ${mostFiles} fichiers YAML.`,
      ),
    );
  }
  if (names.length === 0 && faults.length === 0) {
    fault(path, text("The folder holds no YAML file.", "Le dossier ne contient aucun fichier YAML."));
  }
  return { folder: true, files };
}

type AddFault = (file: string, message: LocalText, line?: number, column?: number) => void;

function faultAdder(faults: FaultList): AddFault {
  return (file, message, line = 1, column = 1) =>
    faults.add({ at: { file, line, column }, path: "", message });
}

/** Whether an entry of an estate folder is looked at: neither hidden (Git's own, editors' files) nor a package store. */
export function isEstateEntry(name: string): boolean {
  return !name.startsWith(".") && name !== "node_modules";
}

async function listYaml(
  folder: string,
  depth: number,
  above: readonly string[],
  names: string[],
  fault: AddFault,
): Promise<void> {
  try {
    const real = await realpath(folder);
    if (above.includes(real)) {
      fault(
        folder,
        text(
          "A symbolic link leads back to a folder that holds it.",
          "Un lien symbolique ramène à un dossier qui le contient.",
        ),
      );
      return;
    }
    if (depth > deepestFolder) {
      fault(
        folder,
        text(
          `Folders are nested more than ${deepestFolder} deep.`,
          `Les dossiers sont imbriqués sur plus de ${deepestFolder} niveaux.`,
        ),
      );
      return;
    }
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (names.length > mostFiles) return;
      if (!isEstateEntry(entry.name)) continue;
      const path = join(folder, entry.name);
      const yaml = /\.ya?ml$/i.test(entry.name);
      if (entry.isDirectory()) await listYaml(path, depth + 1, [...above, real], names, fault);
      else if (entry.isSymbolicLink()) {
        const target = await stat(path).catch((thrown: unknown) => {
          if (yaml) fault(path, unreadable(thrown));
          return null;
        });
        if (target?.isDirectory()) await listYaml(path, depth + 1, [...above, real], names, fault);
        else if (target && yaml) names.push(path);
      } else if (yaml) names.push(path);
    }
  } catch (thrown) {
    fault(folder, unreadable(thrown));
  }
}

async function readSource(file: string, fault: AddFault): Promise<string | null> {
  let handle: FileHandle | undefined;
  try {
    // Opening a named pipe would otherwise wait for its other end.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) {
      fault(file, text("This is not a regular file.", "Ce n'est pas un fichier ordinaire."));
      return null;
    }
    const bytes = await readAtMost(handle, largestFile + 1);
    if (bytes.length > largestFile) {
      fault(file, text("The file is larger than 5 MB.", "Le fichier dépasse 5 Mo."));
      return null;
    }
    return decode(file, bytes, fault);
  } catch (thrown) {
    fault(file, unreadable(thrown));
    return null;
  } finally {
    await handle?.close();
  }
}

async function readAtMost(handle: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const chunk = Buffer.alloc(Math.min(1 << 20, limit - length));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function decode(file: string, bytes: Buffer, fault: AddFault): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = firstInvalidByte(bytes);
    fault(
      file,
      text("The file is not valid UTF-8 here.", "Le fichier n'est pas en UTF-8 valide à cet endroit."),
      line,
      column,
    );
    return null;
  }
}

/** Where UTF-8 breaks: decoding puts U+FFFD there; what stands before it is whole. */
function firstInvalidByte(bytes: Buffer): { line: number; column: number } {
  const lines = bytes.toString("utf8").split("\n");
  const line = lines.findIndex((words) => words.includes("\u{fffd}"));
  return line < 0
    ? { line: 1, column: 1 }
    : { line: line + 1, column: (lines[line] ?? "").indexOf("\u{fffd}") + 1 };
}

function unreadable(thrown: unknown): LocalText {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "ENOENT") return text("The file does not exist.", "Le fichier n'existe pas.");
  if (code === "EACCES" || code === "EPERM") {
    return text(
      "The file may not be read by this user.",
      "Cet utilisateur n'a pas le droit de lire le fichier.",
    );
  }
  if (code === "ELOOP") {
    return text("The symbolic link leads to itself.", "Le lien symbolique mène à lui-même.");
  }
  return text("The file cannot be read.", "Le fichier est illisible.");
}
