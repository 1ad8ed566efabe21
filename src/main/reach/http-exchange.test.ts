import { once } from "node:events";
import { Agent } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { sameText } from "../../shared/text.ts";
import { type HttpRequest, NotSent, sendHttp, Unanswered, Withheld, wholeBody } from "./http-exchange.ts";
import { serviceFaults } from "./service-faults.ts";

const words = sameText("words");
const faults = serviceFaults({ system: "far", speaks: words, checkPlace: words, tryAgain: words }).http(
  "far-1",
);
let server: Server;
const sockets = new Set<Socket>();

/** Listens with a server that handles each connection itself; gives its port. */
async function listening(handle: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    handle(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function ended(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
}
afterEach(ended);

async function ask(port: number, more: Partial<HttpRequest> = {}, most = 1000): Promise<string> {
  const signal = more.signal ?? AbortSignal.timeout(10_000);
  const asked = { method: "GET", path: "/a", headers: {}, body: null, address: "127.0.0.1", port, signal };
  const over = more.over ?? { stream: connect(port, "127.0.0.1") };
  const incoming = await sendHttp({ ...asked, ...more, over }, faults);
  return `${incoming.statusCode} ${await wholeBody(incoming, most, faults, signal)}`;
}

const answering = (answer: string) => (socket: Socket) => {
  socket.once("data", () => socket.end(answer));
};

test("an answer is read whole, a POST says how long it is, and its leaving is told", async () => {
  let seen = "";
  const port = await listening((socket) => {
    socket.once("data", (data) => {
      seen = data.toString();
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nword");
    });
  });
  let left = 0;
  const body = Buffer.from("é");
  expect(await ask(port, { method: "POST", body, onSent: () => left++ })).toBe("200 word");
  expect(left).toBe(1);
  expect(seen).toContain("content-length: 2\r\n");
  expect(seen).toContain(`host: 127.0.0.1:${port}\r\n`);
  expect(seen.endsWith("\r\n\r\né")).toBe(true);
});

test.each([
  ["far.closed", "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\nword"],
  ["far.garbage", "220 mail.example ESMTP\r\n"],
  ["far.too-large", `HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n${"x".repeat(1001)}`],
  ["far.too-large", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(70_000)}\r\n\r\n`],
])("%s is what an answer of that kind is", async (code, answer) => {
  await expect(ask(await listening(answering(answer)))).rejects.toMatchObject({ code });
});

test("an answer without an end is read no further than may be, and its connection is closed", async () => {
  let written = 0;
  let gone: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const piece = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const port = await listening((socket) => {
    socket.once("close", () => gone());
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      const more = () => {
        while (!socket.destroyed) {
          written += 1;
          if (!socket.write(piece)) return;
        }
      };
      socket.on("drain", more);
      more();
    });
  });
  await expect(ask(port, {}, 1_000_000)).rejects.toMatchObject({ code: "far.too-large" });
  await closed;
  expect(written).toBeGreaterThan(15);
});

test("what was closed unanswered is told apart from what never left and from what was held back", async () => {
  const port = await listening((socket) => socket.once("data", () => socket.destroy()));
  const over = new Agent({ keepAlive: true });
  const fresh = await ask(port, { over }).catch((error: unknown) => error);
  expect(fresh).toBeInstanceOf(Unanswered);
  expect(fresh).toMatchObject({ kept: false, fault: { code: "far.closed" } });
  const stop = new Error("the run was taken over");
  const held = await ask(port, {
    over,
    onSent: () => {
      throw stop;
    },
  }).catch((error: unknown) => error);
  expect(held).toBeInstanceOf(Withheld);
  expect(held).toMatchObject({ cause: stop });
  await ended();
  const unsent = await ask(port, { over }).catch((error: unknown) => error);
  expect(unsent).toBeInstanceOf(NotSent);
  over.destroy();
});

test("a kept connection that ended meanwhile is known as such", async () => {
  let asked = 0;
  const port = await listening((socket) =>
    socket.on("data", () => {
      asked += 1;
      if (asked > 1) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    }),
  );
  const over = new Agent({ keepAlive: true });
  expect(await ask(port, { over })).toBe("200 ");
  await expect(ask(port, { over })).rejects.toMatchObject({ kept: true });
  over.destroy();
});

test("it ends at once with what it was aborted with, before the answer and in its middle", async () => {
  const port = await listening((socket) => {
    socket.once("data", (data) => {
      if (data.toString().includes("/half")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nha");
    });
  });
  for (const path of ["/never", "/half"]) {
    const stopping = new AbortController();
    const ended = ask(port, {
      path,
      signal: stopping.signal,
      onSent: () => setImmediate(() => stopping.abort()),
    });
    await expect(ended).rejects.toMatchObject({ code: "general.cancelled" });
  }
});
