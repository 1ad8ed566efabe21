import type { MachineShell } from "../shell/machine-shell.ts";
import type { MachineView } from "../world/view.ts";
import { systemTimes } from "../world/world.ts";
import { CellGrid } from "./cell-grid.ts";
import { keyBytes } from "./key-bytes.ts";
import type { Key } from "./keyboard.ts";
import { Login } from "./login.ts";
import type { Picture, Position } from "./picture.ts";
import { type StartLine, startLines, stopLines } from "./start-lines.ts";
import { consoleStyle, TextConsole } from "./text-console.ts";

export interface ConsoleParts {
  view: MachineView;
  shell(): MachineShell;
  password: string | null;
  /** Resolves when the screen can take so many bytes more. */
  room(bytes: number): Promise<void>;
  /** Told when words have come that `refresh` does not know of. */
  onOutput(): void;
  onFailure(error: unknown): void;
}

const pasteLimit = 16_384;

/** The running system's text console: the lines of its start, then a log-in, then those of its end. */
export class Console implements Picture {
  readonly grid = new CellGrid(1024, 768, consoleStyle);
  private readonly console = new TextConsole(this.grid);
  private readonly parts: ConsoleParts;
  private readonly starting: StartLine[];
  private stopping: StartLine[] = [];
  private stopsSince: number | null = null;
  private login: Login | null = null;
  private isClosed = false;

  constructor(parts: ConsoleParts) {
    this.parts = parts;
    this.starting = startLines(parts.view);
  }

  get marked(): readonly Position[] {
    const { cursor } = this.console;
    return cursor ? [cursor] : [];
  }

  refresh(): boolean {
    const { view } = this.parts;
    const { machine } = view;
    const times = systemTimes(machine.role);
    if (this.login === null) {
      const share = machine.power === "starting" ? (view.now() - machine.stageSince) / times.start : 1;
      this.showLines(this.starting, share);
      if (machine.power !== "starting") this.login = this.openLogin();
    }
    if (machine.power === "stopping") {
      if (this.stopsSince === null) {
        this.stopsSince = view.now();
        this.stopping = stopLines(view);
        this.login?.close();
        this.console.print("\r\n");
      }
      this.showLines(this.stopping, (view.now() - this.stopsSince) / times.stop);
    }
    return machine.power === "starting" || this.stopping.length > 0;
  }

  press(key: Key): void {
    if (this.stopsSince === null) this.login?.feed(keyBytes(key));
  }

  paste(words: string): void {
    if (this.stopsSince !== null) return;
    this.login?.feed(new TextEncoder().encode(words.slice(0, pasteLimit).replace(/\r?\n/g, "\r")));
  }

  close(): void {
    this.isClosed = true;
    this.login?.close();
  }

  private showLines(lines: StartLine[], share: number): void {
    while (lines[0] !== undefined && lines[0].at <= share)
      this.console.print(`${lines.shift()?.words ?? ""}\r\n`);
  }

  private openLogin(): Login {
    const { view, shell, password, room, onOutput, onFailure } = this.parts;
    const { columns, rows } = this.grid;
    return new Login(
      {
        machine: view.machine,
        line: "tty1",
        size: { columns, rows },
        shell,
        password,
        after: (milliseconds, work) => view.world.clock.after(milliseconds, work),
        onFailure,
      },
      {
        terminal: true,
        write: async (bytes) => {
          if (this.isClosed) return;
          this.console.write(bytes);
          onOutput();
          await room(bytes.length);
        },
        end: () => {},
      },
    );
  }
}
