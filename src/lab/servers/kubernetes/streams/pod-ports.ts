import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import type { Cluster } from "../cluster/cluster.ts";
import type { Pod } from "../store/kinds.ts";
import { count, items } from "../store/object.ts";

const largest = 1024 * 1024 * 1024;
const piece = Buffer.alloc(64 * 1024, "lab ");

/** Protocols that are spoken a line at a time: what is said first, and what is answered to a line. */
interface LineProtocol {
  greeting: string;
  answer(line: string): string;
}

const lineProtocols: Readonly<Record<number, LineProtocol>> = {
  /** IMAP (RFC 9051) before anybody has logged in. */
  143: {
    greeting: "* OK [CAPABILITY IMAP4rev2 LOGINDISABLED] ready\r\n",
    answer: (line) => {
      const [tag = "*", verb = ""] = line.split(" ");
      return verb.toUpperCase() === "NOOP" ? `${tag} OK done\r\n` : `${tag} BAD not now\r\n`;
    },
  },
  /** The inline commands of RESP. */
  6379: {
    greeting: "",
    answer: (line) => (/^ping$/i.test(line) ? "+PONG\r\n" : "-ERR unknown command\r\n"),
  },
};

/** What listens in pods: the ports of their containers, as the World says. */
export class PodPorts {
  private readonly pages: Server;
  private readonly open = new Map<string, Set<Duplex>>();
  private readonly pods = new WeakMap<Duplex, Pod>();

  constructor(cluster: Cluster) {
    this.pages = createServer((request, response) => this.answer(request, response));
    cluster.pods.onChange((after, before) => {
      if (before && after?.metadata.uid !== before.metadata.uid) this.drop(before.metadata.uid);
    });
  }

  /** Connects to a port of a pod; null when nothing listens there. */
  connect(pod: Pod, port: number): Duplex | null {
    const ports = pod.spec.containers.flatMap((container) => items(container, "ports"));
    if (!ports.some((entry) => count(entry, ["containerPort"]) === port)) return null;
    const [near, far] = duplexPair();
    const { uid } = pod.metadata;
    const kept = this.open.get(uid) ?? new Set();
    this.open.set(uid, kept.add(near));
    near.once("close", () => {
      kept.delete(near);
      far.destroy();
    });
    far.on("error", () => near.destroy());
    const protocol = lineProtocols[port];
    if (protocol) speak(far, protocol);
    else {
      this.pods.set(far, pod);
      this.pages.emit("connection", far);
    }
    return near;
  }

  close(): void {
    for (const uid of [...this.open.keys()]) this.drop(uid);
    this.pages.closeAllConnections();
  }

  private drop(uid: string): void {
    for (const stream of [...(this.open.get(uid) ?? [])]) stream.destroy();
    this.open.delete(uid);
  }

  /** A page that says which pod answers, and where it runs; `/bytes/N` is N bytes. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    const pod = this.pods.get(request.socket);
    const [, wanted] = /^\/bytes\/(\d{1,10})$/.exec(request.url ?? "") ?? [];
    const size = Number(wanted);
    if (wanted !== undefined && size <= largest) {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
      send(response, size);
      return;
    }
    const { name = "", namespace = "" } = pod?.metadata ?? {};
    const page = `<!DOCTYPE html>
<html><head><title>${name}</title></head>
<body><h1>${name}</h1><p>A pod of ${namespace} on ${pod?.spec.nodeName ?? ""}.</p></body></html>
`;
    const isHome = request.url === "/" || request.url === "/healthz";
    response.writeHead(isHome ? 200 : 404, {
      "content-type": "text/html; charset=utf-8",
      "content-length": Buffer.byteLength(page),
    });
    response.end(request.method === "HEAD" ? "" : page);
  }
}

function send(response: ServerResponse, size: number): void {
  let left = size;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      left -= part.length;
      if (!response.write(part)) return;
    }
    response.off("drain", more);
    response.end();
  };
  response.on("drain", more);
  more();
}

const lineLimit = 4096;

function speak(stream: Duplex, protocol: LineProtocol): void {
  let rest = "";
  stream.write(protocol.greeting);
  stream.on("data", (bytes: Buffer) => {
    const lines = (rest + bytes.toString("latin1")).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > lineLimit) stream.destroy();
    else for (const line of lines) stream.write(protocol.answer(line));
  });
  stream.once("end", () => stream.end());
}
