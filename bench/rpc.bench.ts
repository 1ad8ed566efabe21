import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { implement } from "@orpc/server";
import { WebSocketServer } from "ws";
import { z } from "zod";
import { type CallContext, createCallServer } from "../src/main/shell/calls.ts";
import { SocketChannel } from "../src/main/shell/socket-channel.ts";
import type { PacedChannel } from "../src/shared/channel.ts";
import { listRowSchema } from "../src/shared/live.ts";
import { PortChannel } from "../src/shared/port-channel.ts";
import { alone, compared, type Row } from "./row.ts";
import { benchContract, type Job, type JobResult, makeRows, workerPort } from "./rpc-contract.ts";

const total = 20_000;
const rounds = 5;
const largest = 64 * 1024 * 1024;
const rows = makeRows(total);

/** What the endless stream is doing on this side. */
const endless = { frames: 0, endedAt: 0 };

const builder = implement(benchContract).$context<CallContext>();
const router = builder.router({
  rows: builder.rows.handler(async function* ({ input, context }) {
    for (let at = 0; at < input.total; at += input.batch) {
      await context.drained();
      yield { rows: rows.slice(at, at + input.batch) };
    }
  }),
  echo: builder.echo.handler(({ input }) => ({ id: input.id })),
  endless: builder.endless.handler(async function* () {
    endless.frames = 0;
    try {
      while (true) {
        endless.frames += 1;
        yield { rows: rows.slice(0, 100) };
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      endless.endedAt = performance.timeOrigin + performance.now();
    }
  }),
});

/** The floor: the same rows as bare JSON on the same kind of channel, without check, cancel or back-pressure. */
function serveBare(channel: PacedChannel): void {
  channel.onmessage = ({ data }) => {
    const asked: { total: number; batch: number } | { id: string } = JSON.parse(String(data));
    if ("id" in asked) {
      channel.send(JSON.stringify(asked));
      return;
    }
    for (let at = 0; at < asked.total; at += asked.batch) {
      channel.send(JSON.stringify({ rows: rows.slice(at, at + asked.batch) }));
    }
  };
}

/**
 * Measures the RPC between main and renderer over both transports: 20,000 rows in frames of several sizes and a
 * call there and back, against a bare JSON channel; then what a reader that stopped reading costs, against the
 * library without our pacing; then how soon main learns that a reader has left.
 */
export default async function rpc(): Promise<Row[]> {
  return [...(await overPorts()), ...(await overSockets()), checkAlone()];
}

/** What the contract's check of every row costs by itself, and so no RPC library could save. */
function checkAlone(): Row {
  const schema = z.array(listRowSchema);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    schema.parse(rows);
    best = Math.min(best, performance.now() - startedAt);
  }
  return alone("check of rows alone", "rows/s", (total * 1000) / best);
}

async function overPorts(): Promise<Row[]> {
  const server = createCallServer(router);
  const calls = new MessageChannel();
  const bare = new MessageChannel();
  server.serve(new PortChannel(workerPort(calls.port1), largest));
  serveBare(new PortChannel(workerPort(bare.port1), largest));
  const consumer = new Worker(new URL("./rpc-consumer.ts", import.meta.url), {
    workerData: { port: calls.port2, barePort: bare.port2 },
    transferList: [calls.port2, bare.port2],
  });
  try {
    return await measure("port", consumer);
  } finally {
    await consumer.terminate();
    server.close();
  }
}

async function overSockets(): Promise<Row[]> {
  const server = createCallServer(router);
  const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  sockets.on("connection", (socket, request) => {
    const channel = new SocketChannel(socket);
    if (request.url === "/calls") server.serve(channel);
    else serveBare(channel);
  });
  await once(sockets, "listening");
  const address = sockets.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  const consumer = new Worker(new URL("./rpc-consumer.ts", import.meta.url), {
    workerData: { url: `ws://127.0.0.1:${address.port}/` },
  });
  try {
    return await measure("websocket", consumer);
  } finally {
    await consumer.terminate();
    server.close();
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => sockets.close(resolve));
  }
}

async function measure(transport: string, consumer: Worker): Promise<Row[]> {
  await once(consumer, "message");
  const ask = async (job: Job): Promise<number> => {
    consumer.postMessage(job);
    const [answer]: [JobResult] = (await once(consumer, "message")) as [JobResult];
    return answer.value;
  };
  const table: Row[] = [];
  for (const batch of [1000, 500, 100, 1]) {
    const [ours, peer] = await bestOf(ask, (side) => ({ kind: "stream", side, total, batch }));
    const perSecond = (milliseconds: number) => (total * 1000) / milliseconds;
    table.push(
      compared(`${transport}: ${batch} a frame`, "rows/s", perSecond(ours), perSecond(peer), "bare JSON"),
    );
  }
  const [ours, peer] = await bestOf(ask, (side) => ({ kind: "echo", side, calls: 1000 }));
  table.push(compared(`${transport}: call`, "µs", ours, peer, "bare JSON"));
  endless.endedAt = 0;
  const leftAt = await ask({ kind: "cancel" });
  while (endless.endedAt === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  table.push(alone(`${transport}: reader leaves to query ended`, "ms", endless.endedAt - leftAt));
  table.push(...(await measureStall(transport, ask)));
  return table;
}

async function measureStall(transport: string, ask: (job: Job) => Promise<number>): Promise<Row[]> {
  const milliseconds = 1000;
  const pacedBytes = await ask({ kind: "stall", paced: true, milliseconds });
  const pacedFrames = endless.frames;
  // Last, since it takes the channel over.
  const plainBytes = await ask({ kind: "stall", paced: false, milliseconds });
  const plainFrames = endless.frames;
  const mebibytes = (bytes: number) => Math.max(0.1, bytes / 1024 / 1024);
  const peerName = "oRPC without pacing";
  return [
    compared(`${transport}: frames to a stalled reader in 1 s`, "frames", pacedFrames, plainFrames, peerName),
    compared(
      `${transport}: memory of a stalled reader after 1 s`,
      "MiB",
      mebibytes(pacedBytes),
      mebibytes(plainBytes),
      peerName,
    ),
  ];
}

/** The best of some rounds on either side, taken in turns so that both meet the same machine. */
async function bestOf(
  ask: (job: Job) => Promise<number>,
  job: (side: "ours" | "peer") => Job,
): Promise<[number, number]> {
  let ours = Number.POSITIVE_INFINITY;
  let peer = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    ours = Math.min(ours, await ask(job("ours")));
    peer = Math.min(peer, await ask(job("peer")));
  }
  return [ours, peer];
}

if (import.meta.main) console.table(await rpc());
