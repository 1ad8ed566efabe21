import { spawn } from "node:child_process";
import { constants } from "node:os";
import { childEnvironment, root } from "./project.mjs";

/** @typedef {{ code: number, timedOut: boolean, output: string, failure: string | null }} Outcome */

/** Process groups under way, so that an interrupted script leaves none behind. @type {Set<number>} */
const groups = new Set();

/** @param {number} pid @param {NodeJS.Signals} signal */
function killGroup(pid, signal) {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    if (groups.size === 0 && process.listenerCount(signal) > 1) return;
    for (const pid of groups) killGroup(pid, "SIGKILL");
    process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a command to its end in a process group of its own; past the deadline the whole group is ended.
 * @param {string} command
 * @param {string[]} args
 * @param {{ deadline: number, quiet?: boolean, environment?: Record<string, string>, folder?: string }} options
 *   `deadline` in milliseconds; `quiet` collects the output in place of showing it; in the checkout without `folder`
 * @returns {Promise<Outcome>} never rejects: a command that cannot be started has code 127
 */
export function run(command, args, options) {
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: options.folder ?? root,
      env: childEnvironment(options.environment),
      stdio: ["ignore", options.quiet ? "pipe" : "inherit", options.quiet ? "pipe" : "inherit"],
      detached: process.platform !== "win32",
      shell: process.platform === "win32" && command === "npm",
    });
    const pid = child.pid;
    let output = "";
    let timedOut = false;
    let ended = false;
    /** @type {NodeJS.Timeout | undefined} */
    let hard;
    if (pid !== undefined) groups.add(pid);
    const timer = setTimeout(() => {
      timedOut = true;
      if (pid === undefined) return;
      killGroup(pid, "SIGTERM");
      hard = setTimeout(() => killGroup(pid, "SIGKILL"), 5000);
    }, options.deadline);
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString("utf8")).slice(-200_000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    /** @param {number} code @param {string | null} failure */
    const end = (code, failure) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      clearTimeout(hard);
      if (pid !== undefined) {
        // Whatever the command started and left behind ends with it.
        killGroup(pid, "SIGKILL");
        groups.delete(pid);
      }
      settle({ code, timedOut, output, failure });
    };
    child.once("error", (error) => end(127, error.message));
    child.once("exit", (code, signal) => {
      // Output that is still in the pipes is read before the outcome is told.
      const done = () => end(code ?? (signal ? 128 + constants.signals[signal] : 1), null);
      if (options.quiet && child.stdout && !child.stdout.closed) child.once("close", done);
      else done();
      if (options.quiet) setTimeout(done, 1000).unref();
    });
  });
}

/**
 * Runs a program in the foreground with this terminal's input, and passes on what ends it.
 * @param {string} command
 * @param {string[]} args
 * @param {string} [folder] where it runs
 * @returns {Promise<number>} its exit code
 */
export function runInForeground(command, args, folder = root) {
  return new Promise((settle) => {
    const child = spawn(command, args, { cwd: folder, env: childEnvironment(), stdio: "inherit" });
    /** @type {NodeJS.Timeout | undefined} */
    let grace;
    const onInterrupt = () => {
      // A terminal has sent its Ctrl-C to the child as well; a second one would cut its clean end short.
      if (!process.stdin.isTTY) child.kill("SIGINT");
      grace ??= setTimeout(() => child.kill("SIGTERM"), 5000);
    };
    const onTerminate = () => void child.kill("SIGTERM");
    const onHangUp = () => void child.kill("SIGHUP");
    process.on("SIGINT", onInterrupt);
    process.on("SIGTERM", onTerminate);
    process.on("SIGHUP", onHangUp);
    /** @param {number} code */
    const end = (code) => {
      clearTimeout(grace);
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onHangUp);
      settle(code);
    };
    child.once("error", (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`);
      end(127);
    });
    child.once("exit", (code, signal) => end(code ?? (signal ? 128 + constants.signals[signal] : 1)));
  });
}
