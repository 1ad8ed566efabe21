import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insideRanges } from "../../../reach/allowlist.ts";
import type { VantagePoint } from "../../../reach/vantage.ts";
import { admitted, lockedOut } from "./lock-out.ts";

const office = "203.0.113.0/24";
const here = (address: string | null): VantagePoint => ({ kind: "workstation", name: "bounce", address });
const hop = (address: string | null): VantagePoint => ({ kind: "hop", name: "bounce", address });
const network = fc
  .tuple(fc.integer({ min: 26, max: 32 }), fc.integer({ min: 0, max: 63 }))
  .map(([bits, host]) => `203.0.113.${host - (host % 2 ** (32 - bits))}/${bits}`);
const address = fc.integer({ min: 0, max: 63 }).map((host) => `203.0.113.${host}`);

describe("an entry", () => {
  it("is never removed when it alone lets in a place that is known", () => {
    fc.assert(
      fc.property(
        network,
        fc.array(network, { maxLength: 5 }),
        fc.array(address, { minLength: 1, maxLength: 4 }),
        (removed, left, seen) => {
          const points = seen.map((each, index) => (index === 0 ? here(each) : hop(each)));
          const { allowed } = lockedOut({ network: removed, left, points, declared: [] });
          const losesOne = seen.some((each) => insideRanges(each, [removed]) && !insideRanges(each, left));
          const isBlind = seen.some((each) => !insideRanges(each, [removed, ...left]));
          expect(allowed).toBe(!losesOne && !isBlind);
        },
      ),
    );
  });

  it("is never removed where the provider may see us from what it alone lets in", () => {
    fc.assert(
      fc.property(
        network,
        fc.array(network, { maxLength: 5 }),
        fc.array(network, { minLength: 1, maxLength: 4 }),
        (removed, left, declared) => {
          const { allowed } = lockedOut({ network: removed, left, points: [here(null)], declared });
          const losesOne = Array.from({ length: 64 }, (_, host) => `203.0.113.${host}`).some(
            (each) =>
              insideRanges(each, declared) && insideRanges(each, [removed]) && !insideRanges(each, left),
          );
          expect(allowed).toBe(!losesOne);
        },
      ),
    );
  });

  it("stays while nothing is known of where we are seen from, and says why", () => {
    const nothing = { network: office, left: ["198.51.100.0/24"], declared: [] };
    expect(lockedOut({ ...nothing, points: [] })).toMatchObject({ allowed: false });
    expect(lockedOut({ ...nothing, points: [hop(null)] }).text.en).toMatch(/not known from which address/);
    // What no entry lets in is not what the provider sees.
    expect(lockedOut({ ...nothing, points: [here("192.0.2.7")] })).toMatchObject({ allowed: false });
    expect(
      lockedOut({ ...nothing, points: [here("192.0.2.7")], declared: ["198.51.100.0/25"] }),
    ).toMatchObject({
      allowed: true,
    });
  });

  it("of IPv6 does not stand in for one of IPv4", () => {
    const points = [here("203.0.113.7")];
    expect(lockedOut({ network: office, left: ["::/0"], points, declared: [] })).toMatchObject({
      allowed: false,
    });
    expect(lockedOut({ network: "2001:db8::/32", left: [office], points, declared: [] })).toMatchObject({
      allowed: true,
    });
  });

  it("that nobody can read is not removed", () => {
    expect(
      lockedOut({ network: "somewhere", left: [office], points: [here("203.0.113.7")], declared: [] }),
    ).toMatchObject({
      allowed: false,
    });
  });
});

it("tells whom a list lets in, and whom it is known not to", () => {
  const points = [here("203.0.113.7"), hop("192.0.2.1"), hop(null)];
  const { letIn, shut } = admitted(points, [office]);
  expect([letIn, shut]).toEqual([[points[0]], [points[1]]]);
});
