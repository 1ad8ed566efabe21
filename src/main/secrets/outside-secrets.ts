import { constants } from "node:fs";
import { open as openFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { fileFault, unknownSecret, unreadableSecret } from "./secret-errors.ts";

/** As large as a secret may be through the window as well. */
export const largestSecret = 65_536;

/** The value of `env:VARIABLE`. Throws `secrets.unknown` when it is unset or empty. */
export function readVariable(variable: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[variable];
  if (value === undefined || value === "") throw unknownSecret(`env:${variable}`);
  return value;
}

/**
 * The contents of `file:PATH` without one line end at its close. Only a regular file that nobody but its owner can
 * touch is read. Throws `secrets.unknown` (no such file) or `secrets.unreadable`.
 */
export async function readSecretFile(path: string, estateFolder: string): Promise<string> {
  const reference = `file:${path}`;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
    const file = await openFile(
      resolve(estateFolder, path),
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const found = await file.stat();
      if (!found.isFile()) {
        throw unreadableSecret(
          reference,
          text("it is not a regular file", "ce n'est pas un fichier ordinaire"),
        );
      }
      if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
        throw unreadableSecret(
          reference,
          text(
            "others than its owner have access to the file (chmod 600 mends that)",
            "d'autres que son propriétaire ont accès au fichier (chmod 600 y remédie)",
          ),
        );
      }
      const bytes = Buffer.alloc(largestSecret + 3);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const value = decode(bytes.subarray(0, bytesRead), reference).replace(/\r?\n$/, "");
      bytes.fill(0);
      if (Buffer.byteLength(value) > largestSecret) {
        throw unreadableSecret(
          reference,
          text("the file is larger than 64 KiB", "le fichier dépasse 64 Kio"),
        );
      }
      if (value === "") throw unreadableSecret(reference, text("the file is empty", "le fichier est vide"));
      return value;
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")
      throw unknownSecret(reference);
    throw unreadableSecret(reference, fileFault(thrown), thrown);
  }
}

function decode(bytes: Uint8Array, reference: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The file may have been cut in the middle of a character only when it is too large as well.
    throw unreadableSecret(
      reference,
      bytes.length > largestSecret
        ? text("the file is larger than 64 KiB", "le fichier dépasse 64 Kio")
        : text("the file is not UTF-8 text", "le fichier n'est pas du texte UTF-8"),
    );
  }
}

/** Whether something is there under `file:PATH`, without reading it. */
export async function secretFileExists(path: string, estateFolder: string): Promise<boolean> {
  try {
    return (await stat(resolve(estateFolder, path))).isFile();
  } catch {
    return false;
  }
}
