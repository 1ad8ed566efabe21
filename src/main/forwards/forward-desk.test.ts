import { connect, createServer, type Server, type Socket } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import { sameText } from "../../shared/text.ts";
import type { Ports } from "../systems/system.ts";
import { mostConnections } from "./forward.ts";
import { ForwardDesk, mostForwards } from "./forward-desk.ts";

let desk: ForwardDesk;
let events: NewJournalEvent[];
let ports: Ports;
let far: Duplex[];
let sockets: Socket[];

beforeEach(() => {
  events = [];
  far = [];
  sockets = [];
  ports = {
    offered: async () => [{ port: 80, name: "http" }],
    connect: async () => echo(),
  };
  desk = new ForwardDesk({
    ports: (resource) => (resource === "pod" ? ports : null),
    nameOf: (resource) => `the ${resource}`,
    journal: {
      write: (event) => {
        events.push(event);
        return { ...event, sequence: 1, at: 0, actor: "", workstation: "", previousHash: "", hash: "" };
      },
    },
    now: () => 1000,
  });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await desk.close();
});

/** Says back what it is told, and ends when it is told nothing more. */
function echo(): Duplex {
  const stream = new PassThrough();
  far.push(stream);
  return stream;
}
const failing = (code: string) =>
  new OpsError({ code, system: "k", message: sameText("m"), hint: sameText("h") });
const open = (localPort: number | null = null) =>
  desk.open({ resource: "pod", remotePort: 80, localPort }, undefined);

function dial(port: number): Socket {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}
/** Waits until the forward has let a connection go. */
function letGo(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => {
    for (const sign of ["end", "close", "error"]) socket.once(sign, () => resolve());
  });
}
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("carries a connection to the far port, and each half ends by itself", async () => {
  const { localPort, name, remotePort, openedAt } = await open();
  expect({ name, remotePort, openedAt }).toEqual({ name: "the pod", remotePort: 80, openedAt: 1000 });
  const socket = dial(localPort);
  socket.end("there and back");
  expect((await buffer(socket)).toString()).toBe("there and back");
  await until(() => desk.list()[0]?.connections === 0);
  expect(desk.list()[0]).toMatchObject({ served: 1, error: null });
});

test.runIf(process.platform === "linux")("listens on loopback alone", async () => {
  const { localPort } = await open();
  const other: Server = createServer();
  // Another address of loopback is free: the forward does not take them all.
  await new Promise<void>((resolve, reject) => {
    other.once("error", reject);
    other.listen(localPort, "127.0.0.2", resolve);
  });
  await new Promise((resolve) => other.close(resolve));
});

test("shows why a connection failed until one succeeds", async () => {
  ports.connect = () => Promise.reject(failing("kubernetes.no-ready-pod"));
  const { localPort } = await open();
  await letGo(dial(localPort));
  expect(desk.list()[0]?.error?.code).toBe("kubernetes.no-ready-pod");
  ports.connect = async () => {
    const stream = echo();
    setImmediate(() => stream.destroy(failing("kubernetes.port-refused")));
    return stream;
  };
  await letGo(dial(localPort));
  await until(() => desk.list()[0]?.error?.code === "kubernetes.port-refused");
  ports.connect = async () => echo();
  dial(localPort).write("x");
  await until(() => desk.list()[0]?.error === null);
});

test("cut for a reason, it tells that, keeps its port, and carries again what may be reached", async () => {
  const { id, localPort } = await open();
  const socket = dial(localPort);
  socket.write("x");
  await until(() => far.length === 1 && desk.list()[0]?.connections === 1);
  desk.cut(id, failing("reach.outside"));
  await letGo(socket);
  await until(() => far[0]?.destroyed === true);
  expect(desk.list()[0]).toMatchObject({ connections: 0, error: { code: "reach.outside" } });
  dial(localPort).write("y");
  await until(() => desk.list()[0]?.connections === 1 && desk.list()[0]?.error === null);
});

test("goes on with the system that has the resource after the estate has changed", async () => {
  const { localPort } = await open();
  ports.connect = () => Promise.reject(failing("reach.closed"));
  ports = { offered: async () => [], connect: async () => echo() };
  const socket = dial(localPort);
  socket.end("anew");
  expect((await buffer(socket)).toString()).toBe("anew");
});

test("a program that hangs up in the middle is no fault, and lets the far side go", async () => {
  const { localPort } = await open();
  const socket = dial(localPort);
  socket.write("half a");
  await until(() => far.length === 1 && desk.list()[0]?.connections === 1);
  socket.resetAndDestroy();
  await until(() => far[0]?.destroyed === true);
  expect(desk.list()[0]).toMatchObject({ error: null });
});

test("who hangs up before the far side is reached ends the attempt", async () => {
  let aborted = false;
  ports.connect = (_resource, _port, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(signal.reason);
      });
    });
  const { localPort } = await open();
  const socket = dial(localPort);
  await until(() => desk.list()[0]?.connections === 1);
  socket.resetAndDestroy();
  await until(() => aborted);
  expect(desk.list()[0]?.error).toBeNull();
});

test("a port that is taken, a resource without ports and too many forwards are refused in words", async () => {
  const { localPort } = await open();
  await expect(open(localPort)).rejects.toMatchObject({ code: "forward.port-taken" });
  await expect(
    desk.open({ resource: "host", remotePort: 1, localPort: null }, undefined),
  ).rejects.toMatchObject({
    code: "forward.none",
  });
  await expect(desk.offered("host", undefined)).rejects.toMatchObject({ code: "forward.none" });
  for (let count = 1; count < mostForwards; count++) await open();
  await expect(open()).rejects.toMatchObject({ code: "forward.too-many" });
  expect(desk.list()).toHaveLength(mostForwards);
});

test("more connections than it carries are turned away", async () => {
  const { localPort } = await open();
  for (let count = 0; count < mostConnections; count++) dial(localPort);
  await until(() => desk.list()[0]?.connections === mostConnections);
  await letGo(dial(localPort));
  expect(desk.list()[0]).toMatchObject({
    connections: mostConnections,
    error: { code: "forward.too-many-connections" },
  });
});

test("opening and closing are journalled; closing cuts what is open and frees the port", async () => {
  const { id, localPort } = await open();
  const socket = dial(localPort);
  socket.write("secret");
  await until(() => desk.list()[0]?.connections === 1);
  const cut = letGo(socket);
  expect(await desk.end(id)).toBe(true);
  expect(await desk.end(id)).toBe(false);
  await cut;
  expect(events.map(({ type, subject, data }) => [type, subject, data.remotePort])).toEqual([
    ["forward.opening", "pod", 80],
    ["forward.opened", "pod", 80],
    ["forward.ended", "pod", 80],
  ]);
  expect(JSON.stringify(events)).not.toContain("secret");
  expect((await open(localPort)).localPort).toBe(localPort);
});

test("a journal that cannot be written opens nothing", async () => {
  const broken = new ForwardDesk({
    ports: () => ports,
    nameOf: (resource) => resource,
    journal: {
      write: () => {
        throw failing("journal.cannot-write");
      },
    },
    now: Date.now,
  });
  await expect(
    broken.open({ resource: "pod", remotePort: 1, localPort: null }, undefined),
  ).rejects.toMatchObject({
    code: "journal.cannot-write",
  });
  expect(broken.list()).toEqual([]);
});
