import { spawn } from "node:child_process";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import type { Executed, ExecuteOptions, Reach, RemoteShell, SshTarget } from "../../../reach/reach.ts";

export type FakeAnswer = (
  target: SshTarget,
  command: string,
  options: ExecuteOptions,
) => Promise<Executed> | Executed;

/** A reach without a network: every command is answered by the given function; what a test does not need fails. */
export class FakeReach implements Reach {
  readonly commands: { host: string; command: string; input: string }[] = [];
  readonly #answer: FakeAnswer;

  constructor(answer: FakeAnswer) {
    this.#answer = answer;
  }

  async execute(target: SshTarget, command: string, options: ExecuteOptions): Promise<Executed> {
    options.signal.throwIfAborted();
    this.commands.push({ host: target.id, command, input: options.input ?? "" });
    return this.#answer(target, command, options);
  }

  async shell(): Promise<RemoteShell> {
    throw notNeeded();
  }

  async dial(): Promise<never> {
    throw notNeeded();
  }

  async forward(): Promise<never> {
    throw notNeeded();
  }

  async tryLogin(): Promise<void> {
    throw notNeeded();
  }

  provenHostKey(targetId: string): string | null {
    return targetId === "tower-a" ? "SHA256:proven" : null;
  }
}

function notNeeded(): Error {
  return new Error("not part of this test");
}

/** An error as reach throws it. */
export function reachError(code: string): OpsError {
  return new OpsError({ code, system: "reach", message: sameText(`met ${code}`), hint: sameText("look") });
}

/** An answer with this standard output and everything else empty. */
export function answered(output: string, parts: Partial<Executed> = {}): Executed {
  return { exitCode: 0, signal: null, output, error: "", truncated: false, ...parts };
}

/** The mark that a sectioned script was written with. */
export function markOf(options: ExecuteOptions): string {
  const mark = /^mark=(\S+)$/m.exec(options.input ?? "")?.[1];
  if (mark === undefined) throw new Error("the script has no mark");
  return mark;
}

/** The output of a sectioned script that ran to its end, with these sections (`name` or `name detail`). */
export function sectioned(mark: string, sections: Record<string, string | [string, number]>): string {
  const parts = Object.entries(sections).map(([name, section]) => {
    const [body, status] = typeof section === "string" ? [section, 0] : section;
    return `\n${mark} begin ${name}\n${body}\n${mark} status ${status}\n\n${mark} end\n`;
  });
  return `${parts.join("")}\n${mark} complete\n`;
}

/** Answers by a real shell on this machine, with the given search path in front: nothing else may reach the host. */
export function localShell(shell: string[], environment: Record<string, string>): FakeAnswer {
  return (_target, command, options) =>
    new Promise<Executed>((resolve, reject) => {
      if (command !== "sh -s") throw new Error("only scripts on standard input");
      const [program = "sh", ...words] = shell;
      const child = spawn(program, [...words, "-s"], { env: environment, signal: options.signal });
      options.onStarted?.();
      const texts = { output: "", error: "" };
      child.stdout.setEncoding("utf8").on("data", (words: string) => {
        texts.output += words;
        options.onOutput?.("output", words);
      });
      child.stderr.setEncoding("utf8").on("data", (words: string) => {
        texts.error += words;
        options.onOutput?.("error", words);
      });
      child.on("error", reject);
      child.on("close", (exitCode, signal) => resolve({ exitCode, signal, ...texts, truncated: false }));
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
    });
}
