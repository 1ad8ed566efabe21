import { afterEach, beforeEach, expect, test } from "vitest";
import { Inventory } from "../inventory/inventory.ts";
import type { SignedLogin } from "../reach/signed-login.ts";
import { SignedLogins } from "./signed-logins.ts";

const start = Date.UTC(2026, 0, 15);
let now = start;
let inventory: Inventory;
let logins: SignedLogins;

beforeEach(() => {
  now = start;
  inventory = new Inventory({ now: () => now });
  logins = new SignedLogins({ sink: inventory, now: () => now });
});
afterEach(() => {
  logins.close();
  inventory.close();
});

const signed = (part: Partial<SignedLogin> = {}): SignedLogin => ({
  ...{ target: "bounce", vault: "vault", mount: "ssh", role: "console", user: "anna" },
  ...{ serial: "41", principals: ["anna"], validFrom: now - 30_000, validUntil: now + 300_000 },
  ...part,
});
const fact = (id: string, key: string) => inventory.get(id)?.facts[`certificate.${key}`]?.value;

test("what a log-in is made with is listed: whom it is for, its serial number, until when, and which hop", () => {
  logins.take(signed());
  const id = "signed-keys/bounce";
  expect(inventory.get(id)?.kind).toBe("certificate");
  expect(fact(id, "from")).toBe("ssh");
  expect(fact(id, "names")).toEqual(["anna"]);
  expect(fact(id, "serial")).toBe("41");
  expect(fact(id, "notAfter")).toBe(start + 300_000);
  expect(fact(id, "usedBy")).toEqual(["bounce"]);
});

test("the next log-in takes its place, and what has ended is gone", () => {
  logins.take(signed());
  now += 200_000;
  logins.take(signed({ serial: "42" }));
  logins.take(signed({ target: "inner", validUntil: now + 1000 }));
  expect(fact("signed-keys/bounce", "serial")).toBe("42");
  now += 150_000;
  logins.tidy();
  expect(inventory.get("signed-keys/inner")).toBeNull();
  expect(fact("signed-keys/bounce", "serial")).toBe("42");
  now += 150_000;
  logins.tidy();
  expect(inventory.get("signed-keys/bounce")).toBeNull();
});

test("one that has ended by this workstation's clock is not listed", () => {
  logins.take(signed({ validUntil: now - 1 }));
  expect(inventory.all()).toEqual([]);
});
