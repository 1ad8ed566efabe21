import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findIdentification } from "./greeting.ts";
import { TestServer } from "./testing/ssh-server.ts";
import { faultOf, hopAt, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
let peer: Server | null = null;
const sockets = new Set<Socket>();

beforeEach(() => {
  around = new Surroundings({ times: { handshake: 2000, connect: 2000 } });
});
afterEach(async () => {
  await around.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise<void>((resolve) => (peer ? peer.close(() => resolve()) : resolve()));
  peer = null;
});

/** A TCP server that does what it likes with whoever connects; returns its port. */
async function badPeer(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    behave(socket);
    socket.resume();
  });
  peer = server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const faultAt = (port: number) => faultOf(around.reach.execute(around.target({ port }), "x", within()));

/** Writes again and again until the socket is gone. */
function repeat(socket: Socket, words: string | Buffer, every: number): void {
  const timer = setInterval(() => socket.write(words), every);
  socket.on("close", () => clearInterval(timer));
}

describe("a peer that is no SSH server", () => {
  it.each([
    ["speaks HTTP", (socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "garbage"],
    ["sends random bytes", (socket: Socket) => socket.write(Buffer.alloc(100_000, 0xa5)), "garbage"],
    ["greets without end", (socket: Socket) => repeat(socket, "welcome\r\n".repeat(200), 1), "garbage"],
    ["sends one endless line", (socket: Socket) => repeat(socket, "x".repeat(1000), 1), "garbage"],
    ["speaks SSH 1", (socket: Socket) => socket.write("SSH-1.5-old\r\n"), "no-common-algorithm"],
    ["says nothing", () => undefined, "too-slow"],
    ["sends a byte at a time", (socket: Socket) => repeat(socket, "S", 100), "too-slow"],
    ["greets and goes silent", (socket: Socket) => socket.write("SSH-2.0-x\r\n"), "too-slow"],
    [
      "greets and sends nonsense",
      (socket: Socket) => socket.write(`SSH-2.0-x\r\n${"\xff".repeat(99)}`),
      "garbage",
    ],
    ["greets and hangs up", (socket: Socket) => socket.end("SSH-2.0-x\r\n"), "disconnected"],
    ["hangs up at once", (socket: Socket) => socket.end(), "closed-early"],
    ["has no room", (socket: Socket) => socket.end("Exceeded MaxStartups\r\n"), "closed-early"],
  ])("and %s", async (_what, behave, code) => {
    const port = await badPeer(behave);
    const fault = await faultAt(port);
    expect(fault.code).toBe(`reach.${code}`);
    expect(fault.message).toContain(`tower-a.example (127.0.0.1:${port})`);
    expect(around.events).toEqual([]);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it("is tried again when it had no room, before anything was sent", async () => {
    let connections = 0;
    const server = await TestServer.start();
    const port = await badPeer((socket) => {
      if (connections++ === 0) return socket.end();
      const onward = connect(server.port, "127.0.0.1");
      onward.on("error", () => socket.destroy());
      socket.on("close", () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
    const target = around.target({ port, hostKey: server.hostKey });
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    server.kill();
    await server.close();
  });
});

describe("a place that does not answer", () => {
  it("and refuses the connection", async () => {
    const port = await badPeer(() => undefined);
    await new Promise<void>((resolve) => peer?.close(() => resolve()));
    peer = null;
    expect((await faultAt(port)).code).toBe("reach.refused");
  });

  it("and has no address", async () => {
    const target = around.target({ port: 22 }, { address: "no-such-host.invalid" });
    const fault = await faultOf(around.reach.execute(target, "x", within()));
    expect(fault.code).toBe("reach.name-not-found");
  });

  it("is not waited for longer than the caller's deadline", async () => {
    const port = await badPeer(() => undefined);
    let started = false;
    const fault = await faultOf(
      around.reach.execute(around.target({ port }), "x", {
        ...within(200),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect(fault.code).toBe("reach.deadline");
    expect(fault.message).toContain("was not sent");
    expect(started).toBe(false);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it("behind a hop is told from the hop itself", async () => {
    const hop = await TestServer.start({ forwarding: "allow" });
    around.update({ bounce: hopAt(hop) });
    around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
    const port = await badPeer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const target = around.target({ port }, { via: "bounce" });
    const fault = await faultOf(around.reach.execute(target, "x", within()));
    expect(fault.code).toBe("reach.garbage");
    expect(fault.message).toContain("tower-a.example");
    await hop.close();
  });
});

describe("algorithms", () => {
  it.each([
    ["key exchange", { kex: ["diffie-hellman-group14-sha1" as const] }, "key exchange method"],
    ["MACs and ciphers", { cipher: ["aes128-cbc" as const] }, "cipher"],
  ])("that are outdated are refused: %s", async (_what, algorithms, words) => {
    const server = await TestServer.start({ algorithms });
    const fault = await faultOf(around.reach.execute(around.target(server), "x", within()));
    await server.close();
    expect(fault.code).toBe("reach.no-common-algorithm");
    expect(fault.message).toContain(words);
  });
});

describe("findIdentification", () => {
  it("finds the line after a greeting, and waits for the rest of one", () => {
    expect(findIdentification(Buffer.from("hello\r\nSSH-2.0-x\r\nmore"))).toBe(7);
    expect(findIdentification(Buffer.from("SSH-1.99-x\n"))).toBe(0);
    expect(findIdentification(Buffer.from("hello\r\nSSH-2.0-x"))).toBe("more");
    expect(findIdentification(Buffer.from("SSH-3.0-x\n"))).toBe("garbage");
    expect(findIdentification(Buffer.from("SSH-1.5-x\n"))).toBe("version-1");
  });
});
