import { describe, expect, it } from "vitest";
import { OpsError } from "../shared/errors.ts";
import type { SecretReference } from "../shared/estate-access.ts";
import { text } from "../shared/text.ts";
import type { Reach, SshTarget } from "./reach/reach.ts";
import type { LoginTrial } from "./systems/system.ts";
import { trialLogins } from "./trial-logins.ts";

const target = (id: string) => ({ id, name: `${id}.atelier.example` }) as SshTarget;

function setUp(tryLogin: Reach["tryLogin"], others: LoginTrial[] = [], limit?: number) {
  const uses: { reference: SecretReference; target: SshTarget }[] = [
    { reference: "keychain:host", target: target("tower-a") },
    { reference: "keychain:host", target: target("tower-b") },
    { reference: "keychain:other", target: target("web-1") },
    { reference: "file:host", target: target("web-2") },
  ];
  const trials = (reference: SecretReference) => (reference === "keychain:machine" ? others : []);
  return trialLogins({ secretUses: () => uses, trials }, { tryLogin }, limit);
}

describe("trialLogins", () => {
  it("logs in once wherever the secret is used, with the new value in its place, and nowhere else", async () => {
    const tried: [string, [string, string][]][] = [];
    const trials = setUp(async ({ id }, override, signal) => {
      expect(signal.aborted).toBe(false);
      tried.push([id, [...override]]);
    });
    expect(await trials("host", "new value")).toEqual([
      {
        subject: "tower-a",
        accepted: true,
        text: text("tower-a.atelier.example accepted it.", "tower-a.atelier.example l'a accepté."),
      },
      {
        subject: "tower-b",
        accepted: true,
        text: text("tower-b.atelier.example accepted it.", "tower-b.atelier.example l'a accepté."),
      },
    ]);
    expect(tried).toEqual([
      ["tower-a", [["keychain:host", "new value"]]],
      ["tower-b", [["keychain:host", "new value"]]],
    ]);
  });

  it("takes the stored value when it is given none", async () => {
    const overrides: number[] = [];
    const trials = setUp(async (_target, override) => {
      overrides.push(override.size);
    });
    await trials("host", null);
    expect(overrides).toEqual([0, 0]);
  });

  it("says of each place why it was not accepted, in words fit for the screen", async () => {
    const refused = new OpsError({
      code: "reach.login-refused",
      system: "reach",
      message: text("It refused the log-in.", "Il a refusé la connexion."),
      hint: text("Correct it.", "Corrigez-le."),
    });
    const trials = setUp(async ({ id }) => {
      throw id === "tower-a" ? refused : new Error("the value was: new value");
    });
    const [one, other] = await trials("host", "new value");
    expect(one).toEqual({ subject: "tower-a", accepted: false, text: refused.text });
    expect(other).toMatchObject({ subject: "tower-b", accepted: false });
    expect(JSON.stringify(other)).not.toContain("new value");
  });

  it("asks the systems to log in where that is not over SSH", async () => {
    const given: (string | null)[] = [];
    const machine: LoginTrial = {
      subject: "tower-a",
      name: "Tower A",
      tryLogin: async (value) => void given.push(value),
    };
    const trials = setUp(() => Promise.reject(new Error("not over SSH")), [machine]);
    expect(await trials("machine", "new value")).toEqual([
      { subject: "tower-a", accepted: true, text: text("Tower A accepted it.", "Tower A l'a accepté.") },
    ]);
    await trials("machine", null);
    expect(given).toEqual(["new value", null]);
  });

  it("says that a machine did not answer in time", async () => {
    const silent: LoginTrial = {
      subject: "tower-a",
      name: "Tower A",
      tryLogin: (_value, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    };
    const [trial] = await setUp(async () => undefined, [silent], 5)("machine", "new value");
    expect(trial).toMatchObject({ accepted: false, text: { en: expect.stringContaining("within 1 s") } });
  });

  it("has nowhere to try a secret that nothing uses", async () => {
    const trials = setUp(() => Promise.reject(new Error("nothing is to be tried")));
    expect(await trials("unused", "value")).toEqual([]);
  });
});
