import { expect, it } from "vitest";
import type { Pass } from "../../shared/sign-in.ts";
import { peopleNeeds } from "./people-needs.ts";

const pass: Pass = {
  id: "p1",
  operator: "ada",
  reason: "nobody else is there",
  from: 0,
  until: 1,
  active: true,
  touched: [],
  review: null,
};

it("rights that were taken need somebody while they last, and until somebody else has reviewed them", () => {
  expect(peopleNeeds([pass])).toMatchObject([{ health: "critical", page: "people" }]);
  expect(peopleNeeds([{ ...pass, active: false }])).toMatchObject([{ health: "warning" }]);
  const review = { by: "bea", at: 2, words: "looked at it" };
  expect(peopleNeeds([{ ...pass, active: false, review }])).toEqual([]);
});
