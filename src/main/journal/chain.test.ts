import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalHash,
  canonicalHashing,
  canonicalJson,
  eventHash,
  genesisHash,
  sealEvent,
} from "./chain.ts";

describe("canonicalJson", () => {
  it("sorts members and writes numbers as RFC 8785 shows", () => {
    expect(
      canonicalJson({
        numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: '€$\u000f\nA\'B"\\"/',
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\"/"}',
    );
  });

  it("is the same for the same value, whatever the order of members, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = canonicalJson(value);
        expect(canonicalJson(JSON.parse(line))).toBe(line);
        expect(canonicalJson(reversed(value))).toBe(line);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("has the same hash in pieces, one for each element of its lists", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const work = canonicalHashing(value);
        let pieces = 0;
        let step = work.next();
        for (; !step.done; step = work.next()) pieces += 1;
        expect(step.value).toBe(canonicalHash(value));
        expect(pieces).toBe(Object.values(value).flatMap((one) => (Array.isArray(one) ? one : [])).length);
      }),
    );
    expect(canonicalHashing({ gone: undefined }).next().value).toBe(canonicalHash({}));
  });

  it("refuses what JSON cannot say", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol("s")]) {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    }
  });
});

describe("sealEvent", () => {
  const event = {
    sequence: 1,
    at: 1000,
    actor: "operator-a",
    workstation: "bridge.example",
    type: "console.started",
    subject: null,
    task: null,
    data: { b: [1], a: "é" },
    previousHash: genesisHash,
  };

  it("hashes all that is in the event and nothing else", () => {
    const sealed = sealEvent(event);
    expect(sealed.event.hash).toBe(canonicalHash(event));
    expect(eventHash(sealed.event)).toBe(sealed.event.hash);
    expect(JSON.parse(sealed.line)).toEqual(sealed.event);
    for (const key of Object.keys(event) as (keyof typeof event)[]) {
      expect(eventHash({ ...event, [key]: "other" })).not.toBe(sealed.event.hash);
    }
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
