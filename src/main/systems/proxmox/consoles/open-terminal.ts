import { OpsError } from "../../../../shared/errors.ts";
import { Deadline } from "../../../reach/abort.ts";
import type { ShellSession } from "../../system.ts";
import { consoleRefused, consoleTimedOut } from "./faults.ts";
import type { OpenConsoleParts } from "./open-screen.ts";
import { nameOf, openSocket } from "./open-socket.ts";
import { TerminalShell } from "./terminal-shell.ts";
import type { WantedConsole } from "./ticket.ts";
import { whyEnded } from "./why-ended.ts";

const openLimit = 60_000;

/**
 * Opens a terminal: the console of a container, the serial port of a VM, the shell of a node. It says nothing before
 * `resume` is called. Throws OpsErrors of faults.ts, `reach.…`, and what ProxmoxClient throws.
 */
export async function openTerminal(
  { client, closing, isToken }: OpenConsoleParts & { isToken: boolean },
  wanted: WantedConsole & { kind: "terminal" },
  size: { columns: number; rows: number },
  signal: AbortSignal,
): Promise<ShellSession> {
  const name = nameOf(wanted);
  const deadline = new Deadline(openLimit, signal, () => consoleTimedOut(name, openLimit / 1000));
  try {
    const { socket, ticket } = await openSocket(client, wanted, deadline.signal);
    const shell = new TerminalShell(socket, {
      name,
      refused: () => consoleRefused(name, isToken),
      explain: () => whyEnded(client, wanted, ticket, closing),
    });
    try {
      await shell.enter(ticket.user, ticket.ticket, deadline.signal);
    } catch (error) {
      shell.close();
      if (deadline.signal.aborted || !(error instanceof OpsError)) throw error;
      // A task that failed says little more than that: who is refused is told so.
      const known = await whyEnded(client, wanted, { task: null }, deadline.signal);
      throw known ?? error;
    }
    shell.resize(size.columns, size.rows);
    return shell;
  } finally {
    deadline.end();
  }
}
