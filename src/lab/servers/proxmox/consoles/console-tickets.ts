import { consoleLifetime } from "../access/tickets.ts";

/** A console that was asked for and waits for its WebSocket. */
export interface OpenConsole {
  kind: "screen" | "terminal";
  /** The path of the API that it belongs to, such as `/nodes/forge-1/qemu/101`. */
  path: string;
  port: number;
  /** Who asked, as `user` of the answer names them. */
  name: string;
  ticket: string;
  /** What VNC authentication takes; for screens only. */
  password: string;
  /** The guest, by identifier; null for the node itself. */
  guest: string | null;
  host: string;
  /** The node that it waits at. */
  door: string;
  /** Whether whoever asked is let in by a terminal: those of version 8 know no API tokens. */
  isLetIn: boolean;
  onEnd(): void;
}

const firstPort = 5900;
const lastPort = 5999;

/** The consoles that wait: each is opened once, within half a minute. */
export class ConsoleTickets {
  private readonly waiting = new Map<number, { console: OpenConsole; callOff: () => void }>();
  private next = firstPort;

  /** A port for the next console, as they are counted through. */
  freePort(): number {
    this.next = this.next >= lastPort ? firstPort : this.next + 1;
    return this.next;
  }

  add(console: OpenConsole): void {
    this.drop(console.port);
    const timer = setTimeout(() => this.drop(console.port), consoleLifetime);
    timer.unref();
    this.waiting.set(console.port, { console, callOff: () => clearTimeout(timer) });
  }

  /** The console that is asked for, which nobody gets a second time; null when there is none. */
  take(door: string, path: string, port: number, ticket: string): OpenConsole | null {
    const found = this.waiting.get(port);
    if (!found || found.console.door !== door) return null;
    if (found.console.path !== path || found.console.ticket !== ticket) return null;
    found.callOff();
    this.waiting.delete(port);
    return found.console;
  }

  close(): void {
    for (const port of [...this.waiting.keys()]) this.drop(port);
  }

  private drop(port: number): void {
    const found = this.waiting.get(port);
    this.waiting.delete(port);
    found?.callOff();
    found?.console.onEnd();
  }
}
