import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "./run.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-run-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that starts another one, which ignores what it is told, and writes down its process id. */
function parentOf(file: string, after: string): string {
  const child = "process.on('SIGTERM', () => {}); process.stdout.write('ready'); setInterval(() => {}, 1000)";
  return `
    const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}]);
    child.stdout.once("data", () => {
      require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid));
      ${after}
    });`;
}

/** Whether a process runs; one that has ended and that nobody has asked after does not. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("a command that is run", () => {
  test("gives its words and its exit code", async () => {
    const script = "console.log('words'); process.exitCode = 3";
    expect(await run(process.execPath, ["-e", script], { deadline: 10_000, quiet: true })).toEqual({
      code: 3,
      timedOut: false,
      output: "words\n",
      failure: null,
    });
  });

  test("that cannot be started has exit code 127", async () => {
    const outcome = await run(join(folder, "none"), [], { deadline: 10_000, quiet: true });
    expect(outcome.code).toBe(127);
    expect(outcome.failure).toContain("ENOENT");
  });

  test.runIf(process.platform === "linux")("takes along what it left behind", async () => {
    const file = join(folder, "pid");
    await run(process.execPath, ["-e", parentOf(file, "process.exit(0)")], { deadline: 10_000, quiet: true });
    await vi.waitFor(() => expect(runs(Number(readFileSync(file, "utf8")))).toBe(false));
  });

  test.runIf(process.platform === "linux")("is ended at its deadline, with all it has started", async () => {
    const file = join(folder, "pid");
    const outcome = await run(process.execPath, ["-e", parentOf(file, "")], { deadline: 3000, quiet: true });
    expect(outcome.timedOut).toBe(true);
    expect(outcome.code).not.toBe(0);
    await vi.waitFor(() => expect(runs(Number(readFileSync(file, "utf8")))).toBe(false));
  });

  test.runIf(process.platform === "linux")("ends with the script that runs it", async () => {
    const file = join(folder, "pid");
    const runModule = new URL("./run.mjs", import.meta.url).href;
    const script = `import { run } from ${JSON.stringify(runModule)};
      await run(process.execPath, ["-e", ${JSON.stringify(parentOf(file, ""))}], { deadline: 60_000, quiet: true });`;
    const runner = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    const ended = new Promise((settle) => runner.once("exit", settle));
    await vi.waitFor(() => expect(runs(Number(readFileSync(file, "utf8")))).toBe(true), { timeout: 10_000 });
    runner.kill("SIGINT");
    expect(await ended).toBe(130);
    await vi.waitFor(() => expect(runs(Number(readFileSync(file, "utf8")))).toBe(false));
  });
});
