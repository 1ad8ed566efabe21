import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WebSocket } from "ws";
import { FakeStreams } from "../testing/fake-streams.ts";
import { quiet, until } from "../testing/surroundings.ts";
import { connectPort } from "./port-stream.ts";

let server: FakeStreams;
beforeEach(async () => {
  server = await FakeStreams.start();
});
afterEach(() => server.close());

const port = 8080;
const head = Buffer.from([port & 0xff, port >> 8]);
const on = (channel: number, bytes: Uint8Array) => Buffer.concat([Buffer.from([channel]), bytes]);

function begin(socket: WebSocket): void {
  socket.send(on(0, head));
  socket.send(on(1, head));
}
const connect = (): Promise<Duplex> =>
  connectPort(server.access, { namespace: "shop", pod: "api-1", port }, quiet);

test("carries bytes both ways without the protocol's own", async () => {
  const asked = randomBytes(300_000);
  const answer = randomBytes(500_000);
  const heard: Buffer[] = [];
  server.serve = (socket) => {
    begin(socket);
    socket.on("message", (data: Buffer) => {
      expect(data[0]).toBe(0);
      heard.push(data.subarray(1));
      if (Buffer.concat(heard).length < asked.length) return;
      for (let from = 0; from < answer.length; from += 60_000)
        socket.send(on(0, answer.subarray(from, from + 60_000)));
      socket.close();
    });
  };
  const stream = await connect();
  stream.end(asked);
  expect((await buffer(stream)).equals(answer)).toBe(true);
  expect(Buffer.concat(heard).equals(asked)).toBe(true);
  expect(server.requests[0]?.url).toBe("/api/v1/namespaces/shop/pods/api-1/portforward?ports=8080");
});

test("reads the port's number however it is cut up", async () => {
  server.serve = (socket) => {
    socket.send(on(0, head.subarray(0, 1)));
    socket.send(on(0, Buffer.concat([head.subarray(1), Buffer.from("hello")])));
    socket.close();
  };
  expect(await text(await connect())).toBe("hello");
});

test("what the node says of the port is its error", async () => {
  server.serve = (socket) => {
    begin(socket);
    socket.send(on(1, Buffer.from("dial tcp4 127.0.0.1:8080: connect: connection refused\n")));
  };
  await expect(text(await connect())).rejects.toMatchObject({
    code: "kubernetes.port-refused",
    message: expect.stringContaining("connection refused"),
  });
});

test("a channel that there is not cuts it", async () => {
  server.serve = (socket) => socket.send(on(7, head));
  await expect(text(await connect())).rejects.toMatchObject({ code: "kubernetes.stream-garbage" });
});

test("a server that breaks the protocol of WebSockets is told", async () => {
  server.serve = (socket) => socket.close(1011, "internal error");
  await expect(text(await connect())).rejects.toMatchObject({ code: "kubernetes.stream-broken" });
});

test("who does not read is not sent more than a few messages", async () => {
  let sent = 0;
  server.serve = (socket) => {
    begin(socket);
    const more = () => {
      if (sent >= 400 || socket.readyState !== socket.OPEN) return;
      sent += 1;
      socket.send(on(0, Buffer.alloc(64 * 1024)), more);
    };
    more();
  };
  const stream = await connect();
  await once(stream, "readable");
  let before = -1;
  await until(() => {
    const still = sent === before;
    before = sent;
    return still && sent > 0 && stream.readableLength > 0;
  });
  expect(stream.readableLength).toBeLessThan(1024 * 1024);
  stream.destroy();
});

test("destroying it lets the far side go", async () => {
  let gone = false;
  server.serve = (socket) => {
    begin(socket);
    socket.once("close", () => {
      gone = true;
    });
  };
  const stream = await connect();
  stream.destroy();
  await until(() => gone);
});
