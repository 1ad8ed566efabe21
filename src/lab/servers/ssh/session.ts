import type { ServerChannel, Session } from "ssh2";
import { runInteractive } from "../../shell/interactive.ts";
import type { MachineShell } from "../../shell/machine-shell.ts";
import { Interrupted } from "../../shell/process.ts";
import { Terminal } from "../../shell/terminal.ts";
import { channelSink, channelSource } from "./channel-streams.ts";

/** World milliseconds that a command without a terminal may go on after its connection broke. */
const orphanTime = 15 * 60_000;
const variableLimit = 50;

export interface SessionParts {
  shell: MachineShell;
  /** The value of SSH_CONNECTION: the client's address and port, the server's address and port. */
  connection: string;
  /** Calls back after so many milliseconds of world time; the function that is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void;
  onFailure(error: unknown): void;
}

/** Serves one session channel (RFC 4254, 6): a terminal, a shell or a command; SFTP and all else is refused. */
export function serveSession(session: Session, parts: SessionParts): void {
  const variables = new Map<string, string>();
  let size: { columns: number; rows: number } | null = null;
  let resize: (columns: number, rows: number) => void = () => {};
  let signalled: (name: string) => void = () => {};

  session.on("env", (accept, _reject, info) => {
    const known = /^(LANG|LC_[A-Z]+|TERM|COLORTERM)$/.test(info.key) && variables.size < variableLimit;
    if (known) variables.set(info.key, info.val.slice(0, 1000));
    if (known) accept?.();
    else _reject?.();
  });
  session.on("pty", (accept, _reject, info) => {
    size = { columns: info.cols || 80, rows: info.rows || 24 };
    accept?.();
  });
  session.on("window-change", (accept, _reject, info) => {
    resize(info.cols, info.rows);
    accept?.();
  });
  session.on("signal", (accept, _reject, info) => {
    signalled(info.name);
    accept?.();
  });
  const start = (channel: ServerChannel, command: string | null) => {
    const stop = new AbortController();
    signalled = (name) => stop.abort(new Interrupted(name === "INT" ? 130 : 143));
    const terminal = size ? new Terminal(channelSink(channel), { ...size }) : null;
    if (terminal) {
      resize = (columns, rows) => terminal.resize(columns, rows);
      channel.on("data", (bytes: Buffer) => terminal.feed(bytes));
      channel.on("end", () => terminal.hangUp());
    }
    run(channel, command, terminal, variables, parts, stop).catch(parts.onFailure);
  };
  session.on("shell", (accept) => start(accept(), null));
  session.on("exec", (accept, _reject, info) => start(accept(), info.command));
}

async function run(
  channel: ServerChannel,
  command: string | null,
  terminal: Terminal | null,
  variables: ReadonlyMap<string, string>,
  parts: SessionParts,
  stop: AbortController,
): Promise<void> {
  let calledOff = () => {};
  channel.on("error", () => channel.destroy());
  channel.once("close", () => {
    // Without a terminal nobody tells a command that its connection is gone (sshd(8)); it ends when it writes.
    if (terminal) {
      terminal.hangUp();
      stop.abort(new Interrupted(129));
    } else calledOff = parts.after(orphanTime, () => stop.abort(new Interrupted(129)));
  });
  const output = terminal?.output ?? channelSink(channel);
  const shell = parts.shell.open({
    variables: new Map([
      ...variables,
      ["SSH_CONNECTION", parts.connection],
      ["SSH_CLIENT", parts.connection.split(" ").toSpliced(2, 1).join(" ")],
      ...(terminal ? ([["SSH_TTY", "/dev/pts/0"]] as const) : []),
    ]),
    input: terminal ?? channelSource(channel),
    output,
    error: terminal?.output ?? channelSink(channel.stderr, channel),
    terminal: terminal?.size ?? null,
    signal: stop.signal,
  });
  try {
    const status = command === null ? await interact(terminal) : await shell.runScript(command);
    if (channel.writable) channel.exit(status);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (channel.writable) channel.exit(error.status);
  } finally {
    calledOff();
    channel.end();
  }

  async function interact(screen: Terminal | null): Promise<number> {
    if (!screen) return shell.runLine("sh -s").then(() => shell.state.lastStatus);
    await shell.runLine("cat /etc/motd");
    return runInteractive(shell, screen);
  }
}
