import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
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

  /** Runs kubectl to its end; `told` gets what it has said so far whenever it says more, and may end it. */
  run(
    words: readonly string[],
    input = "",
    environment: Record<string, string> = {},
    told: (soFar: Ended, end: () => void) => void = () => {},
  ): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = this.spawn(words, environment);
      const ended: Ended = { status: null, output: "", error: "" };
      const end = () => void child.kill();
      child.stdout.on("data", (bytes: Buffer) => {
        ended.output += bytes;
        told(ended, end);
      });
      child.stderr.on("data", (bytes: Buffer) => {
        ended.error += bytes;
        told(ended, end);
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
  async follow(words: readonly string[], isIt: (line: string) => boolean): Promise<void> {
    const stop = await this.start(words, isIt);
    await stop();
  }

  /** Starts kubectl, and resolves once a line of its output is what is looked for: to what ends it. */
  start(
    words: readonly string[],
    isReady: (line: string) => boolean,
    environment: Record<string, string> = {},
  ): Promise<() => Promise<void>> {
    const child = this.spawn(words, environment);
    child.stdin.end();
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes;
    });
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const stop = () => {
      child.kill();
      return closed;
    };
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (isReady(line)) resolve(stop);
      });
      child.once("error", reject);
      closed.then(() => reject(new Error(`kubectl ended: ${said}`)));
    });
  }

  private spawn(words: readonly string[], environment: Record<string, string> = {}) {
    return spawn(findProgram("kubectl") ?? "", ["--kubeconfig", this.kubeconfig, ...words], {
      env: { PATH: process.env.PATH, HOME: this.home, LC_ALL: "C", ...environment },
      timeout: limit,
    });
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
