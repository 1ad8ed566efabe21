import type { WebSocket } from "ws";
import { runInteractive } from "../../../shell/interactive.ts";
import type { MachineShell } from "../../../shell/machine-shell.ts";
import { Interrupted } from "../../../shell/process.ts";
import { BrokenPipe, type Sink } from "../../../shell/streams.ts";
import { Terminal } from "../../../shell/terminal.ts";

const bufferedLimit = 256 * 1024;
/** Milliseconds in which a client must say who it is. */
const greetingTime = 10_000;
const longestFrame = 64 * 1024;

/**
 * What comes from a client of termproxy: frames `0:LENGTH:DATA` (typed), `1:COLUMNS:ROWS:` (size) and `2` (still there),
 * in whatever pieces. Gives what is left over; null when it is none of these.
 */
export function readFrames(
  bytes: Buffer,
  take: { input(data: Buffer): void; size(columns: number, rows: number): void },
): Buffer | null {
  let rest = bytes;
  while (rest.length > 0) {
    const head = rest.subarray(0, 24).toString("latin1");
    const [whole, length] = /^0:(\d{1,6}):/.exec(head) ?? [];
    const [size, columns, rows] = /^1:(\d{1,4}):(\d{1,4}):/.exec(head) ?? [];
    if (head.startsWith("2")) rest = rest.subarray(1);
    else if (whole !== undefined) {
      const end = whole.length + Number(length);
      if (Number(length) > longestFrame) return null;
      if (rest.length < end) return rest;
      take.input(rest.subarray(whole.length, end));
      rest = rest.subarray(end);
    } else if (size !== undefined) {
      take.size(Number(columns), Number(rows));
      rest = rest.subarray(size.length);
    } else if (/^[01](:\d{0,6}){0,2}$/.test(head)) return rest;
    else return null;
  }
  return rest;
}

function sinkOf(socket: WebSocket): Sink {
  return {
    terminal: true,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) {
          reject(new BrokenPipe());
          return;
        }
        const isFull = socket.bufferedAmount > bufferedLimit;
        socket.send(bytes, { binary: true }, (error) => {
          if (error) reject(new BrokenPipe());
          else if (isFull) resolve();
        });
        if (!isFull) resolve();
      }),
    end: () => {},
  };
}

/**
 * Serves a shell to a client of termproxy (pve-xtermjs): it says `USER:TICKET` and a line end, is told `OK`, and sends
 * frames from then on; what the shell writes comes back as it is. Resolves when it is over.
 */
export async function serveTerminal(
  socket: WebSocket,
  shell: MachineShell,
  greeting: { name: string; ticket: string; isLetIn: boolean },
): Promise<void> {
  const stop = new AbortController();
  const output = sinkOf(socket);
  const terminal = new Terminal(output, { columns: 80, rows: 24 });
  let held = Buffer.alloc(0);
  let isLetIn = false;
  const { promise: letIn, resolve: onLetIn } = Promise.withResolvers<boolean>();
  const limit = setTimeout(() => onLetIn(false), greetingTime);
  limit.unref();
  socket.on("error", () => socket.terminate());
  socket.once("close", () => {
    onLetIn(false);
    terminal.hangUp();
    stop.abort(new Interrupted(129));
  });
  socket.on("message", (data: Buffer) => {
    held = Buffer.concat([held, data]);
    if (!isLetIn) {
      const end = held.indexOf(10);
      if (end < 0 && held.length < 2_048) return;
      const said = held.subarray(0, Math.max(0, end)).toString("utf8");
      isLetIn = greeting.isLetIn && said === `${greeting.name}:${greeting.ticket}`;
      onLetIn(isLetIn);
      if (!isLetIn) return;
      held = held.subarray(end + 1);
    }
    const left = readFrames(held, {
      input: (bytes) => terminal.feed(bytes),
      size: (columns, rows) => terminal.resize(columns, rows),
    });
    if (left === null) socket.terminate();
    else held = Buffer.from(left);
  });
  const isAdmitted = await letIn;
  clearTimeout(limit);
  if (!isAdmitted) {
    socket.terminate();
    return;
  }
  await output.write(Buffer.from("OK"));
  const opened = shell.open({
    variables: new Map([["TERM", "xterm-256color"]]),
    input: terminal,
    output: terminal.output,
    error: terminal.output,
    terminal: terminal.size,
    signal: stop.signal,
  });
  try {
    await runInteractive(opened, terminal);
  } catch (error) {
    if (!(error instanceof Interrupted) && !(error instanceof BrokenPipe)) throw error;
  }
  socket.close(1000);
}
