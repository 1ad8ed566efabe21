import { expect, test } from "vitest";
import { checkedRows } from "./bench-run.mjs";

test("the ratio is ours to the peer's; without a peer there is none", () => {
  expect(
    checkedRows([
      { name: "fan-out", unit: "s", ours: 3, peer: 4, peerName: "clush" },
      { name: "idle", unit: "%", ours: 0.5 },
    ]),
  ).toEqual([
    { name: "fan-out", unit: "s", ours: 3, peer: 4, peerName: "clush", ratio: 0.75 },
    { name: "idle", unit: "%", ours: 0.5, peer: null, peerName: null, ratio: null },
  ]);
});

test.each([[[]], [undefined], [[{ name: "a", unit: "s", ours: Number.NaN }]], [[{ name: "a", ours: 1 }]]])(
  "what is no measurement is refused: %j",
  (measured) => {
    expect(() => checkedRows(measured)).toThrow();
  },
);
