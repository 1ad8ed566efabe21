import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LabControl } from "../../src/lab/control.ts";

const root = join(import.meta.dirname, "..", "..");
/** The pinned Node, whatever runs the tests. */
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const readyLimit = 60_000;

/** A built program of ours, running. */
export interface Program {
  readonly process: ChildProcess;
  /** Its first line of output. */
  readonly firstLine: string;
  stop(): Promise<void>;
}

/** Starts a built program and waits for its first line. */
export async function startProgram(
  name: "lab.js" | "cli.js",
  words: string[],
  data: string,
): Promise<Program> {
  const child = spawn(node, [join(root, "out", "main", name), ...words], {
    env: { ...process.env, PASSERELLE_DATA: data, LANG: "en_GB.UTF-8", SSH_AUTH_SOCK: "", DISPLAY: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const firstLine = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} said nothing in time`)), readyLimit);
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    exited.then(() => reject(new Error(`${name} ended before it was ready`)));
  });
  return {
    process: child,
    firstLine,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(late);
    },
  };
}

/** A lab of one's own, with its control. */
export interface OwnLab {
  estate: string;
  control: LabControl;
  stop(): Promise<void>;
}

/** Which sites of the lab there are: the two-tower one, its Vault, its provider or the regions with it, or the hypervisors' besides. */
export type LabSites = "atelier" | "vault" | "provider" | "regions" | "all";

/** Starts a lab in the folder, whose clock runs `speed` times as fast as the wall's. */
export async function startOwnLab(folder: string, speed: number, sites: LabSites): Promise<OwnLab> {
  const lab = await startProgram(
    "lab.js",
    ["start", "--with-parent", "--sites", sites, "--speed", String(speed), "--folder", join(folder, "lab")],
    folder,
  );
  const ready: unknown = JSON.parse(lab.firstLine);
  if (typeof ready !== "object" || ready === null || !("estate" in ready) || !("control" in ready)) {
    throw new Error("the lab's first line is not what it promises");
  }
  return {
    estate: String(ready.estate),
    control: new LabControl(String(ready.control)),
    stop: () => lab.stop(),
  };
}

/** The one-time link in what `passerelle serve` prints. */
export function linkIn(line: string): string {
  const link = /https?:\/\/\S+/.exec(line)?.[0];
  if (!link) throw new Error("no link was printed");
  return link;
}

/** A folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "passerelle-e2e-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the command line to its end and gives its exit code and output. */
export function runCommand(words: string[], data: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [join(root, "out", "main", "cli.js"), ...words], {
      env: { ...process.env, PASSERELLE_DATA: data, LANG: "en_GB.UTF-8" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** Where the Electron runtime finds the program: the checkout itself. */
export const programFolder = root;
