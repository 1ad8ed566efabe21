import { afterEach, beforeEach, expect, test } from "vitest";
import { text } from "../../shared/text.ts";
import { Inventory } from "./inventory.ts";
import { shownDeclaration, shownObservation } from "./shown-words.ts";
import { declared, read } from "./testing/words.ts";

let inventory: Inventory;
beforeEach(() => {
  inventory = new Inventory();
});
afterEach(() => inventory.close());

test("what far sides name and say acts nowhere, and its words are found as they are shown", () => {
  inventory.declare("ssh", [{ ...declared("a"), name: "tower\u001b]0;root\u0007\u202e" }]);
  inventory.observe([
    {
      resource: "a",
      source: "ssh",
      at: Date.now(),
      health: "warning",
      facts: {
        "os.name": "Debian\u009b31m",
        "net.addresses": ["192.0.2.1", "192.0.2.2\u0000"],
        "load.one": 1,
      },
      problems: [{ code: "ssh.odd", health: "warning", text: text("odd\u0007\nline", "bizarre\u0007") }],
    },
  ]);
  const known = inventory.get("a");
  expect(known?.name).toBe("tower\ufffd]0;root\ufffd\ufffd");
  expect(known?.facts["os.name"]?.value).toBe("Debian\ufffd31m");
  expect(known?.facts["net.addresses"]?.value).toEqual(["192.0.2.1", "192.0.2.2\ufffd"]);
  expect(known?.problems[0]?.text).toEqual(text("odd\ufffd\nline", "bizarre\ufffd"));
});

test("what acts nowhere is taken in as it is, without a copy", () => {
  const declaration = declared("a");
  const reading = read("a", "ok", { facts: { "os.name": "Debian", "net.addresses": ["192.0.2.1"] } });
  expect(shownDeclaration(declaration)).toBe(declaration);
  expect(shownObservation(reading)).toBe(reading);
});
