import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { closeCode, largestRequest } from "../../../shared/channel.ts";
import { PortChannel } from "../../../shared/port-channel.ts";
import { openRequestType, portDeliveryType } from "../../../shared/port-request.ts";
import type { ShellHost } from "../shell-host.ts";
import { EchoHost } from "../testing/shell-fixture.ts";
import { FakeElectron, FakeFrame, type FakePort } from "./fake-electron.ts";
import { servePorts } from "./ports.ts";

let electron: FakeElectron;
let host: EchoHost;
let frame: FakeFrame;

beforeEach(() => {
  electron = new FakeElectron();
  host = new EchoHost();
  frame = new FakeFrame("app://passerelle/#/hosts");
  servePorts(electron, Promise.resolve(host));
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Asks as the preload would and gives the port that came back, if any. */
async function askFor(name: string, from: FakeFrame | null = frame): Promise<FakePort | null> {
  const nonce = randomUUID();
  electron.sendFrom(from, openRequestType, { type: openRequestType, name, nonce });
  await settle();
  const delivery = from?.posted.at(-1);
  if (!delivery) return null;
  expect([delivery.channel, delivery.message]).toEqual([portDeliveryType, { type: portDeliveryType, nonce }]);
  return delivery.ports[0] ?? null;
}

function windowEnd(port: FakePort) {
  const received: unknown[] = [];
  const closed: { code: number; reason: string }[] = [];
  const channel = new PortChannel(
    {
      postMessage: (message) => port.postMessage(message),
      close: () => port.close(),
      listen(message, disconnected) {
        port.on("message", ({ data }) => message(data));
        port.on("close", disconnected);
        port.start();
      },
    },
    largestRequest,
  );
  channel.onmessage = ({ data }) => received.push(data);
  channel.onclose = (end) => closed.push(end);
  return { channel, received, closed };
}

describe("servePorts", () => {
  it("gives our page a port that carries text and bytes both ways", async () => {
    const port = await askFor("calls");
    if (!port) throw new Error("no port");
    const { channel, received } = windowEnd(port);
    channel.send("ahoy");
    channel.send(new Uint8Array([1, 2, 3]).subarray(1));
    await vi.waitFor(() => expect(received).toEqual(["ahoy", new Uint8Array([2, 3]).buffer]));
    await vi.waitFor(() => expect(channel.bufferedAmount).toBe(0));
    channel.close();
    await vi.waitFor(() => expect(host.closed).toEqual([{ code: closeCode.normal }]));
  });

  it("answers nobody but the top frame of our own page", async () => {
    const strangers = [
      new FakeFrame("https://other.example/"),
      new FakeFrame("app://passerelle.example/"),
      new FakeFrame("app://passerelle@other.example/"),
      new FakeFrame("file:///index.html"),
      new FakeFrame("about:blank"),
      new FakeFrame(""),
      new FakeFrame("app://passerelle/", frame),
    ];
    for (const stranger of strangers) {
      expect(await askFor("calls", stranger)).toBeNull();
      expect(stranger.posted).toEqual([]);
    }
    expect(await askFor("calls", null)).toBeNull();
    expect(host.calls).toHaveLength(0);
  });

  it("ignores what is no request", async () => {
    const nonce = randomUUID();
    const wrong: unknown[] = [
      null,
      "calls",
      { type: openRequestType },
      { type: openRequestType, name: "calls", nonce: "short" },
      { type: openRequestType, name: "session/../calls", nonce },
      { type: openRequestType, name: ["calls"], nonce },
      { type: portDeliveryType, name: "calls", nonce },
    ];
    for (const message of wrong) electron.sendFrom(frame, openRequestType, message);
    await settle();
    expect(frame.posted).toEqual([]);
  });

  it("closes the channel of a session that the console does not know, and says why", async () => {
    const port = await askFor("session/made-up");
    if (!port) throw new Error("no port");
    const { closed } = windowEnd(port);
    await vi.waitFor(() =>
      expect(closed).toEqual([{ code: closeCode.unknownSession, reason: "unknown session" }]),
    );
    const known = await askFor("session/known-session");
    if (!known) throw new Error("no port");
    const { channel, received } = windowEnd(known);
    channel.send("x");
    await vi.waitFor(() => expect(received).toEqual(["x"]));
  });

  it("answers without a port beyond 128 channels, until one closes", async () => {
    const ports: FakePort[] = [];
    for (let count = 0; count < 128; count++) {
      const port = await askFor("calls");
      if (port) ports.push(port);
    }
    expect(ports).toHaveLength(128);
    expect(await askFor("calls")).toBeNull();
    ports[0]?.close();
    await settle();
    expect(await askFor("calls")).not.toBeNull();
  });

  it("tells the console when the window vanished, and shrugs at a window that vanished before the answer", async () => {
    const port = await askFor("calls");
    port?.close();
    await vi.waitFor(() => expect(host.closed).toEqual([{ code: closeCode.lost }]));
    frame.destroyed = true;
    const request = { type: openRequestType, name: "calls", nonce: randomUUID() };
    electron.sendFrom(frame, openRequestType, request);
    await vi.waitFor(() => expect(host.closed).toHaveLength(2));
  });

  it("closes on a message that is too big or is nothing that a channel carries", async () => {
    const big = await askFor("calls");
    big?.postMessage("x".repeat(largestRequest + 1));
    await vi.waitFor(() => expect(host.closed).toEqual([{ code: closeCode.tooBig }]));
    for (const odd of [{ received: "many" }, { received: -1 }, { close: {} }, 7, null, [1], new Map()]) {
      host.closed.length = 0;
      const port = await askFor("calls");
      port?.postMessage(odd);
      await vi.waitFor(() => expect(host.closed).toEqual([{ code: closeCode.malformed }]));
    }
  });

  it("answers without a port when the console could not be made", async () => {
    const failing = new FakeElectron();
    const failed: Promise<ShellHost> = Promise.reject(new Error("no console"));
    servePorts(failing, failed);
    const nonce = randomUUID();
    failing.sendFrom(frame, openRequestType, { type: openRequestType, name: "calls", nonce });
    await settle();
    expect(frame.posted.map(({ message, ports }) => [message, ports.length])).toEqual([
      [{ type: portDeliveryType, nonce }, 0],
    ]);
  });
});
