import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { alreadyRunning, cannotStart } from "./errors.ts";

const slots = 32;
const lockName = "lab.pid";
/** A lab that has not answered so long after it took the folder will not. */
const startMilliseconds = 15_000;
const answerMilliseconds = 2_000;
const controlSchema = z.object({ url: z.url() });
export const controlName = "control.json";

/** Where the lab keeps its folders when none is named, as each system wants it. */
function baseFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return join(environment.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "Passerelle");
  }
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "Passerelle");
  return join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "passerelle");
}

/** The folders that a lab takes when none is named: the first that no running lab holds. */
export function usualFolders(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string[] {
  const base = baseFolder(environment, platform);
  return Array.from({ length: slots }, (_, index) => join(base, index === 0 ? "lab" : `lab-${index + 1}`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Whether a lab holds the folder: its process lives and its control answers, whatever it answers. A process number
 * may have gone to another program since, so that the number alone proves nothing once the start is over.
 */
async function isHeld(folder: string): Promise<boolean> {
  const lock = join(folder, lockName);
  const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
  if (holder <= 0 || holder === process.pid || !isAlive(holder)) return false;
  try {
    const { url } = controlSchema.parse(JSON.parse(await readFile(join(folder, controlName), "utf8")));
    await fetch(url, { signal: AbortSignal.timeout(answerMilliseconds) });
    return true;
  } catch {
    const taken = await stat(lock).catch(() => null);
    return taken !== null && Date.now() - taken.mtimeMs < startMilliseconds;
  }
}

/** Takes a folder for this process alone; null when a lab that runs holds it. A dead lab's hold is taken over. */
async function tryTake(folder: string): Promise<(() => Promise<void>) | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = join(folder, lockName);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(lock, "wx", 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return async () => {
        await rm(join(folder, controlName), { force: true });
        await rm(lock, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (await isHeld(folder)) return null;
      await rm(lock, { force: true });
    }
  }
  return null;
}

/**
 * Takes the named folder, or the first free one of the usual folders; `release` gives it back. Throws OpsError
 * `lab.already-running` or `lab.cannot-start`.
 */
export async function takeFolder(
  named: string | null,
): Promise<{ folder: string; release: () => Promise<void> }> {
  const folders = named === null ? usualFolders() : [named];
  for (const folder of folders) {
    try {
      const release = await tryTake(folder);
      if (release) return { folder, release };
    } catch (error) {
      throw cannotStart(folder, error);
    }
  }
  throw alreadyRunning(folders[0] ?? "");
}
