import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endSession, serialData, startSerial, startSession } from "./messages.ts";
import {
  type Parse,
  parseLoginReply,
  parseScreenReply,
  parseSerialMessage,
  parseSerialReply,
  parseStartReply,
  splitWords,
} from "./replies.ts";

const hex = (words: string) => Buffer.from(words.replaceAll(/[ :]/g, ""), "hex");

describe("what firmware has said", () => {
  test("tells its version when it starts a session", () => {
    expect(parseStartReply(hex("11:00:00:00:01:00:0b:08:57:01:00:00:00"))).toEqual({
      value: { status: 0, version: { major: 11, minor: 8 } },
      length: 13,
    });
    expect(parseStartReply(hex("11:00:00:00:01:00:0c:00:57:01:00:00:02:aa:bb:14"))).toEqual({
      value: { status: 0, version: { major: 12, minor: 0 } },
      length: 15,
    });
    expect(parseStartReply(hex("11:02:00:00"))).toEqual({ value: { status: 2, version: null }, length: 4 });
  });

  test("tells what became of a log-in", () => {
    expect(parseLoginReply(hex("14:02:00:00:01:00:00:00:00"))).toEqual({
      value: { status: 2, type: 1, words: Buffer.alloc(0) },
      length: 9,
    });
    expect(parseLoginReply(hex("14:00:00:00:00:01:00:00:00:04"))).toMatchObject({
      value: { words: hex("04") },
    });
  });

  test("leaves what follows the start of a screen", () => {
    expect(parseScreenReply(hex("41:00:00:00:00:00:00:00:52:46:42"))).toEqual({ value: 0, length: 8 });
    expect(parseScreenReply(hex("41:01:00:00"))).toEqual({ value: 1, length: 4 });
    expect(parseSerialReply(Buffer.concat([hex("21"), Buffer.alloc(22), hex("2a")]))).toEqual({
      value: 0,
      length: 23,
    });
  });

  test("is read from a serial line", () => {
    expect(parseSerialMessage(hex("2a 000000 01000000 0200 68 69 2b"))).toEqual({
      value: { type: "data", bytes: Buffer.from("hi") },
      length: 12,
    });
    expect(parseSerialMessage(hex("29 000000 01000000 03 04"))).toEqual({
      value: { type: "controls", poweredOn: true },
      length: 10,
    });
    expect(parseSerialMessage(hex("24 000000 07000000"))).toEqual({
      value: { type: "ping", sequence: 7 },
      length: 8,
    });
    expect(parseSerialMessage(hex("2b 000000 01000000"))).toMatchObject({ value: { type: "alive" } });
    expect(parseSerialMessage(hex("23 000000 01000000"))).toMatchObject({ value: { type: "ended" } });
    expect(parseSerialMessage(hex("12 000000"))).toMatchObject({ value: { type: "ended" } });
  });
});

describe("what this side says", () => {
  test("is what firmware knows", () => {
    expect(startSession("screen")).toEqual(hex("10:01:00:00:4b:56:4d:52"));
    expect(startSession("serial")).toEqual(hex("10:00:00:00:53:4f:4c:20"));
    expect(startSerial(0)).toEqual(hex("20000000 00000000 e803 6400 0000 1027 6400 8813 00000000"));
    expect(serialData(3, Buffer.from("ls\r"))).toEqual(hex("28000000 03000000 0300 6c730d"));
    expect(endSession()).toEqual(hex("12000000"));
  });
});

const parsers: [string, Parse<unknown>, number][] = [
  ["the start of a session", parseStartReply, 0x11],
  ["a log-in", parseLoginReply, 0x14],
  ["the start of a screen", parseScreenReply, 0x41],
  ["the start of a serial line", parseSerialReply, 0x21],
  ["a serial line", parseSerialMessage, 0x2a],
];

describe.each(parsers)("the reader of %s", (_name, parse, type) => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.concat([Buffer.from([type]), bytes])),
  );

  test("never throws, and never takes more than there is", () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        const parsed = parse(Buffer.from(bytes));
        if (typeof parsed === "string") return;
        expect(parsed.length).toBeGreaterThan(0);
        expect(parsed.length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test("waits for the rest of what is a message, and reads it the same however it came", () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        const whole = parse(Buffer.from(bytes));
        if (typeof whole === "string") return;
        for (let length = 0; length < whole.length; length++) {
          expect(parse(Buffer.from(bytes.subarray(0, length)))).toBe("more");
        }
        expect(parse(Buffer.from(bytes.subarray(0, whole.length)))).toEqual(whole);
      }),
    );
  });
});

test("words with their lengths are split, or refused when they do not add up", () => {
  const word = fc.string({ maxLength: 40 }).map((words) => Buffer.from(words, "latin1").toString("latin1"));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const bytes = Buffer.concat(
        words.map((each) => Buffer.concat([Buffer.from([each.length]), Buffer.from(each, "latin1")])),
      );
      expect(splitWords(bytes)).toEqual(words);
      if (words.at(-1)) expect(splitWords(bytes.subarray(0, -1))).toBeNull();
    }),
  );
});
