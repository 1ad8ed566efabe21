import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OpsError, wireErrorSchema } from "../shared/errors.ts";
import { type LabStatus, labStatusSchema } from "./process/commands.ts";
import { notRunning, severalRunning } from "./process/errors.ts";
import { controlName, usualFolders } from "./process/folder.ts";

/** One that is not there refuses at once; one on a busy machine takes its time. */
const deadlineMilliseconds = 30_000;
const addressSchema = z.object({ url: z.url(), token: z.string(), pid: z.int() });
const answerSchema = z.union([
  z.object({ status: labStatusSchema }),
  z.object({ error: wireErrorSchema.nullable() }),
]);

/** Speaks to a running lab. Every command answers with the state after it; refusals are OpsErrors `lab.…`. */
export class LabControl {
  private readonly file: string;

  /** `file` is the `control` that the lab printed when it was ready. */
  constructor(file: string) {
    this.file = file;
  }

  /** For example `fault("link-slow", "web-1", "100")`. */
  fault(...words: string[]): Promise<LabStatus> {
    return this.send(["fault", ...words]);
  }

  clear(): Promise<LabStatus> {
    return this.send(["clear"]);
  }

  power(way: "on" | "off", machine: string): Promise<LabStatus> {
    return this.send(["power", way, machine]);
  }

  status(): Promise<LabStatus> {
    return this.send(["status"]);
  }

  stop(): Promise<LabStatus> {
    return this.send(["stop"]);
  }

  /** Sends the words of a command as they would be typed. */
  async send(words: string[]): Promise<LabStatus> {
    const { url, token } = await this.address();
    let answer: z.infer<typeof answerSchema>;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ words }),
        signal: AbortSignal.timeout(deadlineMilliseconds),
      });
      answer = answerSchema.parse(await response.json());
    } catch {
      throw notRunning();
    }
    if ("status" in answer) return answer.status;
    if (!answer.error) throw notRunning();
    const { code, system, message, hint } = answer.error;
    throw new OpsError({ code, system, message, hint });
  }

  private async address(): Promise<z.infer<typeof addressSchema>> {
    try {
      return addressSchema.parse(JSON.parse(await readFile(this.file, "utf8")));
    } catch {
      throw notRunning();
    }
  }
}

/**
 * Finds the lab that runs in the folder, or the only one that runs in a usual folder. Throws OpsError
 * `lab.not-running` or `lab.several-running`.
 */
export async function findLab(folder: string | null): Promise<LabControl> {
  const folders = folder === null ? usualFolders() : [folder];
  const running: { folder: string; control: LabControl }[] = [];
  for (const candidate of folders) {
    const control = new LabControl(join(candidate, controlName));
    const alive = await control.status().then(
      () => true,
      () => false,
    );
    if (alive) running.push({ folder: candidate, control });
  }
  const [only] = running;
  if (!only) throw notRunning();
  if (running.length > 1) throw severalRunning(running.map((entry) => entry.folder));
  return only.control;
}
