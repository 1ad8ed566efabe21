import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createWebSocketStream } from "ws";
import { OpsError } from "../../../../shared/errors.ts";
import type { VsphereSystemConfig } from "../../../../shared/systems/vsphere.ts";
import { abortable, Deadline } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import type { Reach } from "../../../reach/reach.ts";
import { secureStream } from "../../../reach/secure-stream.ts";
import { openWebSocketOver } from "../../../reach/web-socket.ts";
import { connectRfb } from "../../../rfb/connect.ts";
import type { ScreenSource } from "../../system.ts";
import { authorityUnreadable } from "../client/faults.ts";
import type { VimSession } from "../client/session.ts";
import type { Reference } from "../client/values.ts";
import { hostTlsFaults, screenFailed, screenTimedOut, ticketRefused } from "./faults.ts";
import { acquireTicket, type ScreenTicket } from "./ticket.ts";

export interface OpenScreenParts {
  session: VimSession;
  system: string;
  config: Pick<VsphereSystemConfig, "address" | "via" | "allowlist">;
  dial: Reach["dial"];
  /** The PEM of the authorities, as a path; null: the workstation's own. */
  authorityPath(): string | null;
}

const openLimit = 30_000;
/** The largest message; a whole screen is cut into smaller ones. */
const largestMessage = 64 * 1024 * 1024;
/** After so many milliseconds without a byte the network is asked whether the far side is still there. */
const silence = 15_000;
/** A way that is slow may use up the 30 s of a ticket: there is a second one, and no third. */
const mostTickets = 2;

/**
 * Opens the screen of a VM: RFB inside a WebSocket of its ESXi host, admitted by a ticket of vCenter (`webmks`). Throws
 * OpsErrors of faults.ts, `reach.…`, `rfb.…`, and what VimSession throws.
 */
export async function openScreen(
  parts: OpenScreenParts,
  vm: Reference & { name: string },
  signal: AbortSignal,
): Promise<ScreenSource> {
  const { session, system } = parts;
  for (let attempt = 1; ; attempt++) {
    const ticket = await acquireTicket(session, vm, signal);
    const deadline = new Deadline(openLimit, signal, () => screenTimedOut(vm.name, openLimit / 1000));
    try {
      const stream = await admitted(parts, ticket, vm.name, deadline.signal);
      const options = {
        name: vm.name,
        system,
        route: "rfb",
        password: null,
        signal: deadline.signal,
      } as const;
      return await connectRfb(stream, options);
    } catch (error) {
      const isRefused = error instanceof OpsError && error.code === "vsphere.ticket-refused";
      if (!isRefused || attempt >= mostTickets) throw error;
    } finally {
      deadline.end();
    }
  }
}

/** The way to the host, its certificate, and the ticket: a stream of RFB. */
async function admitted(
  { config, dial, authorityPath, session }: OpenScreenParts,
  ticket: ScreenTicket,
  name: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const { host, port, pins } = ticket;
  const address = host ?? config.address;
  const path = pins === null ? authorityPath() : null;
  const authorities = path === null ? null : await authoritiesIn(path, session.name);
  const place = { via: config.via ?? null, address, port, allowlist: config.allowlist ?? null };
  const dialed = await abortable(dial(place, signal), signal, (late) => late.destroy());
  dialed.on("error", () => undefined);
  if (dialed instanceof Socket) dialed.setKeepAlive(true, silence);
  const tls = { pin: pins, legacy: false, ...(authorities !== null && { authorities }) };
  const secured = await secureStream(dialed, address, tls, hostTlsFaults(name, address), signal);
  try {
    return await handshake(secured, hostAndPort(address, port), ticket.ticket, name, signal);
  } catch (error) {
    secured.destroy();
    throw error;
  }
}

async function authoritiesIn(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw authorityUnreadable(name, error);
  }
}

/** The sub-protocol `binary` carries RFB as it is. */
async function handshake(
  stream: Duplex,
  host: string,
  ticket: string,
  name: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const socket = await openWebSocketOver(stream, {
    host,
    target: `/ticket/${ticket}`,
    protocols: ["binary"],
    headers: { origin: `https://${host}` },
    largestMessage,
    signal,
    // Its words may hold the address with the ticket.
    broken: () => screenFailed(name),
    refused: ({ statusCode = 0 }) =>
      statusCode >= 400 && statusCode < 500 ? ticketRefused(name, statusCode) : screenFailed(name),
  });
  return createWebSocketStream(socket, { allowHalfOpen: false });
}
