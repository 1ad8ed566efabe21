import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";
import { hostAndPort } from "./place.ts";
import type { LocalForward } from "./reach.ts";

export interface ForwardPlace {
  via: string | null;
  address: string;
  port: number;
}

interface Forward {
  place: ForwardPlace;
  server: Server;
  port: number;
  handles: number;
  sockets: Set<Socket>;
  failure: OpsError | null;
  idleTimer: NodeJS.Timeout | null;
  letGo(): void;
  end: AbortController;
}

/**
 * Loopback ports that lead to addresses behind hops. One port serves all who ask for the same place; each
 * connection to it gets a stream of its own, so that it outlives any connection below. It closes when the last
 * user has released it and the last stream has ended `idle` milliseconds ago.
 */
export class Forwards {
  readonly #dial: (place: ForwardPlace, signal: AbortSignal) => Promise<Duplex>;
  readonly #keep: (place: ForwardPlace) => () => void;
  readonly #idle: number;
  readonly #changed: () => void;
  readonly #forwards = new Map<string, Promise<Forward>>();
  readonly #open = new Set<Forward>();

  constructor(parts: {
    dial(place: ForwardPlace, signal: AbortSignal): Promise<Duplex>;
    /** Keeps the hop of the place connected until the result is called. */
    keep(place: ForwardPlace): () => void;
    idle: number;
    changed(): void;
  }) {
    this.#dial = parts.dial;
    this.#keep = parts.keep;
    this.#idle = parts.idle;
    this.#changed = parts.changed;
  }

  /** Opens the port to a place, or joins those who use it. Throws `reach.no-local-port`. */
  async open(place: ForwardPlace): Promise<LocalForward> {
    const key = JSON.stringify([place.via, place.address, place.port]);
    const opening = this.#forwards.get(key) ?? this.#listen(key, place);
    this.#forwards.set(key, opening);
    const forward = await opening;
    forward.handles++;
    this.#settle(key, forward);
    let held = true;
    return {
      port: forward.port,
      failure: () => forward.failure,
      release: () => {
        if (!held) return;
        held = false;
        forward.handles--;
        this.#settle(key, forward);
      },
    };
  }

  /** What is open, for the masthead. `users` counts handles and streams. */
  list(): { localPort: number; target: string; users: number }[] {
    return [...this.#open].map(({ port, place, handles, sockets }) => ({
      localPort: port,
      target: hostAndPort(place.address, place.port),
      users: handles + sockets.size,
    }));
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#forwards.values());
    for (const result of all) if (result.status === "fulfilled") this.#end(result.value);
    this.#forwards.clear();
  }

  async #listen(key: string, place: ForwardPlace): Promise<Forward> {
    const letGo = this.#keep(place);
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(noLocalPort(error)));
      server.listen(0, "127.0.0.1", resolve);
    }).catch((error: unknown) => {
      this.#forwards.delete(key);
      letGo();
      throw error;
    });
    const forward: Forward = {
      place,
      server,
      port: (server.address() as AddressInfo).port,
      handles: 0,
      sockets: new Set(),
      failure: null,
      idleTimer: null,
      letGo,
      end: new AbortController(),
    };
    server.on("connection", (socket) => void this.#carry(key, forward, socket));
    this.#open.add(forward);
    return forward;
  }

  async #carry(key: string, forward: Forward, socket: Socket): Promise<void> {
    forward.sockets.add(socket);
    this.#settle(key, forward);
    const gone = new AbortController();
    socket.on("error", () => undefined);
    socket.once("close", () => {
      gone.abort();
      forward.sockets.delete(socket);
      this.#settle(key, forward);
    });
    try {
      const stream = await this.#dial(forward.place, AbortSignal.any([gone.signal, forward.end.signal]));
      forward.failure = null;
      const onEnd = (error: Error | null | undefined) => {
        if (!error) return;
        socket.destroy();
        stream.destroy();
      };
      pipeline(socket, stream, onEnd);
      pipeline(stream, socket, onEnd);
    } catch (error) {
      if (!gone.signal.aborted) forward.failure = toOpsError(error, "reach");
      socket.destroy();
    }
  }

  #settle(key: string, forward: Forward): void {
    const idle = forward.handles + forward.sockets.size === 0;
    if (!idle && forward.idleTimer) {
      clearTimeout(forward.idleTimer);
      forward.idleTimer = null;
    } else if (idle && !forward.idleTimer && this.#open.has(forward)) {
      forward.idleTimer = setTimeout(() => {
        this.#forwards.delete(key);
        this.#end(forward);
      }, this.#idle);
    }
    this.#changed();
  }

  #end(forward: Forward): void {
    if (!this.#open.delete(forward)) return;
    if (forward.idleTimer) clearTimeout(forward.idleTimer);
    forward.end.abort();
    forward.server.close();
    for (const socket of forward.sockets) socket.destroy();
    forward.letGo();
    this.#changed();
  }
}

function noLocalPort(cause: unknown): OpsError {
  return reachFault(
    "no-local-port",
    text("No local port could be opened.", "Aucun port local n'a pu être ouvert."),
    text(
      "Close what holds many ports or files on this workstation, then try again.",
      "Fermez ce qui occupe beaucoup de ports ou de fichiers sur ce poste, puis réessayez.",
    ),
    cause,
  );
}
