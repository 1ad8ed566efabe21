import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Ports below this one are those of other services of a workstation. */
const lowest = 15_000;
const given = new Set<number>();

/**
 * A loopback port that nobody has, neither for TCP nor for UDP, and that this process was not given before. It lies below
 * the ports from which the system takes those of outgoing connections, so that none of these has it when a server comes to
 * listen there.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (firstOutgoing() - lowest));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** The first port of outgoing connections: ip_local_port_range of ip(7). */
function firstOutgoing(): number {
  const setting = "/proc/sys/net/ipv4/ip_local_port_range";
  const [first] = existsSync(setting) ? readFileSync(setting, "utf8").trim().split(/\s+/) : ["32768"];
  return Math.max(Number(first), lowest + 5000);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket("udp4");
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
