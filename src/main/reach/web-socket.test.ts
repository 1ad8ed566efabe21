import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { openWebSocketOver } from "./web-socket.ts";

const fault = (code: string) =>
  new OpsError({ code, system: "test", message: text("x", "x"), hint: text("x", "x") });

describe("a WebSocket over a connection that is there already", () => {
  let server: Server;
  let sockets: WebSocketServer;
  /** How an upgrade is answered; null: it is granted. */
  let behave: ((request: IncomingMessage, stream: Duplex) => void) | null;
  let admitted: (socket: WebSocket) => void;
  let asked: IncomingMessage[];
  let ends: Duplex[];

  beforeEach(async () => {
    behave = null;
    admitted = () => undefined;
    asked = [];
    ends = [];
    sockets = new WebSocketServer({ noServer: true });
    server = createServer();
    server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      asked.push(request);
      ends.push(stream);
      stream.on("error", () => undefined);
      if (behave) behave(request, stream);
      else sockets.handleUpgrade(request, stream, head, (socket) => admitted(socket));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    for (const each of sockets.clients) each.terminate();
    for (const each of ends) each.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const dialed = async () => {
    const stream = connect((server.address() as AddressInfo).port, "127.0.0.1");
    stream.on("error", () => undefined);
    await once(stream, "connect");
    return stream;
  };
  const open = (stream: Duplex, signal = AbortSignal.timeout(10_000)) =>
    openWebSocketOver(stream, {
      host: "far.example:8006",
      target: "/way?ticket=a%2Bb",
      protocols: ["binary"],
      headers: { cookie: "proof=1" },
      largestMessage: 1000,
      signal,
      broken: () => fault("test.broken"),
      refused: async ({ statusCode }) => fault(`test.refused-${statusCode}`),
    });

  test("asks as it is told, and loses nothing before somebody listens", async () => {
    admitted = (socket) => {
      socket.send("first");
      socket.send("second");
    };
    const socket = await open(await dialed());
    expect(asked[0]).toMatchObject({
      url: "/way?ticket=a%2Bb",
      headers: { host: "far.example:8006", cookie: "proof=1", "sec-websocket-protocol": "binary" },
    });
    expect(asked[0]?.headers["sec-websocket-extensions"]).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    const heard: string[] = [];
    const both = new Promise<void>((resolve) => {
      socket.on("message", (data) => heard.push(String(data)) === 2 && resolve());
    });
    socket.resume();
    await both;
    expect(heard).toEqual(["first", "second"]);
    socket.terminate();
  });

  test("gives what a refusal means, and closes the connection", async () => {
    behave = (_request, stream) => stream.write("HTTP/1.1 403 no\r\ncontent-length: 0\r\n\r\n");
    const stream = await dialed();
    await expect(open(stream)).rejects.toMatchObject({ code: "test.refused-403" });
    expect(stream.destroyed).toBe(true);
  });

  test.each<[string, (stream: Duplex) => void]>([
    ["closes without an answer", (stream) => stream.destroy()],
    ["answers with garbage", (stream) => stream.write("nonsense\r\n\r\n")],
    [
      "grants something else",
      (stream) => stream.write("HTTP/1.1 101 ok\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n"),
    ],
  ])("is broken when the far side %s", async (_words, answer) => {
    behave = (_request, stream) => answer(stream);
    const stream = await dialed();
    await expect(open(stream)).rejects.toMatchObject({ code: "test.broken" });
    expect(stream.destroyed).toBe(true);
  });

  test("is given up when it is cancelled, before and while it is asked for", async () => {
    behave = () => undefined;
    const stream = await dialed();
    await expect(open(stream, AbortSignal.abort())).rejects.toMatchObject({ code: "general.cancelled" });
    expect(stream.destroyed).toBe(true);
    const late = await dialed();
    const aborting = new AbortController();
    const opening = open(late, aborting.signal);
    await once(server, "upgrade");
    aborting.abort(fault("test.deadline"));
    await expect(opening).rejects.toMatchObject({ code: "test.deadline" });
    expect(late.destroyed).toBe(true);
  });

  test("tells its own end, not that of the opening, once it is open", async () => {
    admitted = (socket) => socket.send("x".repeat(1001));
    const socket = await open(await dialed());
    const failed = once(socket, "error");
    socket.resume();
    expect(String((await failed)[0])).toContain("Max payload size exceeded");
  });
});
