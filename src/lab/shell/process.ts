import type { FileSystem } from "../files/file-system.ts";
import type { User } from "../files/node.ts";
import type { ProcessTable } from "../files/process-table.ts";
import type { MachineView } from "../world/view.ts";
import type { Sink, Source } from "./streams.ts";

/** A running program is told to stop: by Ctrl-C, `kill`, `timeout`, the end of the session or of the power. */
export class Interrupted extends Error {
  /** 128 and the number of the signal. */
  readonly status: number;

  constructor(status: number) {
    super("interrupted");
    this.status = status;
  }
}

/** What a program may change of how another one is started. */
export interface Start {
  user?: User;
  variables?: ReadonlyMap<string, string>;
  input?: Source;
  output?: Sink;
  error?: Sink;
  signal?: AbortSignal;
}

/** What a program of a lab machine is given. Everything it sees is of the World. */
export interface Process {
  /** The words after the program's name. */
  readonly arguments: string[];
  readonly name: string;
  readonly variables: ReadonlyMap<string, string>;
  readonly input: Source;
  readonly output: Sink;
  readonly error: Sink;
  readonly files: FileSystem;
  readonly view: MachineView;
  readonly processes: ProcessTable;
  readonly user: User;
  readonly directory: string;
  readonly terminal: { columns: number; rows: number } | null;
  readonly signal: AbortSignal;
  /** A path of the command line made absolute. */
  path(words: string): string;
  print(words: string): Promise<void>;
  complain(words: string): Promise<void>;
  /** Waits for seconds of world time; rejects with Interrupted when it is told to stop. */
  sleep(seconds: number): Promise<void>;
  /** Runs another program by name and resolves to its status. */
  run(words: string[], start?: Start): Promise<number>;
  /** Runs a script in a shell of its own. */
  script(source: string, name: string, parameters: string[]): Promise<number>;
  /** Runs command after command as `next` gives them (null is the end) in one shell, as `sh -s` does. */
  session(parameters: string[], preamble: string, next: () => Promise<string | null>): Promise<number>;
  /** Where a program of that name stands, or null. */
  locate(name: string): string | null;
}

export type Program = (process: Process) => Promise<number>;
export type ProgramTable = Readonly<Record<string, Program>>;
