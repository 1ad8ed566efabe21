import { machineFiles } from "../files/machine-files.ts";
import type { User } from "../files/node.ts";
import { FileError, rootUser } from "../files/node.ts";
import type { MachineView } from "../world/view.ts";
import { allPrograms, programPaths } from "./commands/index.ts";
import { standardDescriptors } from "./descriptors.ts";
import { Interrupted } from "./process.ts";
import { Shell } from "./shell.ts";
import { ShellState } from "./shell-state.ts";
import type { Sink, Source } from "./streams.ts";
import type { Surroundings } from "./surroundings.ts";

export interface ShellStart {
  variables: ReadonlyMap<string, string>;
  input: Source;
  output: Sink;
  error: Sink;
  terminal: { columns: number; rows: number } | null;
  signal: AbortSignal;
}

/** The account that the lab lets in over SSH. */
export const visitor: User = { name: "ops", id: 1000, home: "/home/ops" };

/**
 * The operating system of one machine: its files and programs, kept from one session to the next. Nothing of it is
 * run on, or read from, the computer that the lab runs on.
 */
export class MachineShell {
  private readonly surroundings: Surroundings;
  private power = new AbortController();

  constructor(view: MachineView, onFailure: (error: unknown) => void) {
    const paths = programPaths(view.machine);
    const { files, processes } = machineFiles(view, paths.values());
    const power = () => this.power.signal;
    this.surroundings = {
      files,
      processes,
      view,
      paths,
      programs: allPrograms,
      load: { shells: 0 },
      onFailure,
      get power() {
        return power();
      },
    };
  }

  /** The machine went down: everything that ran on it is gone, and so are its temporary files. */
  lostPower(): void {
    this.power.abort(new Interrupted(137));
    this.power = new AbortController();
    this.empty("/tmp");
    this.empty("/run/user/1000");
  }

  /** A new shell of the visitor; it ends when the power or the session does. */
  open(start: ShellStart): Shell {
    const state = new ShellState("sh", [], visitor, visitor.home);
    const variables = new Map([
      ["HOME", visitor.home],
      ["USER", visitor.name],
      ["LOGNAME", visitor.name],
      ["SHELL", "/bin/sh"],
      ["PATH", "/usr/local/bin:/usr/bin:/bin"],
      ["PWD", visitor.home],
      ["PS1", "$ "],
      ...start.variables,
    ]);
    for (const [name, value] of variables) state.set(name, value, true);
    const signal = AbortSignal.any([start.signal, this.power.signal]);
    return new Shell({
      surroundings: this.surroundings,
      state,
      descriptors: standardDescriptors(start.input, start.output, start.error),
      signal,
      terminal: start.terminal,
    });
  }

  private empty(path: string): void {
    const { files } = this.surroundings;
    for (const name of files.list(path, rootUser)) {
      const inside = `${path}/${name}`;
      if (files.status(inside, rootUser, false)?.kind === "directory") this.empty(inside);
      try {
        files.remove(inside, rootUser);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
      }
    }
  }
}
