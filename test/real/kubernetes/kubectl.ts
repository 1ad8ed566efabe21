import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Found, findCounterpart, findProgram } from "../counterpart.ts";

const limit = 60_000;
/** Older ones want protobuf of an API before they apply, which the lab does not speak. */
const oldest = [1, 27] as const;

/** Looks for a kubectl that is young enough. */
export function findKubectl(): Found {
  const found = findCounterpart(["kubectl"], ["version", "--client"], /v(\d+\.\d+\.\d+)/);
  if ("absent" in found) return found;
  const [major = 0, minor = 0] = found.version.split(".").map(Number);
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return isOld ? { absent: `kubectl ${found.version} is older than ${oldest.join(".")}` } : found;
}

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
      const child = this.spawn(words);
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

  /** Runs kubectl until a line of its output is what is looked for, and ends it then; rejects when it ends by itself. */
  follow(words: readonly string[], isIt: (line: string) => boolean): Promise<void> {
    const child = this.spawn(words);
    child.stdin.end();
    child.stderr.resume();
    return new Promise((resolve, reject) => {
      let rest = "";
      child.stdout.on("data", (bytes: Buffer) => {
        const lines = (rest + bytes).split("\n");
        rest = lines.pop() ?? "";
        if (!lines.some(isIt)) return;
        child.kill();
        resolve();
      });
      child.once("error", reject);
      child.once("close", (status) => reject(new Error(`kubectl ended with ${status}`)));
    });
  }

  private spawn(words: readonly string[]) {
    return spawn(findProgram("kubectl") ?? "", ["--kubeconfig", this.kubeconfig, ...words], {
      env: { PATH: process.env.PATH, HOME: this.home, LC_ALL: "C" },
      timeout: limit,
    });
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
