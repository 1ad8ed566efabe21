import { Duplex } from "node:stream";
import type WebSocket from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import { heartbeatPatience, keepHeartbeat } from "../../../reach/heartbeat.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { cleaned } from "../kinds/seen.ts";
import { portRefused, streamBroken, streamGarbage, streamSilent } from "./faults.ts";
import { openWebSocket } from "./web-socket.ts";

/** One port has two channels, each of which begins with the port's number. Source: k8s.io/kubelet, portforward. */
const protocols = ["v4.channel.k8s.io"];
const dataChannel = 0;
const errorChannel = 1;
const mostWords = 4096;
/** Messages stay below what every server takes at once, in bytes. */
const pieceSize = 32 * 1024;
/**
 * The protocol cannot tell the far side that nothing more will be sent. What it still has to say is waited for: it is
 * done when it says nothing for so long, in milliseconds.
 */
const lastWords = 60_000;

/**
 * One connection to a port of a pod. Source: core/v1 `GET …/pods/NAME/portforward` over a WebSocket, which kubelets serve
 * from before 1.20 to today. The node's own words about a port that cannot be reached come as the stream's error,
 * `kubernetes.port-refused`. Throws OpsErrors `kubernetes.…`, `reach.…` and Refusals.
 */
export async function connectPort(
  access: ClusterAccess,
  { namespace, pod, port }: { namespace: string; pod: string; port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
  const query = new URLSearchParams({ ports: String(port) });
  const socket = await openWebSocket(access, { path, query, protocols, signal });
  return new PortStream(socket, { cluster: access.name, pod, port });
}

class PortStream extends Duplex {
  readonly #socket: WebSocket;
  readonly #to: { cluster: string; pod: string; port: number };
  /** Bytes of the port's number that are still to come, per channel. */
  readonly #heads = [2, 2];
  #words = "";
  #late: NodeJS.Timeout | null = null;

  constructor(socket: WebSocket, to: { cluster: string; pod: string; port: number }) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#to = to;
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("error", (error) => this.destroy(streamBroken(to.cluster, error)));
    socket.once("close", (code) => this.#closed(code));
    keepHeartbeat(socket, () => this.destroy(streamSilent(to.cluster, heartbeatPatience / 1000)));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#sendPieces(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#waitForLastWords();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#late) clearTimeout(this.#late);
    this.#socket.resume();
    this.#socket.terminate();
    done(error);
  }

  async #sendPieces(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length; from += pieceSize) {
      const piece = Buffer.concat([Buffer.from([dataChannel]), chunk.subarray(from, from + pieceSize)]);
      await new Promise<void>((resolve, reject) => {
        this.#socket.send(piece, (error) =>
          error ? reject(this.#fault() ?? streamBroken(this.#to.cluster, error)) : resolve(),
        );
      });
    }
  }

  #receive(data: Buffer): void {
    const [from = -1] = data;
    const head = this.#heads[from];
    if (head === undefined) {
      this.destroy(streamGarbage(this.#to.cluster));
      return;
    }
    const bytes = data.subarray(1 + head);
    this.#heads[from] = Math.max(0, head - (data.length - 1));
    if (bytes.length === 0) return;
    if (from === errorChannel) {
      if (this.#words.length < mostWords) this.#words += bytes.toString("utf8");
      this.destroy(this.#fault() ?? undefined);
      return;
    }
    if (this.#late) this.#late.refresh();
    if (!this.push(bytes)) this.#socket.pause();
  }

  #fault(): OpsError | null {
    const { pod, port } = this.#to;
    return this.#words === "" ? null : portRefused(pod, port, cleaned(this.#words));
  }

  /** The far side has ended: with its last byte, or broken off. */
  #closed(code: number): void {
    // 1006: without a farewell (RFC 6455, 7.4.1). Servers hang up like that at the end of a connection as well.
    if (code !== 1000 && code !== 1005 && code !== 1006) this.destroy(streamBroken(this.#to.cluster));
    else this.push(null);
    if (!this.writableEnded) this.end();
  }

  #waitForLastWords(): void {
    this.#late ??= setTimeout(() => this.destroy(), lastWords);
    this.#late.unref();
  }
}
