import type { Door } from "../client/doors.ts";
import { garbage } from "../client/faults.ts";
import { pathOf } from "../client/requests.ts";
import type { ProxmoxClient } from "../client/session.ts";
import { readUpid, type Upid } from "../client/upid.ts";
import { fieldsOf, numberAt, wordsAt } from "../client/values.ts";
import type { ConsoleOf } from "./offers.ts";

/** One console that is wanted; `serial` is the port of a VM, such as `serial0`. */
export type WantedConsole = ConsoleOf &
  ({ kind: "screen" } | { kind: "terminal"; serial?: string | undefined });

/** Admits one connection to one console, within ten seconds. It is as good as a password. */
export interface ConsoleTicket {
  /** Whom it was made for, as a terminal is to be greeted: `USER@REALM`, with `!TOKEN` where it was one. */
  user: string;
  ticket: string;
  port: number;
  /** For VNC authentication, which takes eight characters of it. */
  password: string;
  /** The task that waits for the connection; null where its identifier cannot be made out. */
  task: Upid | null;
  /** Where it was given: the node behind that address waits for the connection itself, wherever the guest is. */
  door: Door;
}

/** Milliseconds: the node answers once the console waits, for which it gives itself ten seconds. */
const deadline = 25_000;
const [firstPort, lastPort] = [5900, 5999];

/**
 * Asks for a console (Proxmox VE API: `vncproxy`, `termproxy`). Throws what ProxmoxClient throws.
 */
export async function acquireTicket(
  client: ProxmoxClient,
  wanted: WantedConsole,
  signal: AbortSignal,
): Promise<ConsoleTicket> {
  let door: Door | null = null;
  const options = {
    signal,
    deadline,
    onAnswered: (answered: Door) => {
      door = answered;
    },
  };
  const answer = fieldsOf(await asked(client, wanted, options));
  const port = numberAt(answer, "port") ?? 0;
  const ticket = wordsAt(answer, "ticket") ?? "";
  const user = wordsAt(answer, "user") ?? "";
  // One goes into an address and both into a line of their own.
  const isFit = /^[\x21-\x7e]{1,512}$/.test(ticket) && /^[^\s:\p{C}]{1,200}$/u.test(user);
  if (door === null || !isFit || !Number.isInteger(port) || port < firstPort || port > lastPort) {
    throw garbage(client.name);
  }
  const password = wordsAt(answer, "password") ?? ticket;
  return { user, ticket, port, password, task: readUpid(wordsAt(answer, "upid") ?? ""), door };
}

type Asking = Pick<Parameters<ProxmoxClient["call"]>[0], "signal" | "deadline" | "onAnswered">;

function asked(client: ProxmoxClient, wanted: WantedConsole, options: Asking): Promise<unknown> {
  const { guest, node, kind } = wanted;
  if (!guest) return client.call({ request: "nodeTerminal", at: { node: node.name }, ...options });
  const at = { node: guest.node, vmid: guest.id };
  if (kind === "screen") {
    // Without a password of its own the beginning of the ticket is the password, which is the same for all tickets.
    const parameters = { "generate-password": true, websocket: true };
    return client.call({ request: "vmScreen", at, parameters, ...options });
  }
  const parameters = wanted.serial === undefined ? {} : { serial: wanted.serial };
  return client.call({ request: "guestTerminal", at: { ...at, guest: guest.kind }, parameters, ...options });
}

/** Where the WebSocket of a console is, from `/api2/json` on; secret, for the ticket is in it. */
export function consoleTarget({ guest, node }: ConsoleOf, { port, ticket }: ConsoleTicket): string {
  const path = guest
    ? pathOf("guestConsole", { node: guest.node, guest: guest.kind, vmid: guest.id })
    : pathOf("nodeConsole", { node: node.name });
  return `${path}?${new URLSearchParams({ port: String(port), vncticket: ticket })}`;
}
