import { absolutePath, type FileSystem } from "../files/file-system.ts";
import { FileError, type User } from "../files/node.ts";
import { ArithmeticError } from "./arithmetic.ts";
import { Breath, orAborted } from "./breath.ts";
import { builtins } from "./builtins.ts";
import { BreakLoop, ExitShell, ReturnFromFunction } from "./control-flow.ts";
import { type Descriptors, outputOf, RedirectionError, redirect } from "./descriptors.ts";
import {
  ExpansionError,
  type ExpansionScope,
  expandPattern,
  expandString,
  expandWords,
} from "./expansion.ts";
import { parseScript } from "./parser.ts";
import { matchesPattern } from "./pattern.ts";
import { Interrupted } from "./process.ts";
import { runProgram, type Starter } from "./run-program.ts";
import { type ShellState, VariableError, valueLimit } from "./shell-state.ts";
import { BrokenPipe, Collector, Pipe, Rereadable, sourceOf } from "./streams.ts";
import type { Surroundings } from "./surroundings.ts";
import { type AndOr, type Command, type List, type Pipeline, ShellSyntaxError } from "./syntax.ts";

const depthLimit = 200;
const shellLimit = 500;

/** One running shell: interprets what `parseScript` gives, over the files and programs of a lab machine. */
export class Shell implements ExpansionScope, Starter {
  readonly surroundings: Surroundings;
  readonly state: ShellState;
  readonly terminal: { columns: number; rows: number } | null;
  readonly jobs = new Map<number, { ended: Promise<number>; stop: AbortController }>();
  signal: AbortSignal;
  descriptors: Descriptors;
  private readonly depth: number;
  private readonly breath: Breath;
  private functionDepth = 0;
  /** Above nought while a failing command must not end the shell, although `set -e` is on. */
  private tolerant = 0;

  constructor(parts: {
    surroundings: Surroundings;
    state: ShellState;
    descriptors: Descriptors;
    signal: AbortSignal;
    terminal?: { columns: number; rows: number } | null;
    depth?: number;
    breath?: Breath;
  }) {
    this.surroundings = parts.surroundings;
    this.state = parts.state;
    this.descriptors = parts.descriptors;
    this.signal = parts.signal;
    this.terminal = parts.terminal ?? null;
    this.depth = parts.depth ?? 0;
    this.breath = parts.breath ?? new Breath();
  }

  get files(): FileSystem {
    return this.surroundings.files;
  }
  get user(): User {
    return this.state.user;
  }
  get directory(): string {
    return this.state.directory;
  }
  get parameters(): string[] {
    return this.state.parameters;
  }
  get noGlobbing(): boolean {
    return this.state.options.has("f");
  }
  get noUnset(): boolean {
    return this.state.options.has("u");
  }

  path(words: string): string {
    return absolutePath(words, this.state.directory);
  }

  get(name: string): string | null {
    const { state } = this;
    if (/^\d+$/.test(name)) return (name === "0" ? state.name : state.parameters[Number(name) - 1]) ?? null;
    if (name === "?") return String(state.lastStatus);
    if (name === "#") return String(state.parameters.length);
    if (name === "$") return String(state.number);
    if (name === "!") return state.lastJob === 0 ? null : String(state.lastJob);
    if (name === "-") return [...state.options].join("");
    return state.get(name);
  }

  set(name: string, value: string): void {
    this.state.set(name, value);
  }

  /** A shell that starts with a copy of this one's memory, as subshells and pipelines do. */
  fork(changes: { descriptors?: Descriptors; signal?: AbortSignal } = {}): Shell {
    return new Shell({
      surroundings: this.surroundings,
      state: this.state.copy(),
      descriptors: changes.descriptors ?? this.descriptors,
      signal: changes.signal ?? this.signal,
      terminal: this.terminal,
      depth: this.depth + 1,
      breath: this.breath,
    });
  }

  /** Starts a shell with a memory of its own, as `sh -c` does. */
  startShell(parts: { state: ShellState; descriptors: Descriptors; signal: AbortSignal }): Shell {
    return new Shell({
      ...parts,
      surroundings: this.surroundings,
      terminal: this.terminal,
      depth: this.depth + 1,
      breath: this.breath,
    });
  }

  async capture(body: List): Promise<string> {
    const collector = new Collector(valueLimit);
    const descriptors = new Map(this.descriptors).set(1, { source: null, sink: collector });
    this.state.lastStatus = await this.fork({ descriptors }).runToEnd(body);
    return collector.text().replace(/\0/g, "").replace(/\n+$/, "");
  }

  /** Runs a script in this very shell, as `eval` does. */
  async runInPlace(source: string): Promise<number> {
    const list = parseScript(source);
    return list.length > 0 ? this.runList(list) : 0;
  }

  /** Runs one line of an interactive session; only `exit` and being told to stop reject. */
  async runLine(source: string): Promise<void> {
    try {
      await this.runInPlace(source);
    } catch (error) {
      const stopped = error instanceof Interrupted && !this.surroundings.power.aborted;
      const words = reasonInWords(error);
      if (error instanceof ExitShell || (words === null && !stopped && !(error instanceof BrokenPipe)))
        throw error;
      this.state.lastStatus = stopped ? error.status : 2;
      if (words !== null) await this.complain(words);
    }
  }

  /** Waits for something, or for being told to stop. */
  untilStopped<Value>(promise: Promise<Value>): Promise<Value> {
    return orAborted(promise, this.signal);
  }

  /** Runs a whole script and resolves to its status; never rejects but when it is told to stop. */
  async runScript(source: string): Promise<number> {
    try {
      return await this.runToEnd(parseScript(source));
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      await this.complain(error.message);
      return 2;
    }
  }

  /** Runs command after command, as they come, until there are no more or one of them is `exit`. */
  async runSession(next: () => Promise<string | null>): Promise<number> {
    return this.live(async () => {
      for (;;) {
        const source = await next();
        if (source === null) return this.state.lastStatus;
        await this.runInPlace(source);
      }
    });
  }

  /** Runs a list as the whole life of this shell: `exit` ends it, and its trap is run. */
  runToEnd(list: List): Promise<number> {
    return this.live(() => this.runList(list));
  }

  private async live(work: () => Promise<number>): Promise<number> {
    const { load } = this.surroundings;
    load.shells += 1;
    try {
      if (this.depth > depthLimit || load.shells > shellLimit) return await this.cannotFork();
      return await this.endWithTrap(await this.untilExit(work));
    } finally {
      load.shells -= 1;
    }
  }

  private async cannotFork(): Promise<number> {
    await this.complain("Cannot fork: too many processes");
    return 2;
  }

  private async endWithTrap(before: number): Promise<number> {
    let status = before;
    const trap = this.state.exitTrap;
    if (trap !== null) {
      this.state.exitTrap = null;
      this.state.lastStatus = status;
      status = await this.untilExit(async () => {
        await this.runList(parseScript(trap));
        return status;
      });
    }
    return status;
  }

  private async untilExit(work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ExitShell) return error.status;
      if (error instanceof ReturnFromFunction) return error.status;
      if (error instanceof BreakLoop) return 0;
      if (error instanceof BrokenPipe) return 141;
      if (error instanceof Interrupted && !this.signal.aborted) return error.status;
      const words = reasonInWords(error);
      if (words === null) throw error;
      await this.complain(words);
      return 2;
    }
  }

  async runList(list: List): Promise<number> {
    for (const { andOr, background } of list) {
      if (background) this.state.lastStatus = this.startJob(andOr);
      else await this.runAndOr(andOr);
    }
    return this.state.lastStatus;
  }

  private startJob(andOr: AndOr): number {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.surroundings.power]);
    const descriptors = new Map(this.descriptors).set(0, { source: sourceOf(new Uint8Array()), sink: null });
    const shell = this.fork({ signal, descriptors });
    const { processes } = this.surroundings;
    const number = processes.start(["sh"], this.user.name);
    const ended = shell
      .runToEnd([{ andOr, background: false }])
      .catch((error: unknown) => (error instanceof Interrupted ? error.status : 1))
      .finally(() => processes.end(number));
    this.jobs.set(number, { ended, stop });
    this.state.lastJob = number;
    return 0;
  }

  private async runAndOr(andOr: AndOr): Promise<number> {
    const tolerated = async (pipeline: Pipeline, last: boolean) => {
      if (!last) this.tolerant += 1;
      try {
        return await this.runPipeline(pipeline);
      } finally {
        if (!last) this.tolerant -= 1;
      }
    };
    let status = await tolerated(andOr.first, andOr.rest.length === 0);
    for (const [index, { operator, pipeline }] of andOr.rest.entries()) {
      if ((status === 0) !== (operator === "&&")) continue;
      status = await tolerated(pipeline, index === andOr.rest.length - 1);
    }
    return status;
  }

  private async runPipeline(pipeline: Pipeline): Promise<number> {
    const [only] = pipeline.commands;
    if (pipeline.negated) this.tolerant += 1;
    try {
      const status =
        pipeline.commands.length === 1 && only
          ? await this.runCommand(only, this.descriptors)
          : await this.runPiped(pipeline.commands);
      this.state.lastStatus = pipeline.negated ? Number(status === 0) : status;
    } finally {
      if (pipeline.negated) this.tolerant -= 1;
    }
    const failed = this.state.lastStatus !== 0 && !pipeline.negated;
    if (failed && this.tolerant === 0 && this.state.options.has("e")) {
      throw new ExitShell(this.state.lastStatus);
    }
    return this.state.lastStatus;
  }

  private async runPiped(commands: readonly Command[]): Promise<number> {
    let input: Pipe | null = null;
    const running = commands.map((command, index) => {
      const source = input;
      const output = index < commands.length - 1 ? new Pipe() : null;
      input = output;
      const descriptors = new Map(this.descriptors);
      if (source) descriptors.set(0, { source: new Rereadable(source), sink: null });
      if (output) descriptors.set(1, { source: null, sink: output });
      const shell = this.fork({ descriptors });
      return shell
        .live(() => shell.runCommand(command, descriptors))
        .finally(() => {
          output?.end();
          source?.close();
        });
    });
    // Every part is waited for, so that nothing goes on behind an interrupted pipeline.
    const settled = await Promise.allSettled(running);
    const refused = settled.find((result) => result.status === "rejected");
    if (refused) throw refused.reason;
    const last = settled.at(-1);
    return last?.status === "fulfilled" ? last.value : 1;
  }

  private async runCommand(command: Command, descriptors: Descriptors): Promise<number> {
    await this.breath.take(this.signal);
    if (command.kind === "simple") return this.runSimple(command, descriptors);
    if (command.kind === "function") {
      this.state.functions.set(command.name, command.body);
      return 0;
    }
    const before = this.descriptors;
    try {
      this.descriptors = await redirect(command.redirections, descriptors, this);
      return await this.runCompound(command);
    } catch (error) {
      if (!(error instanceof FileError || error instanceof RedirectionError)) throw error;
      await this.complain(reasonInWords(error) ?? "");
      return 2;
    } finally {
      this.descriptors = before;
    }
  }

  private async runCompound(command: Exclude<Command, { kind: "simple" | "function" }>): Promise<number> {
    switch (command.kind) {
      case "group":
        return this.runList(command.body);
      case "subshell":
        return this.fork().runToEnd(command.body);
      case "if":
        for (const { condition, body } of command.branches) {
          if ((await this.runCondition(condition)) === 0) return this.runBody(body);
        }
        return command.otherwise ? this.runBody(command.otherwise) : 0;
      case "for": {
        const values = command.words ? await expandWords(command.words, this) : [...this.parameters];
        let next = 0;
        return this.loop(command.body, async () => {
          const value = values[next];
          next += 1;
          if (value !== undefined) this.set(command.name, value);
          return value !== undefined;
        });
      }
      case "while":
        return this.loop(
          command.body,
          async () => ((await this.runCondition(command.condition)) === 0) !== command.until,
        );
      case "case": {
        const subject = await expandString(command.subject, this);
        for (const { patterns, body } of command.items) {
          for (const pattern of patterns) {
            if (matchesPattern(subject, await expandPattern(pattern, this))) return this.runBody(body);
          }
        }
        return 0;
      }
    }
  }

  private async runBody(body: List): Promise<number> {
    this.state.lastStatus = 0;
    return this.runList(body);
  }

  private async runCondition(condition: List): Promise<number> {
    this.tolerant += 1;
    try {
      return await this.runList(condition);
    } finally {
      this.tolerant -= 1;
    }
  }

  private async loop(body: List, goesOn: () => Promise<boolean>): Promise<number> {
    let status = 0;
    for (;;) {
      try {
        await this.breath.take(this.signal);
        if (!(await goesOn())) return status;
        status = await this.runList(body);
      } catch (error) {
        if (!(error instanceof BreakLoop)) throw error;
        if (error.levels > 1) throw new BreakLoop(error.levels - 1, error.again);
        if (!error.again) return 0;
      }
    }
  }

  private async runSimple(
    command: Extract<Command, { kind: "simple" }>,
    outer: Descriptors,
  ): Promise<number> {
    this.state.lastStatus = command.words.length === 0 ? 0 : this.state.lastStatus;
    const words = await expandWords(command.words, this);
    let descriptors: Descriptors;
    try {
      descriptors = await redirect(command.redirections, outer, this);
    } catch (error) {
      if (!(error instanceof FileError || error instanceof RedirectionError)) throw error;
      await this.complain(reasonInWords(error) ?? "");
      return 2;
    }
    const assigned = new Map<string, string>();
    for (const { name, value } of command.assignments) {
      const given = await expandString(value, this);
      if (words.length === 0) this.set(name, given);
      else assigned.set(name, given);
    }
    if (this.state.options.has("x") && words.length > 0) {
      await this.write(outputOf(descriptors, 2), `+ ${words.join(" ")}\n`);
    }
    if (words.length === 0) return this.state.lastStatus;
    return this.invoke(words, descriptors, assigned);
  }

  /** Runs a builtin, a function or a program by name, with variables that hold for it alone. */
  async invoke(
    words: readonly string[],
    descriptors: Descriptors,
    assigned: ReadonlyMap<string, string>,
    withFunctions = true,
  ): Promise<number> {
    const [name = "", ...values] = words;
    const body = withFunctions ? this.state.functions.get(name) : undefined;
    const builtin = builtins.get(name);
    if (body || builtin) {
      for (const [variable, value] of assigned) this.set(variable, value);
      if (body) return this.callFunction(body, values, descriptors);
      return builtin ? builtin({ shell: this, values, descriptors }) : 0;
    }
    const variables = new Map([...this.state.exported(), ...assigned]);
    const status = await runProgram(this, [...words], descriptors, { variables });
    // A shell prints by itself, so that a pipe which nobody reads ends the shell and not only one command of it.
    if (status === 141 && (name === "echo" || name === "printf") && !this.state.ignored.has("PIPE")) {
      throw new BrokenPipe();
    }
    return status;
  }

  private async callFunction(body: Command, values: string[], descriptors: Descriptors): Promise<number> {
    if (this.functionDepth + this.depth >= depthLimit) {
      await this.complain("maximum function recursion depth reached");
      throw new ExitShell(2);
    }
    const before = this.state.parameters;
    const openBefore = this.descriptors;
    this.state.parameters = values;
    this.state.enterFunction();
    this.functionDepth += 1;
    this.descriptors = descriptors;
    try {
      return await this.runCommand(body, descriptors);
    } catch (error) {
      if (error instanceof ReturnFromFunction) return error.status;
      throw error;
    } finally {
      this.descriptors = openBefore;
      this.functionDepth -= 1;
      this.state.leaveFunction();
      this.state.parameters = before;
    }
  }

  /** Writes a complaint of the shell itself to the standard error. */
  complain(words: string): Promise<void> {
    return this.write(outputOf(this.descriptors, 2), `${this.state.name}: ${words}\n`).catch(() => {});
  }

  private write(sink: ReturnType<typeof outputOf>, words: string): Promise<void> {
    return sink.write(new TextEncoder().encode(words));
  }
}

/** The words for a failure of a visitor's script; null when it is none. */
function reasonInWords(error: unknown): string | null {
  if (error instanceof FileError) return `cannot open ${error.path}: ${error.message}`;
  if (
    error instanceof RedirectionError ||
    error instanceof ExpansionError ||
    error instanceof ArithmeticError ||
    error instanceof VariableError ||
    error instanceof ShellSyntaxError
  ) {
    return error.message;
  }
  return null;
}
