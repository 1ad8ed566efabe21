import { OpsError } from "../../../../shared/errors.ts";
import { Deadline } from "../../../reach/abort.ts";
import { connectRfb } from "../../../rfb/connect.ts";
import type { ScreenSource } from "../../system.ts";
import type { ProxmoxClient } from "../client/session.ts";
import type { KnownGuest } from "../known.ts";
import { ExplainedScreen } from "./explained-screen.ts";
import { consoleTimedOut, ticketRefused } from "./faults.ts";
import { openSocket } from "./open-socket.ts";
import { SocketStream } from "./socket-stream.ts";
import type { ConsoleTicket, WantedConsole } from "./ticket.ts";
import { whyEnded } from "./why-ended.ts";

export interface OpenConsoleParts {
  client: ProxmoxClient;
  system: string;
  /** Ends with the system: what is asked for after a console has ended. */
  closing: AbortSignal;
}

const openLimit = 60_000;
/** What the log-in of RFB says when the ticket is not good any more: QEMU takes its password for half a minute. */
const refusals: ReadonlySet<string> = new Set(["rfb.log-in-refused", "rfb.too-many-failures"]);

/**
 * Opens the screen of a VM: RFB inside a WebSocket of the node that gave the ticket, with the password that was made for
 * it. Throws OpsErrors of faults.ts, `reach.…`, `rfb.…`, and what ProxmoxClient throws.
 */
export async function openScreen(
  { client, system, closing }: OpenConsoleParts,
  guest: KnownGuest,
  signal: AbortSignal,
): Promise<ScreenSource> {
  const { name } = guest;
  const wanted: WantedConsole = { guest, kind: "screen" };
  const deadline = new Deadline(openLimit, signal, () => consoleTimedOut(name, openLimit / 1000));
  let ticket: ConsoleTicket | null = null;
  try {
    const opened = await openSocket(client, wanted, deadline.signal);
    ticket = opened.ticket;
    const { password } = opened.ticket;
    const source = await connectRfb(new SocketStream(opened.socket, name), {
      name,
      system,
      route: "rfb",
      password: async () => ({ reveal: () => password }),
      signal: deadline.signal,
    });
    return new ExplainedScreen(source, async () => {
      const error = await whyEnded(client, wanted, opened.ticket, closing);
      // The VM runs on, and its screen is at the other node.
      if (error?.code === "proxmox.guest-moved") return { error: null, returns: error.text };
      return error && { error, returns: null };
    });
  } catch (error) {
    if (!(error instanceof OpsError) || deadline.signal.aborted) throw error;
    throw (await reasonOf(error)) ?? error;
  } finally {
    deadline.end();
  }

  async function reasonOf(error: OpsError): Promise<OpsError | null> {
    if (refusals.has(error.code)) return ticketRefused(name);
    const isOfConsole = error.code.startsWith("rfb.") || error.code.startsWith("proxmox.console-");
    return isOfConsole ? whyEnded(client, wanted, ticket ?? { task: null }, deadline.signal) : null;
  }
}
