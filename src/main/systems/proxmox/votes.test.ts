import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countVotes, readVotes } from "./votes.ts";

const nodes = (...names: string[]) =>
  names.map((node, at) => ({ node, name: node, nodeid: String(at + 1), quorum_votes: "1" }));
const names = (count: number) => Array.from({ length: count }, (_, at) => `pve-${at + 1}`);

/** The votes of so many nodes, with a QDevice of that kind or none, without the first of them. */
function withoutOne(count: number, device: object | null) {
  const votes = readVotes(nodes(...names(count)), device);
  return votes && countVotes(votes, new Set(names(count)), "pve-1");
}

describe("the votes of a cluster", () => {
  test("of two nodes are not enough without one, unless a connected QDevice has a third", () => {
    expect(withoutOne(2, {})).toEqual({ expected: 2, needed: 2, present: 1 });
    const device = { Algorithm: "Fifty-Fifty split", State: "Connected", Model: "Net" };
    expect(withoutOne(2, device)).toEqual({ expected: 3, needed: 2, present: 2 });
    expect(withoutOne(2, { ...device, State: "Connect failed" })).toMatchObject({ present: 1, needed: 2 });
  });

  test("of three nodes are enough without one, and not with another one away", () => {
    expect(withoutOne(3, null)).toEqual({ expected: 3, needed: 2, present: 2 });
    const votes = readVotes(nodes(...names(3)), null);
    expect(votes && countVotes(votes, new Set(["pve-1", "pve-2"]), "pve-1")).toMatchObject({ present: 1 });
  });

  test("count a QDevice of the last man as all nodes but one", () => {
    expect(withoutOne(3, { Algorithm: "LMS", State: "Connected" })).toEqual({
      expected: 5,
      needed: 3,
      present: 4,
    });
  });

  test("weigh as much as corosync.conf says, and a node by itself has none", () => {
    const votes = readVotes([{ node: "a", quorum_votes: 2 }, { node: "b" }, { node: "c" }], null);
    expect(votes && countVotes(votes, new Set(["a", "b", "c"]), "a")).toEqual({
      expected: 4,
      needed: 3,
      present: 2,
    });
    expect(readVotes([], {})).toBeNull();
    expect(readVotes("garbage", { State: "Connected" })).toBeNull();
  });

  test("are a majority for one half of a split at the most, whatever is told", () => {
    const told = fc.array(fc.record({ node: fc.string({ minLength: 1 }), quorum_votes: fc.nat(9) }));
    fc.assert(
      fc.property(told, fc.func(fc.boolean()), (list, isHere) => {
        const votes = readVotes(list, null);
        if (!votes) return;
        const all = [...votes.nodes.keys()];
        const here = countVotes(votes, new Set(all.filter((name) => isHere(name))));
        const there = countVotes(votes, new Set(all.filter((name) => !isHere(name))));
        expect(here.present >= here.needed && there.present >= there.needed).toBe(false);
      }),
    );
  });
});
