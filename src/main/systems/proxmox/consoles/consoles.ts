import type { ScreenSource, ShellSession, SystemConsole } from "../../system.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { noConsole, tokenWithoutTerminal, withoutSerialPort } from "./faults.ts";
import { atItsNode } from "./guest-now.ts";
import { type ConsoleOf, consoleOf, type OfferParts, offersOf, terminalTrouble } from "./offers.ts";
import { openScreen } from "./open-screen.ts";
import { openTerminal } from "./open-terminal.ts";

export interface ConsolesParts extends OfferParts {
  client: ProxmoxClient;
  system: string;
}

/** The consoles of a cluster's VMs, containers and nodes, and those that are open. */
export class ClusterConsoles {
  readonly #parts: ConsolesParts;
  readonly #open = new Set<{ close(): void }>();
  readonly #closing = new AbortController();

  constructor(parts: ConsolesParts) {
    this.#parts = parts;
  }

  /** What can be opened on a resource, by what is known of it. */
  offers(resource: string): readonly SystemConsole[] {
    return offersOf(this.#parts, resource);
  }

  /** Throws `proxmox.no-console` and what openScreen throws. */
  async openScreen(resource: string, signal: AbortSignal): Promise<ScreenSource> {
    const of = consoleOf(this.#parts.known, resource);
    if (of?.guest?.kind !== "qemu") throw noConsole(resource);
    const { client, system } = this.#parts;
    const parts = { client, system, closing: this.#closing.signal };
    const either = this.#either(signal);
    return this.#kept(await atItsNode(client, of.guest, either, (guest) => openScreen(parts, guest, either)));
  }

  /** Throws `proxmox.no-console`, `.without-serial-port`, `.token-without-terminal` and what openTerminal throws. */
  async openShell(
    resource: string,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<ShellSession> {
    const { client, system, known, cluster, isToken } = this.#parts;
    const of = consoleOf(known, resource);
    const serial = of?.guest?.kind === "qemu" ? known.serialPorts(of.guest.id)[0] : undefined;
    if (!of) throw noConsole(resource);
    if (of.guest?.kind === "qemu" && serial === undefined) throw withoutSerialPort(of.guest.name);
    // What is known to be refused would leave a failed task behind on the node.
    if (terminalTrouble(this.#parts)) throw tokenWithoutTerminal(cluster, known.major ?? 0);
    const parts = { client, system, isToken, closing: this.#closing.signal };
    const either = this.#either(signal);
    const open = (at: ConsoleOf) => openTerminal(parts, { ...at, kind: "terminal", serial }, size, either);
    return this.#kept(
      await (of.guest ? atItsNode(client, of.guest, either, (guest) => open({ guest })) : open(of)),
    );
  }

  close(): void {
    this.#closing.abort();
    for (const each of [...this.#open]) each.close();
  }

  #either(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  #kept<Console extends ScreenSource | ShellSession>(opened: Console): Console {
    this.#open.add(opened);
    opened.onEnd(() => this.#open.delete(opened));
    if (this.#closing.signal.aborted) opened.close();
    return opened;
  }
}
