import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rebase } from "./rebase.ts";

const base = ["metadata:", "  labels:", "    app: api", "spec:", "  replicas: 2", "  paused: false"].join(
  "\n",
);

describe("an edit of an object that changed meanwhile", () => {
  it("is carried over where others changed other lines", () => {
    const edited = base.replace("replicas: 2", "replicas: 3");
    const now = base.replace("app: api", "app: api\n    tier: front");
    expect(rebase(base, edited, now)).toEqual({
      yaml: now.replace("replicas: 2", "replicas: 3"),
      conflict: false,
    });
  });

  it("is left as it is, and told, where both changed the same lines", () => {
    const edited = base.replace("replicas: 2", "replicas: 3");
    const now = base.replace("replicas: 2", "replicas: 5");
    expect(rebase(base, edited, now)).toEqual({ yaml: edited, conflict: true });
  });

  it("is nothing where nothing was edited, and all of it where nothing else changed", () => {
    const other = base.replace("false", "true");
    expect(rebase(base, base, other)).toEqual({ yaml: other, conflict: false });
    expect(rebase(base, other, base)).toEqual({ yaml: other, conflict: false });
    expect(rebase(base, other, other)).toEqual({ yaml: other, conflict: false });
  });

  it("never loses a line that only one side wrote", () => {
    const lines = fc.array(fc.constantFrom<string[]>("a: 1", "b: 2", "c: 3", "", "  d: 4"), {
      maxLength: 12,
    });
    const insertions = fc.record({ mine: fc.nat({ max: 12 }), theirs: fc.nat({ max: 12 }) });
    fc.assert(
      fc.property(lines, insertions, (all, { mine, theirs }) => {
        const put = (at: number, words: string) =>
          all.toSpliced(Math.min(at, all.length), 0, words).join("\n");
        const { yaml, conflict } = rebase(all.join("\n"), put(mine, "mine: yes"), put(theirs, "theirs: yes"));
        expect(yaml.split("\n")).toContain("mine: yes");
        if (!conflict) expect(yaml.split("\n")).toContain("theirs: yes");
      }),
    );
  });
});
