import type WebSocket from "ws";
import { z } from "zod";
import type { OpsError } from "../../../../shared/errors.ts";
import { heartbeatPatience, keepHeartbeat } from "../../../reach/heartbeat.ts";
import type { ShellSession } from "../../system.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { cleaned } from "../kinds/seen.ts";
import { shellFailed, streamBroken, streamGarbage, streamSilent } from "./faults.ts";
import { openWebSocket } from "./web-socket.ts";

/** The first byte of each message. Source: k8s.io/apimachinery, remotecommand constants. */
const channel = { input: 0, output: 1, errorOutput: 2, error: 3, resize: 4 } as const;
/** In version 5 a channel can be closed by itself; both say how a command ended. */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
/** The shell that people want where the image has it; every shell that is there otherwise. */
const script =
  "TERM=xterm-256color; export TERM; if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi";
const endOfFile = 4;

const statusSchema = z.object({
  status: z.string().catch(""),
  message: z.string().catch("").default(""),
  reason: z.string().catch("").default(""),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string(), message: z.string() })).catch([]) })
    .catch({ causes: [] })
    .default({ causes: [] }),
});

export interface ExecPlace {
  namespace: string;
  pod: string;
  container: string;
}

/**
 * Opens a shell in a container, with a terminal; it says nothing before `resume` is called. Source: core/v1 `GET …/pods/NAME/exec` over a WebSocket. Throws OpsErrors
 * `kubernetes.…`, `reach.…` and Refusals.
 */
export async function openExecShell(
  access: ClusterAccess,
  place: ExecPlace,
  size: { columns: number; rows: number },
  signal: AbortSignal,
): Promise<ShellSession> {
  const { namespace, pod, container } = place;
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true", tty: "true" });
  for (const word of ["/bin/sh", "-c", script]) query.append("command", word);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/exec`;
  const socket = await openWebSocket(access, { path, query, protocols, signal });
  const shell = new ExecShell(socket, access.name, pod);
  shell.resize(size.columns, size.rows);
  return shell;
}

type End = { exitCode: number | null; error: OpsError | null };

class ExecShell implements ShellSession {
  readonly #socket: WebSocket;
  readonly #cluster: string;
  readonly #pod: string;
  readonly #endListeners: ((end: End) => void)[] = [];
  #onData: (bytes: Uint8Array) => void = () => undefined;
  #end: End | null = null;

  constructor(socket: WebSocket, cluster: string, pod: string) {
    this.#socket = socket;
    this.#cluster = cluster;
    this.#pod = pod;
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("error", (error) => this.#finish({ exitCode: null, error: streamBroken(cluster, error) }));
    socket.once("close", () => this.#finish({ exitCode: null, error: streamBroken(cluster) }));
    keepHeartbeat(socket, () => {
      this.#finish({ exitCode: null, error: streamSilent(cluster, heartbeatPatience / 1000) });
      socket.terminate();
    });
  }

  write(data: string): void {
    this.#send(channel.input, Buffer.from(data, "utf8"));
  }

  resize(columns: number, rows: number): void {
    this.#send(channel.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onEnd(listener: (end: End) => void): void {
    if (this.#end) listener(this.#end);
    else this.#endListeners.push(listener);
  }

  close(): void {
    // What runs in the container ends with its terminal; a node that only sees the connection go may leave it running.
    this.#send(channel.input, Buffer.from([endOfFile]));
    this.#finish({ exitCode: null, error: null });
    this.#socket.close();
    this.#socket.resume();
    const late = setTimeout(() => this.#socket.terminate(), 2_000);
    late.unref();
    this.#socket.once("close", () => clearTimeout(late));
  }

  #send(to: number, bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(Buffer.concat([Buffer.from([to]), bytes]));
  }

  #receive(data: Buffer): void {
    if (this.#end) return;
    const [from] = data;
    const bytes = data.subarray(1);
    if (from === channel.output || from === channel.errorOutput) {
      if (bytes.length > 0) this.#onData(bytes);
    } else if (from === channel.error) {
      if (bytes.length > 0) this.#ended(bytes);
    } else if (from !== undefined && from !== 255) {
      this.#finish({ exitCode: null, error: streamGarbage(this.#cluster) });
      this.#socket.terminate();
    }
  }

  /** The last word: how the command ended (metav1.Status). */
  #ended(bytes: Buffer): void {
    this.#finish(endOf(bytes, this.#pod));
    this.#socket.close();
  }

  #finish(end: End): void {
    if (this.#end) return;
    this.#end = end;
    for (const listener of this.#endListeners.splice(0)) listener(end);
  }
}

/** How a command ended, by the words on the error channel. */
function endOf(bytes: Buffer, pod: string): End {
  const words = bytes.toString("utf8");
  let body: unknown = null;
  try {
    body = JSON.parse(words);
  } catch {
    return { exitCode: null, error: shellFailed(pod, cleaned(words)) };
  }
  const parsed = statusSchema.safeParse(body);
  if (!parsed.success) return { exitCode: null, error: shellFailed(pod, cleaned(words)) };
  const { status, message, reason, details } = parsed.data;
  if (status === "Success") return { exitCode: 0, error: null };
  const cause = details.causes.find((each) => each.reason === "ExitCode");
  const code = cause && /^\d{1,3}$/.test(cause.message) ? Number(cause.message) : null;
  if (reason === "NonZeroExitCode" && code !== null) return { exitCode: code, error: null };
  return { exitCode: code, error: shellFailed(pod, cleaned(message)) };
}
