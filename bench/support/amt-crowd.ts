import { createServer, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { FakeAmt } from "../../src/main/systems/amt/testing/fake-amt.ts";

/**
 * In a thread of its own: so many AMTs on loopback, and dead ones that take connections and never say a word. Tells
 * their ports once, and at each message how many requests came since the last.
 */
const { living, dead } = z.object({ living: z.int(), dead: z.int() }).parse(workerData);

const machines = await Promise.all(Array.from({ length: living }, () => FakeAmt.start()));
const sockets = new Set<Socket>();
const silent = await Promise.all(
  Array.from({ length: dead }, async () => {
    const server = createServer((socket) => sockets.add(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }),
);

for (const { firmware } of machines)
  firmware.onPower = (code) => firmware.power.splice(0, 1, code === 8 ? 8 : 2);
parentPort?.on("message", () => {
  parentPort?.postMessage(machines.reduce((sum, { received }) => sum + received.splice(0).length, 0));
});
parentPort?.postMessage({ living: machines.map(({ port }) => port), dead: silent });
