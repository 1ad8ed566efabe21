import { absolutePath, type FileSystem } from "../files/file-system.ts";
import { FileError, type User } from "../files/node.ts";
import { Breath, orAborted } from "./breath.ts";
import { builtins } from "./builtins.ts";
import { reasonInWords } from "./complaints.ts";
import { runCompound } from "./compound.ts";
import { BreakLoop, ExitShell, ForkError, ReturnFromFunction } from "./control-flow.ts";
import { type Descriptors, outputOf, RedirectionError, redirect } from "./descriptors.ts";
import { type ExpansionScope, expandString, expandWords } from "./expansion.ts";
import { parseScript } from "./parser.ts";
import { Interrupted } from "./process.ts";
import { runProgram, type Starter } from "./run-program.ts";
import { type ShellState, valueLimit } from "./shell-state.ts";
import { runPiped, startJob } from "./side-by-side.ts";
import { BrokenPipe, Collector } from "./streams.ts";
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
  /** Shared by all shells of a session: once one cannot fork, none goes on, or a bomb would never burn out. */
  private readonly family: { exhausted: boolean };
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
    family?: { exhausted: boolean };
  }) {
    this.surroundings = parts.surroundings;
    this.state = parts.state;
    this.descriptors = parts.descriptors;
    this.signal = parts.signal;
    this.terminal = parts.terminal ?? null;
    this.depth = parts.depth ?? 0;
    this.breath = parts.breath ?? new Breath();
    this.family = parts.family ?? { exhausted: false };
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
      family: this.family,
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
      family: this.family,
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
      this.family.exhausted = false;
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

  /** Runs something as the whole life of this shell. */
  async live(work: () => Promise<number>): Promise<number> {
    const { load } = this.surroundings;
    load.shells += 1;
    try {
      return await this.endWithTrap(
        await this.untilExit(() => {
          if (this.depth > depthLimit || load.shells > shellLimit) this.family.exhausted = true;
          return work();
        }),
      );
    } finally {
      load.shells -= 1;
    }
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
      if (error instanceof ForkError && this.depth > 0) throw error;
      const words = reasonInWords(error);
      if (words === null) throw error;
      this.family.exhausted = false;
      await this.complain(words);
      return 2;
    }
  }

  async runList(list: List): Promise<number> {
    for (const { andOr, background } of list) {
      if (background) {
        startJob(this, andOr);
        this.state.lastStatus = 0;
      } else await this.runAndOr(andOr);
    }
    return this.state.lastStatus;
  }

  private async runAndOr(andOr: AndOr): Promise<number> {
    const run = (pipeline: Pipeline, isLast: boolean) =>
      isLast ? this.runPipeline(pipeline) : this.tolerantly(() => this.runPipeline(pipeline));
    let status = await run(andOr.first, andOr.rest.length === 0);
    for (const [index, { operator, pipeline }] of andOr.rest.entries()) {
      if ((status === 0) !== (operator === "&&")) continue;
      status = await run(pipeline, index === andOr.rest.length - 1);
    }
    return status;
  }

  private async runPipeline({ negated, commands }: Pipeline): Promise<number> {
    const [only] = commands;
    const run = () =>
      commands.length === 1 && only ? this.runCommand(only, this.descriptors) : runPiped(this, commands);
    const status = negated ? Number((await this.tolerantly(run)) === 0) : await run();
    this.state.lastStatus = status;
    if (status !== 0 && !negated && this.tolerant === 0 && this.state.options.has("e"))
      throw new ExitShell(status);
    return status;
  }

  /** Runs one command with what is open for it; the shell's own parts call it. */
  async runCommand(command: Command, descriptors: Descriptors): Promise<number> {
    await this.breath.take(this.signal);
    if (this.family.exhausted) throw new ForkError();
    if (command.kind === "simple") return this.runSimple(command, descriptors);
    if (command.kind === "function") {
      this.state.functions.set(command.name, command.body);
      return 0;
    }
    const before = this.descriptors;
    try {
      this.descriptors = await redirect(command.redirections, descriptors, this);
      return await runCompound(this, command);
    } catch (error) {
      if (!(error instanceof FileError || error instanceof RedirectionError)) throw error;
      await this.complain(reasonInWords(error) ?? "");
      return 2;
    } finally {
      this.descriptors = before;
    }
  }

  /** Runs what may fail without ending the shell, although `set -e` is on. */
  async tolerantly(work: () => Promise<number>): Promise<number> {
    this.tolerant += 1;
    try {
      return await work();
    } finally {
      this.tolerant -= 1;
    }
  }

  /** Gives the other sessions their turn; rejects once the shell is to stop. */
  breathe(): Promise<void> {
    return this.breath.take(this.signal);
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
