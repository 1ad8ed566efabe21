import { createHash, timingSafeEqual } from "node:crypto";
import { runInteractive } from "../shell/interactive.ts";
import { type MachineShell, visitor } from "../shell/machine-shell.ts";
import { Interrupted } from "../shell/process.ts";
import type { Sink } from "../shell/streams.ts";
import { Terminal } from "../shell/terminal.ts";
import type { Machine } from "../world/machine.ts";

export interface LoginParts {
  machine: Machine;
  /** The terminal's name, for the greeting and for SSH_TTY's likes. */
  line: string;
  size: { columns: number; rows: number };
  /** The machine's own system; asked for at the first log-in. */
  shell(): MachineShell;
  /** The visitor's password; null lets nobody in. */
  password: string | null;
  /** Calls back after so many milliseconds of world time; the function that is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void;
  onFailure(error: unknown): void;
}

const nameLimit = 64;
const passwordLimit = 256;
/** World milliseconds that a refused log-in is held back, as pam_faildelay does. */
const refusalTime = 2_000;

function isSame(left: string, right: string): boolean {
  const digest = (words: string) => createHash("sha256").update(words).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * The log-in on a terminal of a machine (agetty(8), login(1)): asks for name and password, runs the visitor's shell,
 * and asks again when it has ended.
 */
export class Login {
  private readonly parts: LoginParts;
  private readonly screen: Sink;
  private readonly decoder = new TextDecoder();
  private readonly ended = new AbortController();
  private asking: "name" | "password" | "refused" | "session" = "name";
  private typed = "";
  private name = "";
  private terminal: Terminal | null = null;
  private calledOff = () => {};

  /** `screen` gets what the machine writes; the greeting is written at once. */
  constructor(parts: LoginParts, screen: Sink) {
    this.parts = parts;
    this.screen = screen;
    this.greet();
  }

  /** Takes what was typed, as a terminal sends it. */
  feed(bytes: Uint8Array): void {
    if (this.terminal) {
      this.terminal.feed(bytes);
      return;
    }
    const words = this.decoder.decode(bytes, { stream: true });
    if (this.asking === "refused" || words.startsWith("\u001b")) return;
    for (const character of words) this.take(character);
  }

  /** The machine went down, or nobody is served any more: a session ends. */
  close(): void {
    this.calledOff();
    this.ended.abort(new Interrupted(129));
    this.terminal?.hangUp();
  }

  private take(character: string): void {
    if (this.asking !== "name" && this.asking !== "password") return;
    if (character === "\r" || character === "\n") this.enter();
    else if (character === "\u007f" || character === "\b") {
      if (this.typed !== "" && this.asking === "name") this.show("\b \b");
      this.typed = Array.from(this.typed).slice(0, -1).join("");
    } else if (character === "\u0003" || character === "\u0004" || character === "\u0015") this.ask();
    else if (character >= " ") {
      const limit = this.asking === "name" ? nameLimit : passwordLimit;
      if (this.typed.length >= limit) return;
      this.typed += character;
      if (this.asking === "name") this.show(character);
    }
  }

  private enter(): void {
    const { typed } = this;
    this.typed = "";
    this.show("\r\n");
    if (this.asking === "name") {
      if (typed.trim() === "") {
        this.ask();
        return;
      }
      this.name = typed.trim();
      this.asking = "password";
      this.show("Password: ");
      return;
    }
    const { password, machine } = this.parts;
    machine.logIns.tried += 1;
    if (password !== null && this.name === visitor.name && isSame(typed, password)) {
      machine.logIns.accepted += 1;
      this.asking = "session";
      this.run().catch(this.parts.onFailure);
      return;
    }
    this.asking = "refused";
    this.calledOff = this.parts.after(refusalTime, () => {
      this.show("\r\nLogin incorrect\r\n");
      this.ask();
    });
  }

  private async run(): Promise<void> {
    const { shell, line, size } = this.parts;
    const terminal = new Terminal(this.screen, { ...size });
    this.terminal = terminal;
    const session = shell().open({
      variables: new Map([
        ["TERM", "linux"],
        ["TTY", `/dev/${line}`],
      ]),
      input: terminal,
      output: terminal.output,
      error: terminal.output,
      terminal: terminal.size,
      signal: this.ended.signal,
    });
    try {
      await session.runLine("cat /etc/motd");
      await runInteractive(session, terminal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      this.terminal = null;
    }
    if (this.ended.signal.aborted) return;
    this.show("\r\n");
    this.greet();
  }

  private greet(): void {
    const { machine, line } = this.parts;
    const { name, version } = machine.system;
    this.show(`\r\n${name} ${version} ${machine.id} ${line}\r\n\r\n`);
    this.ask();
  }

  private ask(): void {
    this.asking = "name";
    this.typed = "";
    this.show(`\r\u001b[K${this.parts.machine.id} login: `);
  }

  private show(words: string): void {
    // Who writes to a screen is told by the screen itself when nobody is there any more.
    this.screen.write(new TextEncoder().encode(words)).catch(() => {});
  }
}
