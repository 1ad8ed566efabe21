import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, emptyMessage, encodeMessage, lastRecordAt, type Message } from "./message.ts";
import { writeName } from "./name.ts";
import { recordTypes } from "./record-data.ts";

const number = fc.integer({ min: 0, max: 0xffff });
const name = fc.constantFrom(".", "example", "www.shop.example", "_sip._tcp.shop.example");
const record = fc.record({
  name,
  type: fc.constantFrom(1, 16, 28, 99, 250),
  class: number,
  ttl: fc.integer({ min: 0, max: 0x7fffffff }),
  data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});
const message: fc.Arbitrary<Message> = fc.record({
  id: number,
  response: fc.boolean(),
  opcode: fc.integer({ min: 0, max: 15 }),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  code: fc.integer({ min: 0, max: 15 }),
  questions: fc.array(fc.record({ name, type: number, class: number }), { maxLength: 2 }),
  answers: fc.array(record, { maxLength: 3 }),
  authorities: fc.array(record, { maxLength: 3 }),
  additionals: fc.array(record, { maxLength: 3 }),
});

describe("messages", () => {
  it("are read as they were written", () => {
    fc.assert(fc.property(message, (each) => void expect(decodeMessage(encodeMessage(each))).toEqual(each)));
  });

  it("that are cut off anywhere are none", () => {
    fc.assert(
      fc.property(message, fc.nat(), (each, cut) => {
        const bytes = encodeMessage(each);
        expect(decodeMessage(bytes.subarray(0, cut % bytes.length))).toBeNull();
      }),
    );
  });

  it("of noise are none, and never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const bytes = Buffer.from(noise);
        expect(decodeMessage(bytes) === null || bytes.length >= 12).toBe(true);
        expect(lastRecordAt(bytes) ?? 12).toBeGreaterThanOrEqual(12);
      }),
    );
  });

  it("have the names in their data uncompressed", () => {
    const bytes = encodeMessage({
      ...emptyMessage(1, 0),
      questions: [{ name: "www.shop.example", type: 5, class: 1 }],
      answers: [{ name: "www.shop.example", type: 99, class: 1, ttl: 5, data: Buffer.from([0xc0, 16]) }],
    });
    // The same record as a CNAME: its data points to `shop.example` in the question.
    const at = lastRecordAt(bytes) ?? 0;
    bytes.writeUInt16BE(recordTypes.CNAME, at + writeName("www.shop.example").length);
    expect(decodeMessage(bytes)?.answers[0]?.data).toEqual(writeName("shop.example"));
  });
});
