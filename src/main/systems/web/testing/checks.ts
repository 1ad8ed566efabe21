import { createServer, type Socket } from "node:net";
import type { FactValue, Health, Observation } from "../../../../shared/resource.ts";
import { webSystemSchema } from "../../../../shared/systems/web.ts";
import { hostAndPort } from "../../../reach/place.ts";
import type { Reach } from "../../../reach/reach.ts";
import { openTcp } from "../../../reach/tcp.ts";
import type { System } from "../../system.ts";
import { webSystem } from "../index.ts";

/** Dials as the workstation does, with every host name at loopback. */
export const dialHere: Reach["dial"] = async ({ address, port }, signal) => {
  const name = hostAndPort(address, port);
  return openTcp({ id: name, name, address, port }, signal, /^[\d.]+$/.test(address) ? null : ["127.0.0.1"]);
};

/** A system of checks on `dial`. */
export function checksOf(
  checks: Record<string, object>,
  more: { config?: object; dial?: Reach["dial"]; folder?: string; now?: () => number } = {},
): System {
  const config = webSystemSchema.parse({ type: "web", checks, ...more.config });
  const notNeeded = () => Promise.reject(new Error("not part of this test"));
  return webSystem.create(config, {
    id: "checks",
    reach: {
      dial: more.dial ?? dialHere,
      execute: notNeeded,
      shell: notNeeded,
      forward: notNeeded,
      tryLogin: notNeeded,
      provenHostKey: () => null,
    },
    secrets: { resolve: notNeeded },
    questions: { ask: notNeeded, interactive: false },
    now: more.now ?? Date.now,
    estateFolder: () => more.folder ?? "/nonexistent",
  });
}

/** How one check was seen. */
export interface Seen {
  facts: Record<string, FactValue>;
  health: Health | null;
  problems: string[];
  error: string | null;
}

/** Asks all checks of a system once, by their names. */
export async function seenBy(system: System, resources?: string[]): Promise<Record<string, Seen>> {
  const observations: Observation[] = [];
  const sink = {
    declare: () => undefined,
    redeclare: () => undefined,
    observe: (some: Observation[]) => void observations.push(...some),
  };
  await system.observe(sink, AbortSignal.timeout(15_000), resources);
  return Object.fromEntries(
    observations.map((each) => [
      each.resource.slice("checks/".length),
      "error" in each
        ? { facts: {}, health: null, problems: [], error: each.error.code }
        : {
            facts: each.facts,
            health: each.health,
            problems: each.problems.map(({ code }) => code),
            error: null,
          },
    ]),
  );
}

/** The same for one check. */
export async function seen(check: object, more: Parameters<typeof checksOf>[1] = {}): Promise<Seen> {
  const system = checksOf({ one: check }, more);
  try {
    const { one } = await seenBy(system);
    if (!one) throw new Error("the check was not reported");
    return one;
  } finally {
    await system.close();
  }
}

/** A loopback server that does with each connection what it is told; closed by `close`. */
export async function talker(
  talk: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
