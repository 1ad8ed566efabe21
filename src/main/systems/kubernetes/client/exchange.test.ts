import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { quiet } from "../testing/surroundings.ts";
import { exchange, readBody } from "./exchange.ts";

let server: Server;
let agent: Agent;
beforeEach(() => {
  agent = new Agent();
});
afterEach(async () => {
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function answered(answer: RequestListener): Promise<IncomingMessage> {
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = { cluster: "east", address: "127.0.0.1", port, path: "", tls: null };
  const asked = { method: "GET" as const, path: "/api", headers: {}, body: null, signal: quiet };
  return exchange(agent, endpoint, asked);
}

const mebibyte = 1024 * 1024;

test("an answer is unpacked no further than it may be long, however small it came", async () => {
  // Eight kilobytes of it become eight megabytes.
  const bomb = gzipSync(Buffer.alloc(8 * mebibyte));
  const incoming = await answered((_asked, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(bomb);
  });
  await expect(readBody(incoming, "east", mebibyte, quiet)).rejects.toMatchObject({
    code: "kubernetes.too-large",
  });
  expect(bomb.length).toBeLessThan(mebibyte / 64);
  expect(incoming.destroyed).toBe(true);
});

test("an answer that is packed and cut off is told from one that is whole", async () => {
  const packed = gzipSync("word ".repeat(1000));
  const incoming = await answered((_asked, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(packed.subarray(0, packed.length - 12));
  });
  await expect(readBody(incoming, "east", mebibyte, quiet)).rejects.toMatchObject({
    code: "kubernetes.truncated",
  });
});

test("a head longer than any has is refused", async () => {
  const incoming = answered((_asked, response) => {
    response.writeHead(200, { "x-filled": "x".repeat(70_000) });
    response.end("{}");
  });
  await expect(incoming).rejects.toMatchObject({ code: "kubernetes.too-large" });
});
