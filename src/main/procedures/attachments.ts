import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { largestAttachment, largestPiece, type RunNote } from "../../shared/people.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";

type Attachment = NonNullable<RunNote["attachment"]>;

interface Upload {
  file: FileHandle;
  path: string;
  hash: ReturnType<typeof createHash>;
  size: number;
  /** Pieces are written one after the other. */
  last: Promise<unknown>;
}

/** Files that may be on their way at once; the oldest is given up for another. */
const mostUploads = 8;

/**
 * The files that people attach to notes, in a folder of the data folder, each under the SHA-256 of what is in it: the
 * journal holds that, so that a file that was changed is known.
 */
export class Attachments {
  readonly #folder: string;
  readonly #uploads = new Map<string, Upload>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what a console that was killed had received in part. */
  async start(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true }).catch(() => {});
  }

  /**
   * Takes the next piece of a file, or the first of a new one when `upload` is null. Throws OpsError
   * `attachment.too-large`, `attachment.gone` or `attachment.cannot-write`; the file is given up then.
   */
  async receive(upload: string | null, piece: Buffer): Promise<{ upload: string; size: number }> {
    const id = upload ?? (await this.#begin());
    const one = this.#uploads.get(id);
    if (one === undefined) throw gone();
    const written = one.last.then(() => this.#append(one, piece));
    one.last = written.catch(() => {});
    try {
      return { upload: id, size: await written };
    } catch (thrown) {
      await this.#giveUp(id);
      throw thrown;
    }
  }

  /** Keeps a file that was received whole. Throws OpsError `attachment.gone` or `attachment.cannot-write`. */
  async keep(upload: string, name: string): Promise<Attachment> {
    const one = this.#uploads.get(upload);
    if (one === undefined) throw gone();
    this.#uploads.delete(upload);
    try {
      await one.last;
      await one.file.sync();
      const sha256 = one.hash.digest("hex");
      await rename(one.path, this.#path(sha256));
      return { name: plainName(name), sha256, size: one.size };
    } catch (cause) {
      await rm(one.path, { force: true }).catch(() => {});
      throw cannotWrite(cause);
    } finally {
      await one.file.close().catch(() => {});
    }
  }

  /**
   * A piece of a kept file from `offset` on. Throws OpsError `attachment.gone` where the file is not there any more, and
   * `attachment.changed` where its size is another.
   */
  async piece({ sha256, size }: Attachment, offset: number): Promise<Buffer> {
    let file: FileHandle;
    try {
      file = await openPrivateFile(this.#path(sha256), "read");
    } catch (thrown) {
      throw thrown instanceof OpsError ? thrown : gone();
    }
    try {
      if ((await file.stat()).size !== size) throw changed();
      const bytes = Buffer.alloc(Math.max(0, Math.min(largestPiece, size - offset)));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((id) => this.#giveUp(id)));
  }

  get #incoming(): string {
    return join(this.#folder, "incoming");
  }

  #path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw gone();
    return join(this.#folder, sha256);
  }

  async #begin(): Promise<string> {
    const oldest = [...this.#uploads.keys()][0];
    if (this.#uploads.size >= mostUploads && oldest !== undefined) await this.#giveUp(oldest);
    const id = randomUUID();
    const path = join(this.#incoming, id);
    try {
      makePrivateFolder(this.#folder);
      makePrivateFolder(this.#incoming);
      const file = await openPrivateFile(path, "make");
      this.#uploads.set(id, { file, path, hash: createHash("sha256"), size: 0, last: Promise.resolve() });
    } catch (cause) {
      throw cause instanceof OpsError ? cause : cannotWrite(cause);
    }
    return id;
  }

  async #append(one: Upload, piece: Buffer): Promise<number> {
    if (one.size + piece.length > largestAttachment) throw tooLarge();
    try {
      await one.file.appendFile(piece);
    } catch (cause) {
      throw cannotWrite(cause);
    }
    one.hash.update(piece);
    one.size += piece.length;
    return one.size;
  }

  async #giveUp(id: string): Promise<void> {
    const one = this.#uploads.get(id);
    this.#uploads.delete(id);
    if (one === undefined) return;
    await one.last;
    await one.file.close().catch(() => {});
    await rm(one.path, { force: true }).catch(() => {});
  }
}

/** A file's name without a path, and without characters that a terminal would obey. */
function plainName(name: string): string {
  const bare = name.replace(/^.*[\\/]/, "").replace(/[\p{Cc}\p{Cf}]/gu, "");
  return bare.slice(0, 200) || "attachment";
}

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `attachment.${code}`, system: "procedures", message, hint, cause });
}

function tooLarge(): OpsError {
  return fault(
    "too-large",
    text(
      "The file is larger than 10 MB; it was not kept.",
      "Le fichier dépasse 10 Mo ; il n'a pas été gardé.",
    ),
    text(
      "Attach a part of it, or say in the note where it is.",
      "Joignez-en une partie, ou dites dans la note où il se trouve.",
    ),
  );
}

function gone(): OpsError {
  return fault(
    "gone",
    text("The attached file is not here, or no longer.", "Le fichier joint n'est pas ici, ou n'y est plus."),
    text(
      "Attach it again; a file of an earlier run is in that console's data folder.",
      "Joignez-le à nouveau ; celui d'une exécution antérieure est dans le dossier de données de cette console.",
    ),
  );
}

function changed(): OpsError {
  return fault(
    "changed",
    text(
      "The attached file is not the one that the journal names: it was changed since.",
      "Le fichier joint n'est pas celui que nomme le journal : il a été modifié depuis.",
    ),
    text(
      "Bring it back from a copy of the data folder.",
      "Rétablissez-le d'après une copie du dossier de données.",
    ),
  );
}

function cannotWrite(cause: unknown): OpsError {
  return fault(
    "cannot-write",
    text(
      "The attached file could not be written; it was not kept.",
      "Le fichier joint n'a pas pu être écrit ; il n'a pas été gardé.",
    ),
    text(
      "Check that there is room on the disk and that you may write in the data folder, then attach it again.",
      "Vérifiez qu'il reste de la place sur le disque et que vous pouvez écrire dans le dossier de données, puis recommencez.",
    ),
    cause,
  );
}
