import { chmodSync, mkdirSync, readdirSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { claimPrivateFile, readPrivateFileSync } from "../files/private-file.ts";
import { removeAbandonedParts, replaceFileSync } from "../files/replace-file.ts";

const lockName = "console.lock";
const holderName = "console.holder.json";
const largestHolder = 4096;
const system = "console";
const holderSchema = z.object({ process: z.int(), workstation: z.string().max(300), since: z.number() });
type Holder = z.infer<typeof holderSchema>;

/** A data folder that this process alone has. */
export interface DataFolder {
  path: string;
  /** Gives the folder free; a process that dies does so without asking. */
  release(): void;
}

/**
 * Takes a data folder for this process: makes it (mode 0700) when it is not there, and locks it. The lock is an
 * SQLite lock held open, which the operating system drops when the process ends, however it ends. Throws OpsError
 * `files.foreign`, `console.data-folder-in-use` (naming the holder; nothing is changed), `console.data-folder-foreign` or
 * `console.data-folder-unusable`.
 */
export function openDataFolder(folder: string): DataFolder {
  let path = resolve(folder);
  try {
    makePrivate(path);
    // Where the user keeps it may be a link; what is in it may not.
    path = realpathSync(path);
    claimPrivateFile(join(path, lockName));
    const lock = takeLock(join(path, lockName));
    if (lock === null) throw inUse(path);
    removeAbandonedParts(path);
    writeHolder(path);
    return { path, release: () => lock.isOpen && lock.close() };
  } catch (thrown) {
    throw thrown instanceof OpsError ? thrown : unusable(path, thrown);
  }
}

/** A courtesy to the next one who asks, so a full disk must not keep the console from opening. */
function writeHolder(path: string): void {
  const holder: Holder = { process: process.pid, workstation: hostname(), since: Date.now() };
  try {
    replaceFileSync(join(path, holderName), JSON.stringify(holder));
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    // What is read then is incomplete or old; `describeHolder` sees that.
  }
}

/** Null when another process (or another part of this one) has it. */
function takeLock(path: string): DatabaseSync | null {
  const lock = new DatabaseSync(path);
  try {
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    // SQLITE_BUSY and SQLITE_LOCKED
    if (thrown instanceof Error && "errcode" in thrown && (thrown.errcode === 5 || thrown.errcode === 6)) {
      return null;
    }
    throw thrown;
  }
}

function makePrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = statSync(path);
  if (!found.isDirectory()) throw new Error("not a folder");
  if (process.platform === "win32") return;
  if (process.getuid !== undefined && found.uid !== process.getuid()) throw foreign(path);
  if ((found.mode & 0o077) === 0) return;
  // Only what is a data folder already, or nothing yet, is closed to others: it might be anyone's folder.
  const names = readdirSync(path);
  if (names.length > 0 && !names.includes(lockName)) throw open(path);
  chmodSync(path, 0o700);
}

function inUse(path: string): OpsError {
  const who = describeHolder(path);
  return new OpsError({
    code: "console.data-folder-in-use",
    system,
    message: text(
      `Another console uses the data folder ${path}: ${who.en}.`,
      `Une autre console utilise le dossier de données ${path} : ${who.fr}.`,
    ),
    hint: text(
      "Go on in that console or close it, or start this one with another data folder.",
      "Continuez dans cette console-là ou fermez-la, ou lancez celle-ci avec un autre dossier de données.",
    ),
  });
}

/** The holder writes its name after it has the lock, so what is read may be missing or that of one before. */
function describeHolder(path: string): LocalText {
  let parsed: Holder | undefined;
  try {
    parsed = holderSchema.safeParse(
      JSON.parse(readPrivateFileSync(join(path, holderName), largestHolder).toString("utf8")),
    ).data;
  } catch {
    parsed = undefined;
  }
  if (parsed === undefined || (parsed.workstation === hostname() && !isAlive(parsed.process))) {
    return text("it has just started", "elle vient de démarrer");
  }
  const since = new Date(parsed.since).toISOString();
  return text(
    `process ${parsed.process} on ${parsed.workstation}, since ${since}`,
    `processus ${parsed.process} sur ${parsed.workstation}, depuis ${since}`,
  );
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

function foreign(path: string): OpsError {
  return new OpsError({
    code: "console.data-folder-foreign",
    system,
    message: text(
      `The data folder ${path} belongs to someone else.`,
      `Le dossier de données ${path} appartient à quelqu'un d'autre.`,
    ),
    hint: text("Use a data folder of your own.", "Utilisez un dossier de données à vous."),
  });
}

function open(path: string): OpsError {
  return new OpsError({
    code: "console.data-folder-foreign",
    system,
    message: text(
      `The folder ${path} holds other files and is open to other users.`,
      `Le dossier ${path} contient d'autres fichiers et est ouvert à d'autres utilisateurs.`,
    ),
    hint: text(
      "Name an empty folder, or close this one to others (chmod 700) if it is meant.",
      "Indiquez un dossier vide, ou fermez celui-ci aux autres (chmod 700) si c'est bien lui.",
    ),
  });
}

function unusable(path: string, cause: unknown): OpsError {
  return new OpsError({
    code: "console.data-folder-unusable",
    system,
    message: text(
      `The data folder ${path} cannot be used.`,
      `Le dossier de données ${path} ne peut pas être utilisé.`,
    ),
    hint: text(
      "Check that it is a folder on a working disk with some space that you may write to.",
      "Vérifiez que c'est un dossier, sur un disque en état ayant de la place, où vous pouvez écrire.",
    ),
    cause,
  });
}
