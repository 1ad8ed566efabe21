import { expect, test } from "vitest";
import { praSideSchema } from "../../shared/pra.ts";
import { type ModeParts, modesOf, unavailable } from "./modes.ts";

const parts: ModeParts = {
  side: "production",
  carried: false,
  running: false,
  lab: false,
  production: "East",
  recovery: "North",
};

/** What can be begun, as `mode direction`. */
function open(more: Partial<ModeParts>): string[] {
  return modesOf({ ...parts, ...more })
    .filter((one) => one.unavailable === null && one.mode !== "rehearsal")
    .map(({ mode, direction }) => `${mode} ${direction}`);
}

test.each<[string, Partial<ModeParts>, string[]]>([
  ["production is where it belongs", {}, ["planned bascule", "disaster bascule"]],
  ["the source is gone", { side: "none" }, ["disaster bascule"]],
  ["nobody knows what serves", { side: "unknown" }, ["disaster bascule"]],
  ["production was carried", { side: "recovery", carried: true }, ["planned return", "disaster return"]],
  ["it serves there, whoever carried it", { side: "recovery" }, ["planned return", "disaster return"]],
  ["it was carried and now is gone", { side: "none", carried: true }, ["disaster return"]],
  ["both serve", { side: "split-brain" }, ["disaster bascule", "disaster return"]],
  [
    "in part here, in part there",
    { side: "both-in-part" },
    ["planned bascule", "disaster bascule", "planned return", "disaster return"],
  ],
  ["a run is under way", { running: true }, []],
  ["the lab", { lab: true }, ["drill bascule", "planned bascule", "disaster bascule", "drill return"]],
])("%s", (_what, more, expected) => {
  expect(open(more)).toEqual(expected);
});

test("a rehearsal can always be made, and whatever cannot be begun says why", () => {
  for (const side of praSideSchema.options)
    for (const one of modesOf({ ...parts, side, running: true })) {
      if (one.mode === "rehearsal") expect(one.unavailable).toBeNull();
      else expect(one.unavailable?.fr).toMatch(/\.$/);
    }
  expect(unavailable("rehearsal", "return", parts)).toBeNull();
});

test("a disaster bascule warns while its source serves", () => {
  const warning = (side: ModeParts["side"], direction: "bascule" | "return") =>
    modesOf({ ...parts, side }).find((one) => one.mode === "disaster" && one.direction === direction)?.warning
      ?.en;
  expect(warning("production", "bascule")).toMatch(/^East still serves/);
  expect(warning("split-brain", "bascule")).toMatch(/both sites/);
  expect(warning("none", "bascule")).toBeUndefined();
  expect(warning("recovery", "return")).toMatch(/^North still serves/);
});
