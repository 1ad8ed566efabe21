import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { muteSocket, TestServer } from "./testing/ssh-server.ts";
import { faultOf, hopAt, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
let hop: TestServer;
let echo: Server;
const echoed = new Set<Socket>();
const never = new AbortController().signal;

beforeEach(async () => {
  around = new Surroundings({ times: { forwardIdle: 50 } });
  hop = await TestServer.start({ forwarding: "allow" });
  around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
  around.update({ bounce: hopAt(hop, { name: "bounce.example" }) });
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    echoed.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => echoed.delete(socket));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await around.close();
  for (const socket of echoed) socket.destroy();
  await hop.close();
  await new Promise<void>((resolve) => echo.close(() => resolve()));
});

const place = (via: string | null = "bounce") => ({
  via,
  address: "192.0.2.10",
  port: (echo.address() as AddressInfo).port,
});

/** Sends words to a local port and returns what comes back until the end. */
function talk(port: number, words: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(words));
    const heard: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => heard.push(bytes));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(heard).toString("latin1")));
  });
}

describe("dial", () => {
  it("carries bytes both ways through a hop and gives the channel back", async () => {
    const stream = await around.reach.dial(place(), never);
    const heard: string[] = [];
    stream.on("data", (bytes: Buffer) => heard.push(bytes.toString()));
    const ended = new Promise((resolve) => stream.once("close", resolve));
    stream.end("hello");
    await ended;
    expect(heard.join("")).toBe("hello");
    expect(around.reach.status().hops[0]).toMatchObject({ state: "connected", channels: 0 });
  });

  it("goes straight without a hop", async () => {
    const stream = await around.reach.dial({ ...place(null), address: "127.0.0.1" }, never);
    stream.on("error", () => undefined);
    stream.destroy();
    expect(hop.connected).toBe(0);
  });

  it("loses nothing of a large answer that is read slowly", async () => {
    const stream = await around.reach.dial(place(), never);
    const size = 6_000_000;
    stream.end(Buffer.alloc(size, 1));
    let read = 0;
    for await (const chunk of stream) {
      read += (chunk as Buffer).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(read).toBe(size);
  });

  it("fails the stream, and not merely ends it, when the hop is lost", async () => {
    const stream = await around.reach.dial(place(), never);
    stream.resume();
    const failed = new Promise<Error>((resolve) => stream.once("error", resolve));
    hop.kill();
    expect(await failed).toMatchObject({ code: "reach.connection-lost" });
  });

  it("is given up with its signal, and what opens too late is closed", async () => {
    const stop = new AbortController();
    const dialling = around.reach.dial(place(), stop.signal);
    stop.abort();
    expect((await faultOf(dialling)).code).toBe("general.cancelled");
    await expect.poll(() => around.reach.status().hops[0]?.channels).toBe(0);
  });
});

describe("forward", () => {
  it("opens one loopback port for all who ask for the same place", async () => {
    const [one, two] = await Promise.all([
      around.reach.forward(place(), never),
      around.reach.forward(place(), never),
    ]);
    expect(one.port).toBe(two.port);
    expect(await Promise.all([talk(one.port, "one"), talk(two.port, "two")])).toEqual(["one", "two"]);
    expect(around.reach.status().forwards).toMatchObject([{ localPort: one.port, users: 2 }]);
    one.release();
    one.release();
    expect(around.reach.status().forwards).toMatchObject([{ users: 1 }]);
    two.release();
    await expect.poll(() => around.reach.status().forwards).toEqual([]);
    await expect(talk(one.port, "x")).rejects.toThrow("ECONNREFUSED");
  });

  it("outlives the loss of its hop, which comes back by itself", async () => {
    const forward = await around.reach.forward(place(), never);
    expect(await talk(forward.port, "before")).toBe("before");
    hop.kill();
    await expect.poll(() => hop.connected).toBe(2);
    expect(await talk(forward.port, "after")).toBe("after");
    forward.release();
  });

  it("stays while a stream runs, though nobody holds it any more", async () => {
    const forward = await around.reach.forward(place(), never);
    const socket = connect(forward.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("x");
    await new Promise((resolve) => socket.once("data", resolve));
    forward.release();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(around.reach.status().forwards).toMatchObject([{ users: 1 }]);
    socket.destroy();
    await expect.poll(() => around.reach.status().forwards).toEqual([]);
  });

  it("tells at once when the hop cannot be used", async () => {
    around.secrets.set("keychain:right", "wrong");
    const fault = await faultOf(around.reach.forward(place(), never));
    expect(fault.code).toBe("reach.login-refused");
    expect(around.reach.status().forwards).toEqual([]);
  });

  it("tells why a connection to it was dropped", async () => {
    hop.behaviour.forwarding = "prohibit";
    const forward = await around.reach.forward(place(), never);
    expect(await talk(forward.port, "x").catch(() => "")).toBe("");
    expect(forward.failure?.()?.code).toMatch(/^reach\.forward-/);
    expect(forward.failure?.()?.message).toContain("bounce.example");
    forward.release();
  });
});

describe("recheck", () => {
  it("keeps what answers, drops what does not, and brings back what is in use", async () => {
    await around.close();
    around = new Surroundings({ times: { probe: 1000, forwardIdle: 50 } });
    const host = await TestServer.start();
    const target = around.target(host);
    around.know(hop.hostKey, { address: "127.0.0.1", port: hop.port });
    around.update({ bounce: hopAt(hop) });
    await around.reach.execute(target, "x", within());
    const forward = await around.reach.forward(place(), never);
    for (const connection of hop.connections) muteSocket(connection);
    await around.reach.recheck("sleep");
    await expect.poll(() => hop.connected).toBe(2);
    expect(await talk(forward.port, "after")).toBe("after");
    expect(host.connected).toBe(1);
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(host.connected).toBe(1);
    expect(around.types()).toContain("reach.rechecked");
    forward.release();
    await host.close();
  });
});
