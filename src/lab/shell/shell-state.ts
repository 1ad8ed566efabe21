import type { User } from "../files/node.ts";
import type { Command } from "./syntax.ts";

/** A variable's value can be no longer than this many characters. */
export const valueLimit = 1024 * 1024;
const variableLimit = 10_000;

export class VariableError extends Error {}

interface Variable {
  value: string;
  exported: boolean;
  fixed: boolean;
}

/** What a shell remembers from one command to the next; a subshell starts with a copy. */
export class ShellState {
  readonly name: string;
  parameters: string[];
  lastStatus = 0;
  /** The process number of the shell; its subshells show the same. */
  number = 1000;
  directory: string;
  user: User;
  umask = 0o022;
  exitTrap: string | null = null;
  lastJob = 0;
  readonly options = new Set<string>();
  /** Signals that `trap ''` has it ignore. */
  readonly ignored = new Set<string>();
  readonly functions = new Map<string, Command>();
  private variables = new Map<string, Variable>();
  private readonly locals: Map<string, Variable | null>[] = [];

  constructor(name: string, parameters: string[], user: User, directory: string) {
    this.name = name;
    this.parameters = parameters;
    this.user = user;
    this.directory = directory;
  }

  copy(): ShellState {
    const copy = new ShellState(this.name, [...this.parameters], this.user, this.directory);
    copy.lastStatus = this.lastStatus;
    copy.number = this.number;
    copy.umask = this.umask;
    copy.lastJob = this.lastJob;
    for (const option of this.options) copy.options.add(option);
    for (const name of this.ignored) copy.ignored.add(name);
    for (const [name, body] of this.functions) copy.functions.set(name, body);
    copy.variables = new Map([...this.variables].map(([name, variable]) => [name, { ...variable }]));
    return copy;
  }

  get(name: string): string | null {
    return this.variables.get(name)?.value ?? null;
  }

  set(name: string, value: string, exported?: boolean): void {
    if (value.length > valueLimit) throw new VariableError(`${name}: out of memory`);
    const known = this.variables.get(name);
    if (known?.fixed) throw new VariableError(`${name}: is read only`);
    if (!known && this.variables.size >= variableLimit) throw new VariableError(`${name}: out of memory`);
    this.variables.set(name, {
      value,
      exported: exported ?? known?.exported ?? this.options.has("a"),
      fixed: false,
    });
  }

  unset(name: string): void {
    if (this.variables.get(name)?.fixed) throw new VariableError(`${name}: is read only`);
    this.variables.delete(name);
  }

  export(name: string): void {
    const known = this.variables.get(name);
    if (known) known.exported = true;
  }

  fix(name: string): void {
    const known = this.variables.get(name);
    if (known) known.fixed = true;
  }

  /** Every variable in order of its name. */
  all(): [name: string, value: string][] {
    return [...this.variables]
      .map(([name, variable]): [string, string] => [name, variable.value])
      .sort(([left], [right]) => (left < right ? -1 : 1));
  }

  exported(): Map<string, string> {
    return new Map(
      [...this.variables].filter(([, entry]) => entry.exported).map(([name, entry]) => [name, entry.value]),
    );
  }

  /** Makes a variable local to the function that runs. */
  localize(name: string): boolean {
    const scope = this.locals.at(-1);
    if (!scope) return false;
    if (!scope.has(name)) scope.set(name, this.variables.get(name) ?? null);
    return true;
  }

  enterFunction(): void {
    this.locals.push(new Map());
  }

  leaveFunction(): void {
    for (const [name, variable] of this.locals.pop() ?? []) {
      if (variable) this.variables.set(name, variable);
      else this.variables.delete(name);
    }
  }
}
