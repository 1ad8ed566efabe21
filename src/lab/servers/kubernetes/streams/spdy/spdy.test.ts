import { once } from "node:events";
import { duplexPair } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SpdyConnection, type SpdyStream } from "./connection.ts";
import { dictionary } from "./dictionary.ts";
import {
  controlFrame,
  controlTypes,
  dataFrame,
  type Frame,
  FrameReader,
  finFlag,
  numbers,
} from "./frames.ts";
import { BrokenHeaders, HeaderReader, HeaderWriter } from "./headers.ts";

it("compresses with the dictionary that everybody uses", () => {
  let low = 1;
  let high = 0;
  for (const byte of dictionary) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  expect((high * 65_536 + low).toString(16)).toBe("e3c6a7c2");
});

it("reads the blocks of a direction one after the other", async () => {
  const [writer, reader] = [new HeaderWriter(), new HeaderReader()];
  for (const port of ["80", "81", "80"]) {
    const block = await writer.write(
      new Map([
        ["StreamType", "data"],
        ["port", port],
      ]),
    );
    expect([...(await reader.read(block))]).toEqual([
      ["streamtype", "data"],
      ["port", port],
    ]);
  }
  await expect(reader.read(Buffer.from("no block at all"))).rejects.toThrow(BrokenHeaders);
  writer.close();
  reader.close();
});

it("refuses a block that grows beyond all bounds, or breaks off", async () => {
  const [writer, reader] = [new HeaderWriter(), new HeaderReader()];
  await expect(reader.read(await writer.write(new Map([["a", "x".repeat(1e6)]])))).rejects.toThrow(
    BrokenHeaders,
  );
  const other = new HeaderReader();
  const whole = await new HeaderWriter().write(new Map([["name", "value"]]));
  await expect(other.read(whole.subarray(0, -9))).rejects.toThrow(BrokenHeaders);
});

it("finds the same frames however the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ stream: fc.nat(1e6), bytes: fc.uint8Array({ maxLength: 50 }), isData: fc.boolean() }),
      ),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (sent, cuts) => {
        const wire = Buffer.concat(
          sent.map(({ stream, bytes, isData }) =>
            isData ? dataFrame(stream, bytes, finFlag) : controlFrame(controlTypes.ping, bytes),
          ),
        );
        const reader = new FrameReader();
        const found: Frame[] = [];
        for (let at = 0, turn = 0; at < wire.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1;
          found.push(...reader.feed(wire.subarray(at, at + length)));
          at += length;
        }
        expect(found.map(({ payload }) => [...payload])).toEqual(sent.map(({ bytes }) => [...bytes]));
      },
    ),
  );
});

/** A client's end of a connection, as frames. */
function connect() {
  const [client, server] = duplexPair();
  const streams: SpdyStream[] = [];
  const connection = new SpdyConnection(server, Buffer.alloc(0), (stream) => streams.push(stream));
  const reader = new FrameReader();
  const frames: Frame[] = [];
  client.on("data", (bytes: Buffer) => frames.push(...reader.feed(bytes)));
  client.on("error", () => {});
  client.once("end", () => client.end());
  const headers = new HeaderWriter();
  const open = async (id: number) => {
    const block = await headers.write(new Map([["streamtype", "data"]]));
    client.write(
      controlFrame(controlTypes.synStream, Buffer.concat([numbers(id, 0), Buffer.alloc(2), block])),
    );
  };
  return { client, connection, streams, frames, open };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

it("takes streams, hands bytes over both ways and closes each way by itself", async () => {
  const { client, connection, streams, frames, open } = connect();
  await open(1);
  client.write(dataFrame(1, Buffer.from("question"), finFlag));
  client.write(controlFrame(controlTypes.ping, numbers(7)));
  await expect.poll(() => streams.length).toBe(1);
  const [stream] = streams;
  if (!stream) throw new Error("no stream");
  expect(stream.headers.get("streamtype")).toBe("data");
  let heard = "";
  stream.on("data", (bytes: Buffer) => {
    heard += bytes;
  });
  await once(stream, "end");
  expect(heard).toBe("question");
  stream.end("x".repeat(40_000));
  await expect
    .poll(() => frames.some((frame) => frame.type === "data" && frame.flags === finFlag))
    .toBe(true);
  const kinds = frames.map((frame) => (frame.type === "data" ? `data ${frame.payload.length}` : frame.kind));
  expect(kinds).toEqual([2, 6, "data 16384", "data 16384", "data 7232", "data 0"]);
  connection.close();
  await connection.closed;
  client.destroy();
});

it("holds the client back while a stream is not read, and goes on when it is", async () => {
  const { client, connection, streams, open } = connect();
  await open(1);
  const part = Buffer.alloc(32 * 1024);
  for (let index = 0; index < 64; index += 1) client.write(dataFrame(1, part));
  await expect.poll(() => streams[0]?.readableLength ?? 0).toBeGreaterThan(0);
  await turn();
  const [stream] = streams;
  expect(stream?.readableLength).toBeLessThan(8 * part.length);
  let read = 0;
  stream?.on("data", (bytes: Buffer) => {
    read += bytes.length;
  });
  await expect.poll(() => read).toBe(64 * part.length);
  connection.close();
  await connection.closed;
  client.destroy();
});

it.each([
  ["another version", controlFrame(1, Buffer.alloc(10)).fill(0x80, 0, 1).fill(9, 1, 2)],
  ["a frame of sixteen megabytes", Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff])],
  ["headers that are none", controlFrame(controlTypes.synStream, Buffer.alloc(30, 5))],
  ["a frame that is too short", controlFrame(controlTypes.synStream, Buffer.alloc(2))],
])("hangs up on %s", async (_what, bytes) => {
  const { client, connection, streams } = connect();
  client.write(bytes);
  await connection.closed;
  expect(streams).toEqual([]);
  client.destroy();
});

it("tells its streams when the client is gone", async () => {
  const { client, connection, streams, open } = connect();
  await open(1);
  await expect.poll(() => streams.length).toBe(1);
  client.end();
  await connection.closed;
  expect(streams[0]?.destroyed).toBe(true);
});
