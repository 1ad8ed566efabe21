import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { runInteractive } from "../../../shell/interactive.ts";
import { MachineShell } from "../../../shell/machine-shell.ts";
import { Interrupted } from "../../../shell/process.ts";
import { Pipe } from "../../../shell/streams.ts";
import { Terminal } from "../../../shell/terminal.ts";
import { drawMachine } from "../../../world/blueprint.ts";
import { MachineView } from "../../../world/view.ts";
import { badRequest, Failure, notFound } from "../api/failure.ts";
import type { Target } from "../api/path.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Pod } from "../store/kinds.ts";
import { logOf } from "./logs.ts";
import { type RemoteChannels, spdyChannels, webSocketChannels } from "./remote-channels.ts";
import { acceptSpdy, gatherStreams, offered, wishOf } from "./upgrade.ts";

const webSocketProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const spdyProtocols = ["v4.channel.k8s.io"];
const messageLimit = 1024 * 1024;

/** What a client asks a container for: a command with its arguments, or what it says anyway. */
type Wish = { pod: Pod; container: string; command: readonly string[]; query: URLSearchParams };

/** Serves `exec` and `attach` of pods, over WebSocket and SPDY: a shell of the lab's own in each container. */
export class PodShells {
  private readonly cluster: Cluster;
  private readonly onFailure: (error: unknown) => void;
  private readonly shells = new Map<string, MachineShell>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => webSocketProtocols.find((protocol) => asked.has(protocol)) ?? false,
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
    const isAttach = target.subresource === "attach";
    const command = isAttach ? [] : query.getAll("command");
    if (!isAttach && command.length === 0) {
      throw badRequest("you must specify at least 1 command for the container");
    }
    if (pod.status.phase !== "Running" || !this.cluster.machines.isUp(pod.spec.nodeName ?? "")) {
      throw new Failure(
        500,
        "InternalError",
        `unable to upgrade connection: container not running (${container})`,
      );
    }
    const wish = { pod, container, command, query };
    if (wishOf(request) === "spdy") {
      acceptSpdy(request, stream, spdyProtocols);
      const { connection, streams } = gatherStreams(stream, head, streamsFor(query));
      // A client that opens nothing has gone away or been told.
      streams.then(
        (found) => this.serve(spdyChannels(connection, found), wish),
        () => connection.close(),
      );
      return;
    }
    const protocols = offered(request, "sec-websocket-protocol");
    if (!protocols.some((entry) => webSocketProtocols.includes(entry))) {
      throw badRequest(
        `unable to upgrade: none of the protocols is known: ${protocols.join(",").slice(0, 200)}`,
      );
    }
    this.server.handleUpgrade(request, stream, head, (socket) => this.serve(webSocketChannels(socket), wish));
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

  private serve(channels: RemoteChannels, wish: Wish): void {
    const work = wish.command.length === 0 ? this.attach(channels, wish) : this.run(channels, wish);
    work.catch((error: unknown) => {
      this.onFailure(error);
      channels.breakOff();
    });
  }

  private async run(channels: RemoteChannels, { pod, command, query }: Wish): Promise<void> {
    const stop = new AbortController();
    const isTerminal = query.get("tty") === "true";
    const { output } = channels;
    const terminal = isTerminal ? new Terminal(output, { columns: 80, rows: 24 }) : null;
    const input = new Pipe();
    if (query.get("stdin") !== "true") input.end();
    channels.onResize((bytes) => resize(terminal, bytes));
    channels.onInput(async (bytes) => {
      if (bytes === null) input.end();
      else if (terminal) terminal.feed(bytes);
      else await input.write(bytes);
    });
    channels.onGone(() => {
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
      error: terminal?.output ?? channels.error,
      terminal: terminal?.size ?? null,
      signal: stop.signal,
    });
    const isShell = becomesShell(command);
    const script = isShell ? "sh -s" : command.map(quoted).join(" ");
    let status: number;
    try {
      status = terminal && isShell ? await runInteractive(shell, terminal) : await shell.runScript(script);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      status = error.status;
    }
    channels.finish(resultOf(status));
  }

  /** What the container writes from now on, until it ends or the client goes. */
  private async attach(channels: RemoteChannels, { pod, container }: Wish): Promise<void> {
    const stop = new AbortController();
    channels.onGone(() => stop.abort());
    const log = logOf(pod, container, this.cluster.now());
    let next = 0;
    const runs = () =>
      this.cluster.pods.get(pod.metadata.namespace, pod.metadata.name)?.metadata.uid === pod.metadata.uid;
    while (!stop.signal.aborted && runs()) {
      await this.cluster.pause(Math.max(log.step, 100), stop.signal).catch(() => {});
      const end = Math.floor((this.cluster.now() - log.start) / log.step);
      for (; next < end && !stop.signal.aborted; next += 1) {
        await channels.output.write(Buffer.from(`${log.line(next)}\n`)).catch(() => stop.abort());
      }
    }
    channels.finish(resultOf(0));
  }
}

/** The streams that a client of SPDY opens for what it asks for. */
function streamsFor(query: URLSearchParams): string[] {
  const asked = (name: string) => query.get(name) === "true";
  const isTerminal = asked("tty");
  return [
    "error",
    ...["stdin", "stdout", "stderr"].filter((name) => asked(name) && !(isTerminal && name === "stderr")),
    ...(isTerminal ? ["resize"] : []),
  ];
}

/** Whether a command is a shell that reads what is typed: one without arguments, or whose script ends by becoming one. */
function becomesShell([program = "", option, script, ...rest]: readonly string[]): boolean {
  if (!/(^|\/)(ba|da)?sh$/.test(program) || rest.length > 0) return false;
  return option === undefined || (option === "-c" && /\bexec (ba|da)?sh(; fi)?$/.test(script ?? ""));
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
