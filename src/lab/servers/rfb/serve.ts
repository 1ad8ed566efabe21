import type { Duplex } from "node:stream";
import { screenOf } from "../../screen/screens.ts";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { amtDialect, standardDialect } from "./dialect.ts";
import { RfbSession } from "./session.ts";

export interface RfbOptions {
  world: World;
  machine: Machine;
  /** As QEMU and Xvnc speak it, or as Intel AMT does. */
  dialect: "standard" | "amt";
  /** The password of VNC authentication; null asks for none. */
  password: string | null;
  /** The name of the screen. */
  name: string;
  /** Why nobody is let in, told to the client; null or left out when somebody may be. */
  refusal?: string | null;
  /** Told when the client has been let in, at each of its key presses and mouse moves, and when it is over. */
  onAdmitted?(): void;
  onInput?(): void;
  onEnd?(): void;
  /** Told of a failure of the lab itself. */
  onFailure?(error: unknown): void;
}

/**
 * Serves a machine's screen over RFB (RFC 6143) on a connection, from the version on, until the client leaves or
 * `close` is called. A client of either dialect may take 3.3, 3.7 or 3.8.
 */
export function serveRfb(stream: Duplex, options: RfbOptions): { close(): void } {
  const { world, machine, password, name, refusal = null } = options;
  const dialect = options.dialect === "amt" ? amtDialect(machine) : standardDialect;
  const session = new RfbSession(stream, {
    world,
    machine,
    screen: screenOf(world, machine),
    dialect,
    admission: { version: dialect.version, password, refusal },
    name,
    onAdmitted: () => options.onAdmitted?.(),
    onInput: () => options.onInput?.(),
    onFailure: (error) => options.onFailure?.(error),
  });
  session
    .run()
    .catch((error: unknown) => {
      stream.destroy();
      options.onFailure?.(error);
    })
    .finally(() => options.onEnd?.());
  return { close: () => session.close() };
}
