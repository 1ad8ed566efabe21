import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { FakePve, Seen } from "../../testing/fake-pve.ts";
import { sampleUpid } from "../../testing/sample-cluster.ts";

/** A console that was asked for. */
export interface Issued {
  /** Below `/api2/json`, such as `/nodes/pve-1/qemu/100`. */
  path: string;
  port: number;
  ticket: string;
  user: string;
}

/** The consoles of a node of tests: a ticket for one WebSocket each, of which the test plays the far side. */
export class FakeConsoles {
  /** What is at the other end of a WebSocket that was let in. */
  serve: (socket: WebSocket, issued: Issued) => void = () => undefined;
  /** What is said in the answer in place of what belongs there. */
  said: Record<string, unknown> = {};
  user = "console@pve";
  readonly issued: Issued[] = [];
  readonly sockets: WebSocket[] = [];
  /** The requests that came for a WebSocket. */
  readonly asked: Seen[] = [];
  readonly #waiting = new Set<Issued>();
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (protocols) => (protocols.has("binary") ? "binary" : false),
  });

  constructor(pve: FakePve) {
    for (const path of ["/nodes/{node}/qemu/{vmid}", "/nodes/{node}/lxc/{vmid}", "/nodes/{node}"]) {
      for (const kind of ["vncproxy", "termproxy"])
        pve.on(`POST ${path}/${kind}`, (seen: Seen) => this.#issue(seen));
    }
    pve.upgrade = (seen, request, socket, head) => this.#admit(seen, request, socket, head);
  }

  /** Nobody has come in time. */
  expireAll(): void {
    this.#waiting.clear();
  }

  stop(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #issue({ path, parameters }: Seen) {
    const number = this.issued.length + 1;
    const issued = {
      path: path.replace(/\/\w+$/, ""),
      port: 5899 + number,
      ticket: `PVEVNC:6543210${number}::c2lnbmF0dXJl+/=`,
      user: this.user,
    };
    this.issued.push(issued);
    this.#waiting.add(issued);
    const { ticket, user, port } = issued;
    const password = parameters["generate-password"] === "1" ? { password: "secret12" } : {};
    const upid = sampleUpid("vncproxy", "100");
    return { data: { ticket, user, port: String(port), upid, cert: "…", ...password, ...this.said } };
  }

  #admit(seen: Seen, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.asked.push(seen);
    const { port, vncticket } = seen.parameters;
    const found = [...this.#waiting].find(
      (each) => `${each.path}/vncwebsocket` === seen.path && String(each.port) === port,
    );
    // Nobody listens at that port: the node gives no answer at all.
    if (!found || found.ticket !== vncticket) {
      socket.destroy();
      return;
    }
    this.#waiting.delete(found);
    this.#server.handleUpgrade(request, socket, head, (admitted) => {
      admitted.on("error", () => undefined);
      this.sockets.push(admitted);
      this.serve(admitted, found);
    });
  }
}
