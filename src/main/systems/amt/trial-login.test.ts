import { afterEach, beforeEach, expect, test } from "vitest";
import type { MachineAccess } from "./machine-access.ts";
import { amtMachines } from "./machines.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { fault } from "./testing/fake-firmware.ts";
import { accessTo, configFor, FakeClock, FakeSecrets } from "./testing/surroundings.ts";
import { loginTrials } from "./trial-login.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let secrets: FakeSecrets;
let access: MachineAccess;

beforeEach(async () => {
  amt = await FakeAmt.start();
  secrets = new FakeSecrets();
  access = accessTo({ "tower-a": amt.port, "tower-b": 1 }, new FakeClock(), secrets);
});
afterEach(async () => {
  access.close();
  await amt.close();
});

function trialOf(reference: "keychain:amt" | "keychain:other", subject = "tower-a") {
  const machines = amtMachines(configFor({ "tower-a": amt.port, "tower-b": 1 })).values();
  return loginTrials(access, machines, reference).find((trial) => trial.subject === subject);
}

test("a new password is tried by one request, and the stored one is left alone", async () => {
  await trialOf("keychain:amt")?.tryLogin("Secret-1", signal);
  expect(amt.received.map(({ status }) => status)).toEqual([401, 200]);
  expect(secrets.uses).toBe(0);
});

test("the stored one is tried when none is given", async () => {
  await trialOf("keychain:amt")?.tryLogin(null, signal);
  expect(secrets.uses).toBe(1);
});

test("a wrong one is refused in words without it, and the machine is still read afterwards", async () => {
  const refused = trialOf("keychain:amt")?.tryLogin("not this one", signal);
  await expect(refused).rejects.toMatchObject({ code: "amt.log-in-refused" });
  await expect(refused).rejects.not.toMatchObject({ text: { en: expect.stringContaining("not this one") } });
  await expect(access.client("tower-a").get("CIM_Chassis", { signal })).resolves.toBeDefined();
});

test("a user who may not read the power state has logged in all the same", async () => {
  amt.misbehave = () => ({ reply: fault("w", "AccessDenied") });
  await expect(trialOf("keychain:amt")?.tryLogin("Secret-1", signal)).resolves.toBeUndefined();
});

test("a machine that is not there is no refusal", async () => {
  const gone = trialOf("keychain:amt", "tower-b")?.tryLogin("Secret-1", signal);
  await expect(gone).rejects.not.toMatchObject({ code: "amt.log-in-refused" });
});

test("a secret that no machine logs in with has no trial", () => {
  expect(trialOf("keychain:other")).toBeUndefined();
});
