import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const commandLine = fileURLToPath(new URL("../../../src/main/cli.ts", import.meta.url));

/** Variables that would make a program find what belongs to the person who runs the tests. */
const personal = /^(PASSERELLE_|SSH_AUTH_SOCK$|LC_|LANG|NODE_OPTIONS$|VITEST)/;

/** An environment in which a program finds no keychain, no agent and no estate but those it is given. */
export function plainEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !personal.test(name));
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus",
    ...more,
  };
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  error: string;
}

/** A program that a test runs; `ended` resolves once it is gone and both its streams are closed. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when standard output or error has the words; rejects when it ends without them. */
  says(words: string): Promise<void>;
}

/** Programs that have not ended yet. */
const underWay = new Set<Running>();

/** Ends what a test that failed left running; resolves when it is gone. */
export async function endStrays(): Promise<void> {
  for (const { child } of underWay) child.kill("SIGKILL");
  await Promise.all([...underWay].map((running) => running.ended));
}

/**
 * Runs a program of the project, from its source, on the Node that runs the tests. Its standard input is open for as
 * long as they run.
 */
export function run(program: string, words: readonly string[], environment: Record<string, string>): Running {
  const child = spawn(process.execPath, [program, ...words], {
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const heard = { output: "", error: "" };
  const waiting = new Set<() => void>();
  for (const [stream, name] of [
    [child.stdout, "output"],
    [child.stderr, "error"],
  ] as const) {
    stream.setEncoding("utf8").on("data", (words: string) => {
      heard[name] += words;
      for (const look of [...waiting]) look();
    });
  }
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...heard }) as Ended);
  const running: Running = {
    child,
    ended,
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!heard.output.includes(words) && !heard.error.includes(words)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then((end) => reject(new Error(`ended without "${words}": ${JSON.stringify(end)}`)));
      }),
  };
  underWay.add(running);
  void ended.then(() => underWay.delete(running));
  return running;
}

/** Starts the command line `passerelle`. */
export function startPasserelle(words: readonly string[], environment: Record<string, string> = {}): Running {
  return run(commandLine, words, plainEnvironment(environment));
}

/** Runs the command line `passerelle` to its end. */
export function passerelle(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  return startPasserelle(words, environment).ended;
}
