import { MessageChannel, type MessagePort } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { channelState, closeCode } from "./channel.ts";
import { PortChannel, type PortEnd } from "./port-channel.ts";

const largest = 1024 * 1024;
const ports: MessagePort[] = [];

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const soon = (check: () => void) => vi.waitFor(check, { interval: 1 });

function endOf(port: MessagePort): PortEnd {
  ports.push(port);
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    listen(message, disconnected) {
      port.on("message", message);
      port.on("close", disconnected);
    },
  };
}

function pair() {
  const { port1, port2 } = new MessageChannel();
  const received: unknown[] = [];
  const ends: { code: number; reason: string }[] = [];
  const sender = new PortChannel(endOf(port1), largest);
  const receiver = new PortChannel(endOf(port2), largest);
  receiver.onmessage = ({ data }) => received.push(data);
  receiver.onclose = (end) => ends.push(end);
  return { sender, receiver, received, ends, port1, port2 };
}

describe("PortChannel", () => {
  it("carries any text and bytes in order, and reckons what is under way down to nothing", async () => {
    const message = fc.oneof(fc.string(), fc.uint8Array({ maxLength: 5000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 40 }), async (messages) => {
        const { sender, received } = pair();
        for (const one of messages) sender.send(one);
        expect(sender.bufferedAmount).toBe(messages.reduce((sum, { length }) => sum + length, 0));
        await soon(() => expect([received.length, sender.bufferedAmount]).toEqual([messages.length, 0]));
        expect(received).toEqual(
          messages.map((one) => (typeof one === "string" ? one : new Uint8Array(one).buffer)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it("copies bytes when they are sent, so that the sender may use its buffer again", async () => {
    const { sender, received } = pair();
    const buffer = new Uint8Array([1, 2, 3, 4]);
    sender.send(buffer.subarray(1, 3));
    buffer.fill(9);
    await vi.waitFor(() => expect(received).toEqual([new Uint8Array([2, 3]).buffer]));
  });

  it("tells the sender when there is room again", async () => {
    const { sender } = pair();
    const left: number[] = [];
    sender.ondrain = () => left.push(sender.bufferedAmount);
    for (let message = 0; message < 10; message++) sender.send("x".repeat(50_000));
    await vi.waitFor(() => expect(left.at(-1)).toBe(0));
    expect(left.length).toBeGreaterThan(1);
    expect(left).toEqual([...left].sort((one, other) => other - one));
  });

  it("hands the close code and reason over, after what was sent before", async () => {
    const { sender, received, ends } = pair();
    sender.send("last words");
    sender.close(4404, "unknown session");
    expect(sender.readyState).toBe(channelState.closed);
    await vi.waitFor(() => expect(ends).toEqual([{ code: 4404, reason: "unknown session" }]));
    expect(received).toEqual(["last words"]);
    sender.send("ignored");
    expect(received).toEqual(["last words"]);
  });

  it("tells of a peer that vanished without a word, once", async () => {
    const { receiver, ends, port1 } = pair();
    port1.close();
    await vi.waitFor(() => expect(ends).toEqual([{ code: closeCode.lost, reason: "" }]));
    expect(receiver.readyState).toBe(channelState.closed);
  });

  it("closes on what is too big and on what is no message, and lets nothing of it through", async () => {
    const big = pair();
    big.port1.postMessage(new ArrayBuffer(largest + 1));
    await vi.waitFor(() => expect(big.ends.map(({ code }) => code)).toEqual([closeCode.tooBig]));
    await fc.assert(
      fc.asyncProperty(
        fc.anything().filter((thing) => typeof thing !== "string" && !isNotice(thing)),
        async (thing) => {
          const { port1, received, ends } = pair();
          try {
            port1.postMessage(thing);
          } catch {
            return;
          }
          await soon(() => expect(ends.map(({ code }) => code)).toEqual([closeCode.malformed]));
          expect(received).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
    expect(big.received).toEqual([]);
  });

  it("ends, and does not throw, when its port refuses a message", () => {
    const closes: number[] = [];
    const channel = new PortChannel(
      {
        postMessage() {
          throw new Error("the port is gone");
        },
        close() {},
        listen() {},
      },
      largest,
    );
    channel.onclose = ({ code }) => closes.push(code);
    channel.send("x");
    expect([channel.readyState, closes]).toEqual([channelState.closed, [closeCode.lost]]);
  });
});

function isNotice(thing: unknown): boolean {
  return typeof thing === "object" && thing !== null && ("received" in thing || "close" in thing);
}
