import { absolutePath } from "../files/file-system.ts";
import { FileError, type User } from "../files/node.ts";
import { pause } from "../world/clock.ts";
import { Breath, guardedSink, guardedSource } from "./breath.ts";
import { ExitShell, ForkError } from "./control-flow.ts";
import { type Descriptors, inputOf, outputOf, standardDescriptors } from "./descriptors.ts";
import { Interrupted, type Process, type Program, type Start } from "./process.ts";
import { ShellState } from "./shell-state.ts";
import { BrokenPipe } from "./streams.ts";
import type { Surroundings } from "./surroundings.ts";

/** Where a program is started from: a shell, or another program. */
export interface Starter {
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
  readonly user: User;
  readonly directory: string;
  readonly terminal: { columns: number; rows: number } | null;
  startShell(parts: { state: ShellState; descriptors: Descriptors; signal: AbortSignal }): {
    runScript(source: string): Promise<number>;
    runSession(next: () => Promise<string | null>): Promise<number>;
  };
}

type Found = { program: Program } | { script: string } | { status: 126 | 127; words: string };

const searched = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/lib/update-notifier/"];

function find(name: string, starter: Starter): Found {
  const { surroundings } = starter;
  const absent: Found = { status: 127, words: "not found" };
  if (!name.includes("/")) {
    const program = surroundings.paths.has(name) ? surroundings.programs[name] : undefined;
    return program ? { program } : absent;
  }
  const path = absolutePath(name, starter.directory);
  const status = surroundings.files.status(path, starter.user);
  if (!status) return absent;
  if (status.kind !== "file" || !surroundings.files.allows(path, starter.user, "execute")) {
    return { status: 126, words: "Permission denied" };
  }
  const base = path.slice(path.lastIndexOf("/") + 1);
  const program = searched.some((folder) => path === folder + base) ? surroundings.programs[base] : undefined;
  if (program) return { program };
  const content = surroundings.files.open(path, starter.user);
  return typeof content === "string" ? absent : { script: new TextDecoder().decode(content) };
}

/** Runs a program of the lab machine (or a script in its files) and resolves to its exit status. */
export async function runProgram(
  starter: Starter,
  words: string[],
  descriptors: Descriptors,
  start: Start,
): Promise<number> {
  const [name = "", ...values] = words;
  const found = find(name, starter);
  const error = start.error ?? outputOf(descriptors, 2);
  if ("status" in found) {
    await error.write(new TextEncoder().encode(`sh: ${name}: ${found.words}\n`));
    return found.status;
  }
  const process = makeProcess(starter, name, values, descriptors, start);
  const { processes } = starter.surroundings;
  const number = processes.start(words, process.user.name);
  try {
    if ("script" in found) return await process.script(found.script, name, values);
    return await found.program(process);
  } catch (thrown) {
    return await settle(thrown, process, starter.surroundings);
  } finally {
    processes.end(number);
  }
}

async function settle(thrown: unknown, process: Process, surroundings: Surroundings): Promise<number> {
  if (thrown instanceof ForkError) throw thrown;
  if (thrown instanceof BrokenPipe) return 141;
  if (thrown instanceof ExitShell) return thrown.status;
  if (thrown instanceof Interrupted) {
    if (process.signal.aborted) throw thrown;
    return thrown.status;
  }
  if (thrown instanceof FileError) {
    await process.complain(`${thrown.path}: ${thrown.message}`).catch(() => {});
    return 1;
  }
  if (thrown instanceof SyntaxError) {
    await process.complain("invalid regular expression").catch(() => {});
    return 2;
  }
  surroundings.onFailure(thrown);
  await process.complain("internal error").catch(() => {});
  return 70;
}

function makeProcess(
  starter: Starter,
  name: string,
  values: string[],
  descriptors: Descriptors,
  start: Start,
): Process {
  const { surroundings, terminal } = starter;
  const { files, view } = surroundings;
  const signal = start.signal ?? starter.signal;
  const user = start.user ?? starter.user;
  const breath = new Breath();
  const input = guardedSource(start.input ?? inputOf(descriptors), signal, breath);
  const output = guardedSink(start.output ?? outputOf(descriptors), signal, breath);
  const error = guardedSink(start.error ?? outputOf(descriptors, 2), signal, breath);
  const variables = start.variables ?? new Map();
  const encoder = new TextEncoder();
  const openFor = (further: Start) =>
    standardDescriptors(further.input ?? input, further.output ?? output, further.error ?? error);
  const here = (further: Start): Starter => ({
    surroundings,
    terminal,
    signal: further.signal ?? signal,
    user: further.user ?? user,
    directory: starter.directory,
    startShell: (parts) => starter.startShell(parts),
  });

  const newShell = (shellName: string, parameters: string[]) => {
    const state = new ShellState(shellName, parameters, user, starter.directory);
    for (const [variable, value] of variables) state.set(variable, value, true);
    return starter.startShell({ state, descriptors: openFor({}), signal });
  };

  return {
    arguments: values,
    name: name.slice(name.lastIndexOf("/") + 1),
    variables,
    input,
    output,
    error,
    files,
    view,
    user,
    terminal,
    signal,
    directory: starter.directory,
    path: (words) => absolutePath(words, starter.directory),
    print: (words) => output.write(encoder.encode(words)),
    complain: (words) => error.write(encoder.encode(`${name.slice(name.lastIndexOf("/") + 1)}: ${words}\n`)),
    sleep: (seconds) => pause(view.world.clock, seconds * 1000, signal),
    run: (words, further = {}) =>
      runProgram(here(further), words, openFor(further), {
        variables: further.variables ?? variables,
        signal: further.signal ?? signal,
      }),
    script: (source, scriptName, parameters) => newShell(scriptName, parameters).runScript(source),
    session: (parameters, preamble, next) => {
      let first = true;
      return newShell("sh", parameters).runSession(async () => {
        if (!first || preamble === "") return next();
        first = false;
        return preamble;
      });
    },
    processes: surroundings.processes,
    locate: (wanted) => {
      if (wanted.includes("/")) return files.allows(wanted, user, "execute") ? wanted : null;
      return surroundings.paths.get(wanted) ?? null;
    },
  };
}
