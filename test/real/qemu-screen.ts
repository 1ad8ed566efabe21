import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { VncServers } from "./vnc-servers.ts";

/** A real QEMU whose screen is shown through something else, such as the WebSocket of a test. */
export interface QemuScreen {
  /** Joins a stream to a connection of its own to the screen. */
  join(stream: Duplex): void;
  /** Ends the machine. */
  end(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** Starts a machine without a disk; without a password its screen is open to whoever comes. */
export async function startQemuScreen(password: string | null): Promise<QemuScreen> {
  const servers = new VncServers(password ?? "");
  const server = await servers.qemu(password === null ? "open" : "none");
  return {
    join(stream) {
      const machine = connect(server.port, "127.0.0.1");
      stream.pipe(machine).pipe(stream);
      for (const each of [stream, machine]) each.on("error", () => undefined);
      machine.once("close", () => stream.destroy());
      stream.once("close", () => machine.destroy());
    },
    async end() {
      server.monitor.close();
      await server.end();
    },
    close: () => servers.close(),
  };
}
