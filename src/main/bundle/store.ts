import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { readPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import { digestOf } from "./contents.ts";
import * as faults from "./faults.ts";
import { largestBundle, stanzasOf } from "./seal.ts";

const noteName = "newest.json";
const largestNote = 1024 * 1024;
const bundleName = /^passerelle-\d{8}T\d{9}Z\.age$/;

/** What is known of the newest bundle beside it, without opening it; it holds no secret. */
const noteSchema = z.object({
  version: z.literal(1),
  file: z.string().regex(bundleName),
  madeAt: z.number(),
  sha256: z.string(),
  /** SHA-256 over what went in, without the time. */
  inputs: z.string(),
  recipients: z.array(z.string()),
  missing: z.array(z.string()),
});
export type BundleNote = z.infer<typeof noteSchema>;

/**
 * Writes a sealed bundle into a folder, whole or not at all (mode 0600), and then its note; of the older ones the newest
 * `keep - 1` stay. Throws OpsError `bundle.cannot-write`; nothing that was there is lost then.
 */
export async function keepBundle(
  folder: string,
  sealed: Uint8Array,
  note: Omit<BundleNote, "version" | "file" | "sha256">,
  keep: number,
): Promise<BundleNote> {
  const stamp = new Date(note.madeAt).toISOString().replace(/[-:.]/g, "");
  const whole: BundleNote = {
    ...note,
    version: 1,
    file: `passerelle-${stamp}.age`,
    sha256: digestOf(sealed),
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await replaceFile(join(folder, whole.file), sealed);
    await replaceFile(join(folder, noteName), JSON.stringify(whole));
    const names = (await readdir(folder)).filter((name) => bundleName.test(name) && name !== whole.file);
    for (const name of names
      .toSorted()
      .reverse()
      .slice(Math.max(0, keep - 1)))
      await rm(join(folder, name), { force: true });
  } catch (thrown) {
    throw thrown instanceof OpsError ? thrown : faults.cannotWrite(folder, thrown);
  }
  return whole;
}

/** The note of the newest bundle; null where there is none that can be read. */
export async function readNote(folder: string): Promise<BundleNote | null> {
  try {
    return noteSchema.parse(
      JSON.parse((await readPrivateFile(join(folder, noteName), largestNote)).toString("utf8")),
    );
  } catch {
    return null;
  }
}

/**
 * Reads the newest bundle again: that it is there, the same to the byte, and made for so many recipients. Throws
 * OpsError `bundle.cannot-read` or `bundle.damaged`.
 */
export async function checkBundle(folder: string, note: BundleNote): Promise<void> {
  const sealed = await readBundle(join(folder, note.file));
  if (digestOf(sealed) !== note.sha256 || stanzasOf(sealed) !== note.recipients.length)
    throw faults.damaged();
}

/** Reads a sealed file of at most 64 MiB. Throws OpsError `bundle.cannot-read` or `bundle.damaged`. */
export async function readBundle(file: string): Promise<Uint8Array> {
  let size: number;
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new Error("not a regular file");
    size = info.size;
  } catch (thrown) {
    throw faults.cannotRead(file, thrown);
  }
  if (size > largestBundle) throw faults.damaged();
  const handle = await open(file).catch((thrown: unknown) => {
    throw faults.cannotRead(file, thrown);
  });
  try {
    return await handle.readFile();
  } catch (thrown) {
    throw faults.cannotRead(file, thrown);
  } finally {
    await handle.close();
  }
}
