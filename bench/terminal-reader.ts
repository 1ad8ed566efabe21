import { parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";
import { z } from "zod";
import { SocketChannel } from "../src/main/shell/socket-channel.ts";
import type { TerminalCommand } from "../src/shared/terminal.ts";
import { MarkWatch, type TerminalJob, type TerminalJobResult } from "./support/terminal-jobs.ts";

/** The window's side of a terminal, in a thread of its own: takes bytes, acknowledges them, types. */
const { url } = z.object({ url: z.string() }).parse(workerData);

const socket = new WebSocket(url);
const channel = new SocketChannel(socket);
await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));

let take: (bytes: Buffer) => void = () => undefined;
channel.onmessage = ({ data }) => {
  if (!(data instanceof ArrayBuffer)) return;
  tell({ type: "acknowledge", bytes: data.byteLength });
  take(Buffer.from(data));
};

function tell(command: TerminalCommand): void {
  channel.send(JSON.stringify(command));
}

/** What either side does: types `input`, then reads until the mark has come. */
function run(job: TerminalJob): Promise<TerminalJobResult> {
  return new Promise((resolve) => {
    const watch = new MarkWatch(job.mark);
    const startedAt = performance.now();
    take = (bytes) => {
      if (watch.saw(bytes)) resolve({ milliseconds: performance.now() - startedAt, bytes: watch.bytes });
    };
    tell({ type: "input", data: job.input });
  });
}

parentPort?.on("message", async (jobs: TerminalJob[]) => {
  const results: TerminalJobResult[] = [];
  for (const job of jobs) results.push(await run(job));
  parentPort?.postMessage(results);
});
parentPort?.postMessage([]);
