import type { IncomingMessage } from "node:http";
import type WebSocket from "ws";
import { OpsError } from "../../../../shared/errors.ts";
import { openWebSocketOver } from "../../../reach/web-socket.ts";
import { printable } from "../client/exchange.ts";
import { notProxmox } from "../client/faults.ts";
import { refusalOf } from "../client/refusal.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { consoleNotWaiting, ticketRefused } from "./faults.ts";
import { acquireTicket, type ConsoleTicket, consoleTarget, type WantedConsole } from "./ticket.ts";

/** The largest message in bytes: the node passes on at most 128 KiB at once. */
const largestMessage = 4 * 1024 * 1024;
/** A way that is slow may use up the ten seconds of a ticket: there is a second one, and no third. */
const mostTickets = 2;
const late: ReadonlySet<string> = new Set(["proxmox.ticket-refused", "proxmox.console-not-waiting"]);

/** A console that waits for its first bytes, paused, and what it was admitted with. */
export interface OpenedSocket {
  socket: WebSocket;
  ticket: ConsoleTicket;
}

/**
 * Opens the WebSocket of a console (Proxmox VE API: `vncwebsocket`) at the address that gave the ticket: whatever node it
 * is about, the connection is waited for there. Throws OpsErrors `proxmox.…` and `reach.…`.
 */
export async function openSocket(
  client: ProxmoxClient,
  wanted: WantedConsole,
  signal: AbortSignal,
): Promise<OpenedSocket> {
  const name = nameOf(wanted);
  for (let attempt = 1; ; attempt++) {
    const ticket = await acquireTicket(client, wanted, signal);
    const { stream, host, headers } = await client.connect(ticket.door, signal);
    try {
      const socket = await openWebSocketOver(stream, {
        host,
        target: consoleTarget(wanted, ticket),
        protocols: ["binary"],
        headers,
        largestMessage,
        signal,
        // Nothing listens behind the ticket: the node drops the connection, for want of an answer to give.
        broken: () => consoleNotWaiting(name),
        refused: (answer) => refusedBy(client.name, name, answer),
      });
      return { socket, ticket };
    } catch (error) {
      if (!(error instanceof OpsError) || !late.has(error.code) || attempt >= mostTickets) throw error;
    }
  }
}

export function nameOf({ guest, node }: WantedConsole): string {
  return guest ? guest.name : node.name;
}

function refusedBy(cluster: string, name: string, answer: IncomingMessage): OpsError {
  const { statusCode = 0, statusMessage = "", headers } = answer;
  if (statusCode === 401) return ticketRefused(name);
  if (/html/i.test(headers["content-type"] ?? "") || statusCode < 400) return notProxmox(cluster, statusCode);
  const reason = printable(Buffer.from(statusMessage, "latin1").toString("utf8"));
  if (/connection refused|connect to .* failed/i.test(reason)) return consoleNotWaiting(name);
  return refusalOf(cluster, statusCode, reason, {});
}
