import fc from "fast-check";
import { expect, test } from "vitest";
import { rfbPasswordProblem } from "./rfb-password.ts";

test.each(["Abcdef1!", "P@ssw0rd", "Gr8&<ope", "a1B2c3D-"])("%s is taken", (password) => {
  expect(rfbPasswordProblem(password)).toBeNull();
});

test.each([
  "",
  "Abcde1!",
  "Abcdefg1!",
  "abcdef1!",
  "ABCDEF1!",
  "Abcdefg!",
  "Abcdefg1",
  "Abcdef1_",
  "Abcde:1!",
  "Abcde,1!",
  'Abcde"1!',
  "Abcde 1!",
  "Abcdé1!x",
])("%j is not", (password) => {
  const problem = rfbPasswordProblem(password);
  expect(problem?.en).toContain("exactly eight characters");
  expect(problem?.fr).toContain("exactement huit caractères");
});

test("the words never hold the password", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 5, unit: "grapheme" }), (password) => {
      const problem = rfbPasswordProblem(`§${password}`);
      expect(problem?.en).not.toContain(`§${password}`);
      expect(problem?.fr).not.toContain(`§${password}`);
    }),
  );
});
