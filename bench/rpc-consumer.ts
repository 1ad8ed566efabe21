import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { WebSocket } from "ws";
import { SocketChannel } from "../src/main/shell/socket-channel.ts";
import { linkOver } from "../src/renderer/state/channel-link.ts";
import { type Channel, channelState } from "../src/shared/channel.ts";
import { PortChannel } from "../src/shared/port-channel.ts";
import { type benchContract, type Job, type JobResult, workerPort } from "./rpc-contract.ts";

type Client = ContractRouterClient<typeof benchContract>;

/** The reader's side of the RPC benchmark, in a thread of its own as the renderer is a process of its own. */
const given: { port: MessagePort; barePort: MessagePort } | { url: string } = workerData;

const largest = 64 * 1024 * 1024;
const [channel, bare] = await Promise.all(
  "url" in given
    ? [openSocket(`${given.url}calls`), openSocket(`${given.url}bare`)]
    : [
        new PortChannel(workerPort(given.port), largest),
        new PortChannel(workerPort(given.barePort), largest),
      ],
);
const client = createORPCClient<Client>(linkOver(channel));

async function openSocket(url: string): Promise<Channel> {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return new SocketChannel(socket);
}

/** The library as it comes, on the channel that it then has for itself. */
function withoutPacing(): Client {
  const target = new EventTarget();
  channel.onmessage = ({ data }) => target.dispatchEvent(new MessageEvent("message", { data }));
  return createORPCClient<Client>(
    new RPCLink({
      websocket: {
        addEventListener: target.addEventListener.bind(target),
        removeEventListener: target.removeEventListener.bind(target),
        readyState: channelState.open,
        send: (data: unknown) => channel.send(String(data)),
      },
    }),
  );
}

function bareAnswers(message: object, done: (answer: { rows?: unknown[] }) => boolean): Promise<void> {
  return new Promise((resolve) => {
    bare.onmessage = ({ data }) => {
      if (done(JSON.parse(String(data)))) resolve();
    };
    bare.send(JSON.stringify(message));
  });
}

async function stream(job: Extract<Job, { kind: "stream" }>): Promise<number> {
  const startedAt = performance.now();
  let rows = 0;
  if (job.side === "ours") {
    for await (const frame of await client.rows({ total: job.total, batch: job.batch })) {
      rows += frame.rows.length;
    }
  } else {
    await bareAnswers({ total: job.total, batch: job.batch }, (answer) => {
      rows += answer.rows?.length ?? 0;
      return rows === job.total;
    });
  }
  if (rows !== job.total) throw new Error(`${rows} rows arrived of ${job.total}`);
  return performance.now() - startedAt;
}

async function echo(job: Extract<Job, { kind: "echo" }>): Promise<number> {
  const startedAt = performance.now();
  for (let call = 0; call < job.calls; call++) {
    const id = `call-${call}`;
    if (job.side === "ours") await client.echo({ id });
    else await bareAnswers({ id }, () => true);
  }
  return ((performance.now() - startedAt) * 1000) / job.calls;
}

async function stall(job: Extract<Job, { kind: "stall" }>): Promise<number> {
  const before = process.memoryUsage().heapUsed;
  const frames = await (job.paced ? client : withoutPacing()).endless();
  await frames.next();
  await new Promise((resolve) => setTimeout(resolve, job.milliseconds));
  const grown = process.memoryUsage().heapUsed - before;
  await frames.return?.();
  return grown;
}

async function cancel(): Promise<number> {
  const frames = await client.endless();
  await frames.next();
  const leftAt = performance.timeOrigin + performance.now();
  await frames.return?.();
  return leftAt;
}

async function run(job: Job): Promise<number> {
  if (job.kind === "stream") return await stream(job);
  if (job.kind === "echo") return await echo(job);
  if (job.kind === "stall") return await stall(job);
  return await cancel();
}

parentPort?.on("message", async (job: Job) => {
  parentPort?.postMessage({ value: await run(job) } satisfies JobResult);
});
if (channel.readyState === channelState.open) parentPort?.postMessage({ value: 0 } satisfies JobResult);
