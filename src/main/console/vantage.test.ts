import { expect, it } from "vitest";
import type { Hop } from "../../shared/estate-access.ts";
import type { Status } from "../../shared/status.ts";
import { text } from "../../shared/text.ts";
import { vantageOf } from "./vantage.ts";

const nothing = text("", "");
function seenBy(name: string, address: string | null): Status["reach"]["hops"][number] {
  const seen = { state: "unknown" as const, address, at: null, text: nothing };
  return { id: name, name, state: "connected", text: nothing, channels: 0, since: null, seen };
}
const hop = (address: string, name?: string): Hop =>
  ({ address, port: 22, user: "ops", authentication: [], ...(name && { name }) }) as Hop;

it("this workstation stands where each first hop sees it, and each hop at its address", () => {
  const estate = {
    hops: { bounce: hop("192.0.2.1", "Bounce"), inner: hop("inner.example") },
    allowlists: { office: ["203.0.113.0/28"] },
  };
  expect(vantageOf(estate, { hops: [seenBy("Bounce", "203.0.113.7"), seenBy("inner", null)] })).toEqual({
    points: [
      { kind: "workstation", name: "Bounce", address: "203.0.113.7" },
      { kind: "hop", name: "Bounce", address: "192.0.2.1" },
      { kind: "hop", name: "inner", address: null },
    ],
    ranges: { office: ["203.0.113.0/28"] },
  });
});

it("a workstation that no hop has seen is one whose address is not known", () => {
  const unseen = { points: [{ kind: "workstation", name: null, address: null }], ranges: {} };
  expect(vantageOf(undefined, { hops: [] })).toEqual(unseen);
  expect(vantageOf({ hops: {}, allowlists: {} }, { hops: [seenBy("Bounce", null)] })).toEqual(unseen);
});
