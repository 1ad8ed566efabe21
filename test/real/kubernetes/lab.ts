import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LabControl } from "../../../src/lab/control.ts";

/** A lab of its own, as a process, with world time twenty times as fast as the wall's. */
export class LabProcess {
  readonly control: LabControl;
  readonly kubeconfig: string;
  private readonly folder: string;
  private readonly child: ChildProcess;

  private constructor(folder: string, child: ChildProcess, control: string) {
    this.folder = folder;
    this.child = child;
    this.control = new LabControl(control);
    this.kubeconfig = join(folder, "kubeconfig");
  }

  static async start(...options: string[]): Promise<LabProcess> {
    const folder = mkdtempSync(join(tmpdir(), "passerelle-lab-"));
    const entry = new URL("../../../src/lab/index.ts", import.meta.url).pathname;
    const words = [entry, "start", "--folder", folder, "--speed", "20", "--with-parent", ...options];
    const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
    if (!child.stdout) throw new Error("no output");
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return new LabProcess(folder, child, JSON.parse(String(line)).control);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.stdin?.end();
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
