import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";
import { badRequest, Failure, notFound } from "../api/failure.ts";
import type { Target } from "../api/path.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Pod } from "../store/kinds.ts";
import { PodPorts } from "./pod-ports.ts";
import { SpdyConnection, type SpdyStream } from "./spdy/connection.ts";
import { acceptSpdy, offered, wishOf } from "./upgrade.ts";

const protocol = "portforward.k8s.io";
/** SPDY inside a WebSocket (Kubernetes, KEP-4006), and a WebSocket with two channels for each port. */
const tunnel = `SPDY/3.1+${protocol}`;
const channels = "v4.channel.k8s.io";
const messageLimit = 1024 * 1024;
const portLimit = 16;

/** Serves `portforward` of pods: SPDY/3.1, SPDY in a WebSocket, and WebSocket channels. */
export class PortForwards {
  private readonly cluster: Cluster;
  private readonly ports: PodPorts;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => [tunnel, channels].find((entry) => asked.has(entry)) ?? false,
  });

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.ports = new PodPorts(cluster);
  }

  /** Takes an upgrade that was let in. Throws a Failure when the pod does not run or the protocol is not known. */
  upgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    asked: { target: Target; query: URLSearchParams },
  ): void {
    const { target, query } = asked;
    const pod = this.cluster.pods.get(target.namespace, target.name ?? "");
    if (!pod) throw notFound(target.resource, target.name ?? "");
    if (pod.status.phase !== "Running") {
      throw badRequest(
        `unable to forward port because pod is not running. Current status=${pod.status.phase}`,
      );
    }
    if (!this.cluster.machines.isUp(pod.spec.nodeName ?? "")) {
      const { hostIP } = pod.status;
      throw new Failure(
        500,
        "InternalError",
        `error dialing backend: dial tcp ${hostIP}:10250: connect: no route to host`,
      );
    }
    if (wishOf(request) === "spdy") {
      acceptSpdy(request, stream, [protocol]);
      this.serveSpdy(stream, head, pod);
      return;
    }
    const protocols = offered(request, "sec-websocket-protocol");
    if (!protocols.some((entry) => entry === tunnel || entry === channels)) {
      throw badRequest(
        `unable to upgrade: none of the protocols is known: ${protocols.join(",").slice(0, 200)}`,
      );
    }
    const isTunnel = protocols.includes(tunnel);
    const wanted = isTunnel ? [] : portsOf(query);
    this.server.handleUpgrade(request, stream, head, (socket) => {
      socket.on("error", () => socket.terminate());
      if (isTunnel) this.serveSpdy(createWebSocketStream(socket), Buffer.alloc(0), pod);
      else this.serveChannels(socket, pod, wanted);
    });
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    this.ports.close();
  }

  /** Each connection is a pair of streams with one `requestid`: `error`, which is for what fails, and `data`. */
  private serveSpdy(wire: Duplex, head: Uint8Array, pod: Pod): void {
    const waiting = new Map<string, SpdyStream>();
    new SpdyConnection(wire, head, (stream) => {
      const id = stream.headers.get("requestid") ?? "";
      const other = waiting.get(id);
      const isPair = other && other.headers.get("streamtype") !== stream.headers.get("streamtype");
      if (!isPair) {
        other?.destroy();
        waiting.set(id, stream);
        stream.once("close", () => {
          if (waiting.get(id) === stream) waiting.delete(id);
        });
        return;
      }
      waiting.delete(id);
      const isData = stream.headers.get("streamtype") === "data";
      this.join(pod, isData ? { data: stream, error: other } : { data: other, error: stream });
    });
  }

  private join(pod: Pod, { data, error }: { data: SpdyStream; error: SpdyStream }): void {
    const port = Number(data.headers.get("port"));
    const far = this.ports.connect(pod, port);
    error.resume();
    if (!far) {
      error.end(refusal(pod, port));
      data.end();
      data.resume();
      return;
    }
    pipeline(data, far, () => {});
    pipeline(far, data, () => error.end());
  }

  /** The channels 2n and 2n+1 of the n-th port: its data and its errors, each with the port's number first. */
  private serveChannels(socket: WebSocket, pod: Pod, wanted: readonly number[]): void {
    const send = (channel: number, bytes: Uint8Array) =>
      new Promise<void>((resolve) => {
        if (socket.readyState !== socket.OPEN) resolve();
        else socket.send(Buffer.concat([Buffer.from([channel]), bytes]), () => resolve());
      });
    const far = wanted.map((port) => this.ports.connect(pod, port));
    for (const [index, port] of wanted.entries()) {
      const number = Buffer.from([port & 0xff, port >> 8]);
      send(index * 2, number);
      send(index * 2 + 1, number);
      const stream = far[index];
      if (!stream) send(index * 2 + 1, Buffer.from(refusal(pod, port)));
    }
    const copies = far.map(async (stream, index) => {
      if (!stream) return;
      try {
        for await (const bytes of stream) await send(index * 2, bytes);
      } catch {
        // The pod hung up.
      }
    });
    socket.on("message", (data: Buffer) => {
      const [channel = 0] = data;
      const stream = channel % 2 === 0 ? far[channel / 2] : undefined;
      if (!stream?.writable || data.length < 2 || stream.write(data.subarray(1))) return;
      socket.pause();
      stream.once("drain", () => socket.resume());
      stream.once("close", () => socket.resume());
    });
    socket.once("close", () => {
      for (const stream of far) stream?.destroy();
    });
    Promise.all(copies).then(() => socket.close(1000));
  }
}

function refusal(pod: Pod, port: number): string {
  return `error forwarding port ${port} to pod ${pod.metadata.uid}, uid : failed to connect to localhost:${port} inside namespace of the pod: dial tcp4 127.0.0.1:${port}: connect: connection refused`;
}

/** The ports of a query. Throws a Failure 400. */
function portsOf(query: URLSearchParams): number[] {
  const given = query.getAll("ports").flatMap((entry) => entry.split(","));
  const ports = given.map(Number);
  const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;
  if (ports.length === 0 || ports.length > portLimit || !ports.every(isPort)) {
    throw badRequest("port must be a number from 1 to 65535, and at least one must be given");
  }
  return ports;
}
