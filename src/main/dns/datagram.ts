import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { abortable } from "../reach/abort.ts";
import { answerTo, type NameServer } from "./exchange.ts";
import { unreachable } from "./faults.ts";

/** Milliseconds after which a question is sent again; a datagram may get lost. */
const again = 1_500;
const mostSent = 3;

/**
 * Asks over UDP (RFC 1035, 4.2.1), again when nothing comes. Datagrams that do not answer the question are passed over: they
 * may be forged. Ends with the signal; throws `dns.unreachable` and what the signal was aborted with.
 */
export function askDatagram(server: NameServer, request: Buffer, signal: AbortSignal): Promise<Buffer> {
  const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
  let timer: NodeJS.Timeout | undefined;
  const asking = new Promise<Buffer>((resolve, reject) => {
    const fail = (error: unknown) => reject(unreachable(server.name, error));
    let sent = 0;
    const send = () => {
      if (sent >= mostSent) return;
      sent += 1;
      socket.send(request, (error) => error && fail(error));
      timer = setTimeout(send, again * sent);
    };
    socket.on("error", fail);
    socket.on("message", (bytes) => {
      if (answerTo(request, bytes)) resolve(bytes);
    });
    // Connected, it takes nothing from anybody else, and hears that the port is closed.
    socket.connect(server.port, server.address, send);
  });
  return abortable(asking, signal).finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}
