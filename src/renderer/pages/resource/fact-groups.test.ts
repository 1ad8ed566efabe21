import { describe, expect, it } from "vitest";
import { factGroups } from "./fact-groups.ts";

const fact = { value: 1, source: "ssh", at: 0 };

describe("the facts of a resource", () => {
  it("stand in their groups, in the order of their definitions, unknown ones last", () => {
    const groups = factGroups({
      "new.thing": fact,
      "load.five": fact,
      "os.kernel": fact,
      "load.one": fact,
      "os.name": fact,
    });
    expect(groups.map(({ group, facts }) => [group, facts.map(([key]) => key)])).toEqual([
      ["load", ["load.one", "load.five"]],
      ["system", ["os.name", "os.kernel"]],
      ["other", ["new.thing"]],
    ]);
  });
});
