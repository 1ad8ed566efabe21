import type { Duplex } from "node:stream";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";
import { amtDialect, standardDialect } from "./dialect.ts";

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
  onFailure(error: unknown): void;
}

/**
 * Serves a machine's screen over RFB (RFC 6143) on a connection, from the version on, until the client leaves or
 * `close` is called. A client of either dialect may take 3.3, 3.7 or 3.8. What draws screens is loaded when somebody
 * first looks, so that a lab starts without it.
 */
export function serveRfb(stream: Duplex, options: RfbOptions): { close(): void } {
  const stop = new AbortController();
  stream.on("error", () => stream.destroy());
  serve(stream, options, stop.signal)
    .catch((error: unknown) => {
      stream.destroy();
      options.onFailure(error);
    })
    .finally(() => options.onEnd?.());
  return { close: () => stop.abort() };
}

async function serve(stream: Duplex, options: RfbOptions, stop: AbortSignal): Promise<void> {
  const { world, machine, password, name, refusal = null } = options;
  const [{ screenOf }, { RfbSession }] = await Promise.all([
    import("../../screen/screens.ts"),
    import("./session.ts"),
  ]);
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
    onFailure: options.onFailure,
  });
  if (stop.aborted) session.close();
  stop.addEventListener("abort", () => session.close(), { once: true });
  await session.run();
}
