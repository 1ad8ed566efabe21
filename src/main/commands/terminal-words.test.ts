import { afterEach, expect, test, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { complain, complainOf, say, sayJson } from "./terminal-words.ts";

afterEach(() => vi.restoreAllMocks());

/** Clears the screen, writes the clipboard, names the window, turns the rest of the line round. */
const name = "vm\u001b[2J\u009b1m\u001b]52;c;cm0=\u0007\u001b]0;root\u0007\u202e";

function printed(print: () => void): string {
  let words = "";
  const take = (chunk: unknown) => {
    words += String(chunk);
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(take);
  vi.spyOn(process.stderr, "write").mockImplementation(take);
  print();
  return words;
}

test("what a far side has named acts on no terminal, whichever way it is printed", () => {
  const message = text(`${name} refused.`, `${name} a refusé.`);
  const error = new OpsError({ code: "test.any", system: "test", message, hint: text("Look.", "Voyez.") });
  for (const words of [
    printed(() => say(`one\t${name}\ntwo`)),
    printed(() => complain(name)),
    printed(() => complainOf({ ...error.toWire(), message }, "fr")),
    printed(() => sayJson([{ name }])),
  ]) {
    expect(words).not.toMatch(/(?![\t\n])\p{Cc}|\u202e/u);
    expect(words).toContain("[2J");
  }
});

test("data that is printed is the same data", () => {
  expect(JSON.parse(printed(() => sayJson([{ name }])))).toEqual([{ name }]);
});
