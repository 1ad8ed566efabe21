import { duplexPair } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { connectionRefused } from "../../../reach/faults.ts";
import { serialOutput } from "../testing/fake-redirection.ts";
import { HeldSerial } from "./held-serial.ts";
import { parseSerialMessage } from "./replies.ts";
import type { SerialSession } from "./serial-session.ts";

const open: SerialSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

/** A session, what it shows and how it ends, and the firmware's side of it. */
function started(keepAliveEvery = 60_000) {
  const [stream, far] = duplexPair();
  const session = new HeldSerial({ stream, name: "Tower A", keepAliveEvery });
  open.push(session);
  const seen = { shown: Buffer.alloc(0), ends: [] as (string | null)[], said: Buffer.alloc(0) };
  session.onEnd(({ error }) => {
    seen.ends.push(error && "code" in error ? String(error.code) : null);
  });
  far.on("data", (bytes: Buffer) => {
    seen.said = Buffer.concat([seen.said, bytes]);
  });
  far.once("end", () => far.end());
  const listen = () =>
    session.onData((bytes) => {
      seen.shown = Buffer.concat([seen.shown, bytes]);
    });
  return { session, stream, far, seen, listen };
}

/** The types of the messages that this side has said, and the data in them. */
function messagesIn(bytes: Buffer): { types: string[]; data: Buffer[] } {
  const types: string[] = [];
  const data: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes.readUInt8(at);
    types.push(type.toString(16));
    const size = type === 0x28 ? 10 + bytes.readUInt16LE(at + 8) : type === 0x12 ? 4 : 8;
    if (type === 0x28) data.push(bytes.subarray(at + 10, at + size));
    at += size;
  }
  return { types, data };
}

describe("output", () => {
  test("passes as it is, however its messages are cut", async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 50 }), async (outputs, cut) => {
        const { far, seen, listen } = started();
        listen();
        const wire = Buffer.concat([
          ...outputs.map(serialOutput),
          Buffer.from([0x2b, 0, 0, 0, 1, 0, 0, 0, 0x29, 0, 0, 0, 1, 0, 0, 0, 3, 4]),
        ]);
        for (let at = 0; at < wire.length; at += cut) far.write(wire.subarray(at, at + cut));
        far.end();
        await expect.poll(() => seen.ends, { interval: 1 }).toEqual(["amt.serial-ended"]);
        expect(seen.shown).toEqual(Buffer.concat(outputs));
      }),
      { numRuns: 30 },
    );
  });

  test("waits for somebody to listen, and while it is paused", async () => {
    const { session, stream, far, seen, listen } = started();
    far.write(serialOutput(Buffer.from("login: ")));
    await expect.poll(() => stream.readableLength).toBeGreaterThan(0);
    session.pause();
    listen();
    expect(seen.shown).toHaveLength(0);
    session.resume();
    await expect.poll(() => seen.shown.toString()).toBe("login: ");
    session.pause();
    far.write(serialOutput(Buffer.from("more")));
    await expect.poll(() => stream.readableLength).toBeGreaterThan(0);
    expect(seen.shown.toString()).toBe("login: ");
  });

  test("that is not the protocol ends the session", async () => {
    const { far, seen, listen } = started();
    listen();
    far.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    await expect.poll(() => seen.ends).toEqual(["amt.serial-garbage"]);
    expect(parseSerialMessage(Buffer.from("HTTP"))).toBe("garbage");
  });

  test("of the firmware's good-bye ends it, as does a connection that breaks", async () => {
    const first = started();
    first.listen();
    first.far.write(Buffer.from([0x23, 0, 0, 0, 1, 0, 0, 0]));
    await expect.poll(() => first.seen.ends).toEqual(["amt.serial-ended"]);
    const second = started();
    second.listen();
    second.stream.destroy(new Error("the bounce is gone"));
    await expect.poll(() => second.seen.ends).toEqual(["amt.serial-lost"]);
    const third = started();
    third.stream.destroy(connectionRefused({ id: "bounce", name: "bounce", address: "192.0.2.1", port: 22 }));
    await expect.poll(() => third.seen.ends).toEqual(["reach.refused"]);
  });
});

describe("input", () => {
  test("goes out in pieces that the smallest buffer takes, UTF-8 as it is", async () => {
    const { session, seen } = started();
    session.write("é".repeat(300));
    await expect.poll(() => messagesIn(seen.said).data.length).toBe(3);
    const { data } = messagesIn(seen.said);
    expect(data.map(({ length }) => length)).toEqual([256, 256, 88]);
    expect(Buffer.concat(data).toString()).toBe("é".repeat(300));
  });

  test("that the far side does not take is refused before it fills the memory", () => {
    const { session, far } = started();
    far.removeAllListeners("data");
    far.pause();
    const paste = () => {
      for (let round = 0; round < 30; round++) session.write("x".repeat(100_000));
    };
    expect(paste).toThrow("takes no more input");
  });

  test("is followed by a sign of life every now and then, and pings are answered", async () => {
    const { far, seen, listen } = started(5);
    listen();
    await expect.poll(() => messagesIn(seen.said).types.length).toBeGreaterThan(2);
    expect(new Set(messagesIn(seen.said).types)).toEqual(new Set(["2b"]));
    far.write(Buffer.from([0x24, 0, 0, 0, 9, 0, 0, 0]));
    await expect.poll(() => messagesIn(seen.said).types).toContain("25");
    expect(seen.said.indexOf(Buffer.from([0x25, 0, 0, 0, 9, 0, 0, 0]))).toBeGreaterThan(0);
  });
});

describe("the end", () => {
  test("from this side says good-bye, once, and is told once", async () => {
    const { session, stream, seen } = started();
    session.resize();
    session.close();
    session.close();
    session.write("too late");
    expect(seen.ends).toEqual([null]);
    await expect.poll(() => messagesIn(seen.said).types).toEqual(["22", "12"]);
    await expect.poll(() => stream.destroyed).toBe(true);
    const late: unknown[] = [];
    session.onEnd((end) => late.push(end));
    expect(late).toEqual([{ exitCode: null, error: null }]);
  });

  test("for a power change says which", async () => {
    const { session, seen } = started();
    session.closeFor({ en: "a power cycle", fr: "une extinction suivie d'un rallumage" });
    expect(seen.ends).toEqual(["amt.closed-for-power"]);
    const over = new Promise<void>((resolve) => session.onOver(resolve));
    await over;
    await new Promise<void>((resolve) => session.onOver(resolve));
  });
});
