import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { runInteractive } from "../../../shell/interactive.ts";
import { MachineShell } from "../../../shell/machine-shell.ts";
import { Interrupted } from "../../../shell/process.ts";
import { BrokenPipe, Pipe, type Sink } from "../../../shell/streams.ts";
import { Terminal } from "../../../shell/terminal.ts";
import { drawMachine } from "../../../world/blueprint.ts";
import { MachineView } from "../../../world/view.ts";
import { badRequest, Failure, notFound } from "../api/failure.ts";
import type { Target } from "../api/path.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Pod } from "../store/kinds.ts";

/** The channels of `remotecommand` (Kubernetes, KEP-4006): the first byte of each message; 255 closes one. */
const channels = { input: 0, output: 1, error: 2, result: 3, resize: 4, close: 255 } as const;
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const messageLimit = 1024 * 1024;
const bufferedLimit = 256 * 1024;

/** Serves `exec` of pods over WebSocket: a shell of the lab's own in each container. */
export class PodShells {
  private readonly cluster: Cluster;
  private readonly onFailure: (error: unknown) => void;
  private readonly shells = new Map<string, MachineShell>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => protocols.find((protocol) => asked.has(protocol)) ?? false,
  });

  constructor(cluster: Cluster, onFailure: (error: unknown) => void) {
    this.cluster = cluster;
    this.onFailure = onFailure;
    cluster.pods.onChange((after, before) => {
      if (before && after?.metadata.uid !== before.metadata.uid) this.drop(before);
    });
  }

  /** Takes an upgrade that was let in. Throws a Failure when the pod has no such container that runs. */
  upgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    asked: { target: Target; query: URLSearchParams },
  ): void {
    const { target, query } = asked;
    const pod = this.cluster.pods.get(target.namespace, target.name ?? "");
    if (!pod) throw notFound(target.resource, target.name ?? "");
    const container = query.get("container") || pod.spec.containers[0]?.name || "";
    if (!pod.spec.containers.some(({ name }) => name === container)) {
      throw badRequest(`container ${container.slice(0, 100)} is not valid for pod ${pod.metadata.name}`);
    }
    const command = query.getAll("command");
    if (command.length === 0) throw badRequest("you must specify at least 1 command for the container");
    if (pod.status.phase !== "Running" || !this.cluster.machines.isUp(pod.spec.nodeName ?? "")) {
      throw new Failure(
        500,
        "InternalError",
        `unable to upgrade connection: container not running (${container})`,
      );
    }
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((entry) => entry.trim());
    if (!offered.some((entry) => protocols.includes(entry))) {
      throw badRequest(
        `unable to upgrade: none of the protocols is known: ${offered.join(",").slice(0, 200)}`,
      );
    }
    this.server.handleUpgrade(request, stream, head, (socket) => {
      this.run(socket, pod, command, query).catch((error: unknown) => {
        this.onFailure(error);
        socket.terminate();
      });
    });
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    for (const shell of this.shells.values()) shell.lostPower();
  }

  private shellOf(pod: Pod): MachineShell {
    const { uid, name } = pod.metadata;
    const known = this.shells.get(uid);
    if (known) return known;
    const { world } = this.cluster;
    const blueprint = {
      id: name,
      role: "vm",
      address: pod.status.podIP ?? "",
      domain: "pods.atelier.example",
    } as const;
    const machine = drawMachine(blueprint, world.seed, this.cluster.now());
    const shell = new MachineShell(new MachineView(world, machine), this.onFailure);
    this.shells.set(uid, shell);
    return shell;
  }

  private drop(pod: Pod): void {
    this.shells.get(pod.metadata.uid)?.lostPower();
    this.shells.delete(pod.metadata.uid);
  }

  private async run(socket: WebSocket, pod: Pod, command: string[], query: URLSearchParams): Promise<void> {
    const stop = new AbortController();
    const isTerminal = query.get("tty") === "true";
    const output = sinkOf(socket, channels.output);
    const terminal = isTerminal ? new Terminal(output, { columns: 80, rows: 24 }) : null;
    const input = new Pipe();
    if (query.get("stdin") !== "true") input.end();
    socket.on("message", (data: Buffer) => {
      const [channel] = data;
      const bytes = data.subarray(1);
      if (channel === channels.resize) resize(terminal, bytes);
      else if (channel === channels.close) input.end();
      else if (channel === channels.input) {
        if (terminal) terminal.feed(bytes);
        else {
          socket.pause();
          input.write(bytes).then(
            () => socket.resume(),
            () => socket.resume(),
          );
        }
      }
    });
    socket.on("error", () => socket.terminate());
    socket.once("close", () => {
      terminal?.hangUp();
      input.end();
      stop.abort(new Interrupted(129));
    });
    const shell = this.shellOf(pod).open({
      variables: new Map([
        ["HOSTNAME", pod.metadata.name],
        ...(isTerminal ? ([["TERM", "xterm"]] as const) : []),
      ]),
      input: terminal ?? input,
      output: terminal?.output ?? output,
      error: terminal?.output ?? sinkOf(socket, channels.error),
      terminal: terminal?.size ?? null,
      signal: stop.signal,
    });
    const isShell = command.length === 1 && /(^|\/)(ba|da)?sh$/.test(command[0] ?? "");
    const script = isShell ? "sh -s" : command.map(quoted).join(" ");
    let status: number;
    try {
      status = terminal && isShell ? await runInteractive(shell, terminal) : await shell.runScript(script);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      status = error.status;
    }
    if (socket.readyState !== socket.OPEN) return;
    socket.send(
      Buffer.concat([Buffer.from([channels.result]), Buffer.from(JSON.stringify(resultOf(status)))]),
    );
    socket.close(1000);
  }
}

function quoted(word: string): string {
  const isPlain = /^[\w./:=@%+-]+$/.test(word);
  return isPlain ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function resultOf(status: number): object {
  if (status === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    reason: "NonZeroExitCode",
    message: `command terminated with non-zero exit code: exit status ${status}`,
    details: { causes: [{ reason: "ExitCode", message: String(status) }] },
  };
}

function resize(terminal: Terminal | null, bytes: Buffer): void {
  const [, width] = /"Width":(\d{1,5})/i.exec(bytes.toString("utf8")) ?? [];
  const [, height] = /"Height":(\d{1,5})/i.exec(bytes.toString("utf8")) ?? [];
  if (width && height) terminal?.resize(Number(width), Number(height));
}

function sinkOf(socket: WebSocket, channel: number): Sink {
  return {
    terminal: false,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) {
          reject(new BrokenPipe());
          return;
        }
        const isFull = socket.bufferedAmount > bufferedLimit;
        socket.send(Buffer.concat([Buffer.from([channel]), bytes]), (error) => {
          if (error) reject(new BrokenPipe());
          else if (isFull) resolve();
        });
        if (!isFull) resolve();
      }),
    end: () => {},
  };
}
