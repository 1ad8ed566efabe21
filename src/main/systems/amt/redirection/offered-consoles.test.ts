import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amtSystemSchema } from "../../../../shared/systems/amt.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { nobodyToAsk } from "../../../reach/testing/nobody-to-ask.ts";
import { MachineAccess } from "../machine-access.ts";
import { amtMachines } from "../machines.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { FakeRedirection } from "../testing/fake-redirection.ts";
import { accessTo, dialLoopback, FakeClock, FakeSecrets } from "../testing/surroundings.ts";
import { MachineConsoles } from "./consoles.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let redirection: FakeRedirection;
let access: MachineAccess;
let consoles: MachineConsoles;
let unread: LocalText | null;

beforeEach(async () => {
  amt = await FakeAmt.start();
  redirection = await FakeRedirection.start(amt);
  access = accessTo({ "tower-a": amt.port }, new FakeClock());
  unread = null;
  consoles = consolesOf(access);
});
afterEach(async () => {
  access.close();
  await redirection.close();
  await amt.close();
});

function consolesOf(of: MachineAccess, silence = 60_000): MachineConsoles {
  return new MachineConsoles({
    access: of,
    questions: nobodyToAsk,
    unread: () => unread,
    times: { open: 5000, silence },
  });
}

describe("what is offered", () => {
  test("is a serial console and a screen of each machine of its own", () => {
    expect(consoles.offers("tower-a")).toEqual([
      { kind: "serial", unavailable: null },
      { kind: "screen", unavailable: null },
    ]);
    expect(consoles.offers("someone-elses")).toEqual([]);
  });

  test("says why not when the last reading failed", () => {
    unread = { en: "No answer.", fr: "Pas de réponse." };
    expect(consoles.offers("tower-a").map(({ unavailable }) => unavailable?.en)).toEqual([
      "No answer.",
      "No answer.",
    ]);
  });

  test("says that the estate gives no screen, and opens none", async () => {
    const own = new MachineAccess({
      system: "atelier-amt",
      machines: amtMachines(
        amtSystemSchema.parse({
          type: "amt",
          password: "keychain:amt",
          screen: "none",
          machines: { "tower-a": { address: "192.0.2.1" } },
        }),
      ),
      reach: { dial: dialLoopback },
      secrets: new FakeSecrets(),
      now: Date.now,
    });
    const none = consolesOf(own);
    expect(none.offers("tower-a").map(({ unavailable }) => unavailable?.en ?? null)).toEqual([
      null,
      expect.stringContaining("no screen"),
    ]);
    await expect(none.openScreen("tower-a", signal)).rejects.toMatchObject({ code: "amt.screen-none" });
    own.close();
  });
});
