import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { screenAcknowledgement, screenCommandSchema } from "../../../shared/screen.ts";
import { MemoryChannel } from "../../testing/memory-channel.ts";
import { RfbChannel } from "./rfb-channel.ts";

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;
const settle = () => new Promise((resolve) => setTimeout(resolve, 1));

function pair() {
  const [near, far] = MemoryChannel.pair();
  const events = { text: vi.fn(), taken: vi.fn(), closed: vi.fn(), broken: vi.fn() };
  const link = new RfbChannel(near, events);
  return { near, far, events, link };
}

const acknowledged = (near: MemoryChannel) =>
  near.sent.flatMap((message) =>
    typeof message === "string" ? screenCommandSchema.parse(JSON.parse(message)).bytes : [],
  );

describe("the channel as noVNC sees it", () => {
  it("has what noVNC looks for on itself or its immediate prototype", () => {
    const { link } = pair();
    const names = [...Object.keys(link), ...Object.getOwnPropertyNames(Object.getPrototypeOf(link))];
    // The list of noVNC 1.7, core/websock.js.
    const wanted = [
      "send",
      "close",
      "binaryType",
      "onerror",
      "onmessage",
      "onopen",
      "protocol",
      "readyState",
    ];
    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("gives bytes to the painter, text to the session, and acknowledges what was taken", async () => {
    const { near, far, events, link } = pair();
    near.open();
    const got: number[] = [];
    link.onmessage = ({ data }) => got.push(...new Uint8Array(data));
    link.start();
    far.send(bytes(1, 2, 3));
    far.send('{"type":"first-pixels","at":1}');
    far.send(bytes(4));
    await settle();
    expect(acknowledged(near)).toEqual([]);
    link.onmessage = () => undefined;
    far.send(new Uint8Array(screenAcknowledgement));
    await settle();
    expect(got).toEqual([1, 2, 3, 4]);
    expect(events.text.mock.calls).toEqual([['{"type":"first-pixels","at":1}']]);
    expect(acknowledged(near)).toEqual([screenAcknowledgement + 4]);
  });

  it("keeps what comes before the painter is there, in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 }),
        fc.nat(8),
        async (pieces, early) => {
          const { near, far, link } = pair();
          near.open();
          for (const piece of pieces.slice(0, early)) far.send(Uint8Array.from(piece));
          await Promise.resolve();
          const got: number[] = [];
          link.onmessage = ({ data }) => got.push(...new Uint8Array(data));
          link.start();
          for (const piece of pieces.slice(early)) far.send(Uint8Array.from(piece));
          await Promise.resolve();
          expect(got).toEqual(pieces.flatMap((piece) => [...piece]));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("sends a copy: noVNC uses its buffer again at once", () => {
    const { near, link } = pair();
    near.open();
    const reused = Uint8Array.from([0, 1, 2, 3, 4, 5]);
    link.send(reused.subarray(1, 4));
    reused.fill(9);
    expect(near.sent).toEqual([Uint8Array.from([1, 2, 3])]);
  });

  it("tells the session of a loss before the painter, which then clears its picture", async () => {
    const { near, far, events, link } = pair();
    near.open();
    const order: string[] = [];
    events.closed.mockImplementation(() => order.push("session"));
    link.onclose = () => order.push("painter");
    far.close(1006);
    expect(order).toEqual(["session", "painter"]);
  });

  it("closes from this side without telling the session, and lets the painter end", async () => {
    const { near, events, link } = pair();
    near.open();
    const left = vi.fn();
    link.onclose = left;
    link.close();
    expect(left).not.toHaveBeenCalled();
    await settle();
    expect(left).toHaveBeenCalled();
    expect(near.readyState).toBe(3);
    expect(events.closed).not.toHaveBeenCalled();
  });

  it("reports a painter that fails on its bytes, and acknowledges none of them", async () => {
    const { near, far, events, link } = pair();
    near.open();
    const fault = new RangeError("too long");
    link.onmessage = () => {
      throw fault;
    };
    link.start();
    far.send(bytes(1, 2));
    await settle();
    expect(events.broken.mock.calls).toEqual([[fault]]);
    expect(acknowledged(near)).toEqual([]);
  });
});
