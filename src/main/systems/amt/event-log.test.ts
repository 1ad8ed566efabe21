import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Wsman } from "./client/wsman.ts";
import { lastStart, readEventLog } from "./event-log.ts";
import { decodeEventRecord, type EventRecord } from "./event-record.ts";
import { describeEvent } from "./event-words.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { eventRecord } from "./testing/fake-firmware.ts";
import { wsmanAt } from "./testing/surroundings.ts";

const options = { signal: new AbortController().signal };

function decoded(record: string): EventRecord {
  const event = decodeEventRecord(record);
  if (!event) throw new Error("not decoded");
  return event;
}

describe("a record", () => {
  test("is decoded field by field", () => {
    const bytes = [0x01, 0x02, 0x03, 0x04, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(decodeEventRecord(Buffer.from(bytes).toString("base64"))).toEqual({
      at: 0x04030201 * 1000,
      deviceAddress: 5,
      sensorType: 6,
      eventType: 7,
      offset: 8,
      sourceType: 9,
      severity: 10,
      sensorNumber: 11,
      entity: 12,
      entityInstance: 13,
      data: [1, 2, 3, 4, 5, 6, 7, 8],
    });
  });

  test("of an empty slot, another length or no base64 is none", () => {
    for (const words of [
      Buffer.alloc(21).toString("base64"),
      Buffer.alloc(20, 1).toString("base64"),
      "",
      "é",
      "AAAA\n",
    ]) {
      expect(decodeEventRecord(words)).toBeNull();
    }
  });

  test("never breaks decoding, and what is decoded has words in both languages", () => {
    const bytes = fc
      .uint8Array({ minLength: 19, maxLength: 23 })
      .map((each) => Buffer.from(each).toString("base64"));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: "binary" })), (words) => {
        const record = decodeEventRecord(words);
        if (!record) return;
        const event = describeEvent(record);
        expect(Number.isSafeInteger(event.at)).toBe(true);
        for (const each of [event.text, event.source]) {
          expect(each.en).toMatch(/\S/);
          expect(each.fr).toMatch(/\S/);
        }
      }),
    );
  });

  test("is told in words", () => {
    expect(describeEvent(decoded(eventRecord(10)))).toEqual({
      at: 10_000,
      severity: "information",
      source: { en: "BIOS", fr: "BIOS" },
      text: { en: "The operating system is being started.", fr: "Démarrage du système d'exploitation." },
    });
    const noMemory = describeEvent(decoded(eventRecord(1, [255, 15, 111, 0, 104, 16, 255, 34, 0, 64, 1])));
    expect(noMemory).toMatchObject({ severity: "critical", text: { en: "No memory was found." } });
    const intrusion = describeEvent(decoded(eventRecord(1, [255, 5, 0xef, 0, 104, 4, 255, 23])));
    expect(intrusion.text.fr).toBe("Ouverture du châssis : retour à la normale (événement 111/0).");
  });
});

describe("the log", () => {
  let amt: FakeAmt;
  let wsman: Wsman;
  beforeEach(async () => {
    amt = await FakeAmt.start();
    wsman = wsmanAt(amt.port);
  });
  afterEach(async () => {
    wsman.device.close();
    await amt.close();
  });

  test("is read whole, newest first, without empty slots", async () => {
    amt.firmware.events = [
      eventRecord(3),
      eventRecord(9),
      Buffer.alloc(21).toString("base64"),
      eventRecord(5),
      "junk",
    ];
    amt.firmware.eventsAtOnce = 2;
    const events = await readEventLog(wsman, options, 10);
    expect(events.map(({ at }) => at)).toEqual([9000, 5000, 3000]);
    expect(lastStart(events)).toBe(9000);
    expect(await readEventLog(wsman, options, 1)).toHaveLength(1);
  });

  test("may be empty", async () => {
    expect(await readEventLog(wsman, options, 10)).toEqual([]);
    expect(lastStart([])).toBeNull();
  });

  test("that never ends is left after four reads", async () => {
    amt.firmware.events = Array.from({ length: 100 }, (_, at) => eventRecord(at + 1));
    amt.firmware.eventsAtOnce = 10;
    expect(await readEventLog(wsman, options, 100)).toHaveLength(40);
  });
});
