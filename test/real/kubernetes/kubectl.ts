import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { findProgram } from "../counterpart.ts";

const limit = 60_000;

export interface Ended {
  status: number | null;
  output: string;
  error: string;
}

/** kubectl with a kubeconfig and a home of its own, so that it neither reads nor leaves anything of the user's. */
export class Kubectl {
  private readonly kubeconfig: string;
  private readonly home = mkdtempSync(join(tmpdir(), "passerelle-kubectl-"));

  constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig;
  }

  /** Runs kubectl to its end. */
  run(words: readonly string[], input = ""): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(findProgram("kubectl") ?? "", ["--kubeconfig", this.kubeconfig, ...words], {
        env: { PATH: process.env.PATH, HOME: this.home, LC_ALL: "C" },
        timeout: limit,
      });
      const ended: Ended = { status: null, output: "", error: "" };
      child.stdout.on("data", (bytes: Buffer) => {
        ended.output += bytes;
      });
      child.stderr.on("data", (bytes: Buffer) => {
        ended.error += bytes;
      });
      child.once("error", reject);
      child.once("close", (status) => resolve({ ...ended, status }));
      child.stdin.on("error", () => {});
      child.stdin.end(input);
    });
  }

  /** Runs kubectl and demands that it succeeds; resolves to its output. */
  async say(words: readonly string[], input = ""): Promise<string> {
    const { status, output, error } = await this.run(words, input);
    expect({ words, status, error: status === 0 ? "" : error }).toEqual({ words, status: 0, error: "" });
    return output;
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
