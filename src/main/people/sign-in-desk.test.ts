import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Proof } from "../../shared/sign-in.ts";
import { readKeyFile, signWithKey } from "./private-key.ts";
import {
  ada,
  bea,
  called,
  codeOf,
  enter,
  keyOf,
  minute,
  SignInBench,
  signal,
} from "./testing/sign-in-bench.ts";

let bench: SignInBench;
beforeEach(() => {
  bench = new SignInBench();
});
afterEach(() => bench.close());

describe("a seat", () => {
  it("is nobody's until somebody proves who they are, and another seat stays nobody's", async () => {
    const opened = await bench.open();
    expect(opened.signIn.callerAt("one")).toMatchObject({ person: null, name: "account:adalove" });
    expect(await called(opened, "procedures.pause")).toBe("people.sign-in-needed");
    expect(await called(opened, "journal.page")).toBe("account:adalove");
    await enter(opened);
    expect(await called(opened, "procedures.pause")).toBe("ada");
    expect(await called(opened, "procedures.pause", {}, "two")).toBe("people.sign-in-needed");
    expect(bench.written.at(-1)).toMatchObject({
      type: "people.signed-in",
      data: { operator: "ada", way: "key" },
    });
  });

  it("is the account's operator where nobody has a role, as before there were any", async () => {
    bench.declared = { ada: { name: "Ada", keys: [ada.line], accounts: ["adalove"] } };
    const opened = await bench.open();
    expect(await called(opened, "secrets.set")).toBe("ada");
    expect(opened.signIn.view("one")).toMatchObject({
      me: "ada",
      roles: false,
      signedIn: null,
      locked: false,
    });
  });

  it("is taken by the account alone on a lab, until somebody signs out", async () => {
    const opened = await bench.open({ lab: true });
    expect(opened.signIn.view("one").signedIn).toMatchObject({ operator: "ada", way: "account" });
    bench.now += 60 * minute;
    expect([opened.signIn.isLocked("one"), opened.signIn.lock("one")]).toEqual([false, false]);
    opened.signIn.signOut("one");
    expect(opened.signIn.view("one").me).toBeNull();
  });

  it("is refused to a key of somebody else, and after many tries to everybody for a minute", async () => {
    const { signIn } = await bench.open();
    const wrong = () => codeOf(() => signIn.signIn("one", "ada", keyOf(bea), signal));
    for (let tries = 0; tries < 8; tries += 1) expect(await wrong()).toBe("people.foreign-key");
    expect(await wrong()).toBe("people.too-many-tries");
    expect(await codeOf(() => signIn.signIn("one", "ada", keyOf(ada), signal))).toBe("people.too-many-tries");
    bench.now += minute;
    await signIn.signIn("one", "ada", keyOf(ada), signal);
    expect(signIn.view("one").me).toBe("ada");
    expect(bench.written.filter(({ type }) => type === "people.sign-in-refused")).toHaveLength(10);
  });

  it("is nobody's where the journal cannot say who it is", async () => {
    const opened = await bench.open();
    bench.full = true;
    expect(await codeOf(() => enter(opened))).toBe("journal.cannot-write");
    expect(opened.signIn.view("one").me).toBeNull();
  });

  it("is left when its operator or their key is taken out of the estate", async () => {
    const opened = await bench.open();
    await enter(opened);
    const { ada: own, ...others } = bench.declared;
    bench.declared = { ...others, ada: { ...own, name: "Ada", accounts: [], keys: [bea.line] } };
    expect(opened.signIn.view("one")).toMatchObject({ me: null, signedIn: null });
    expect(opened.signIn.view("one").ended?.en).toContain("key that you signed in with");
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal).catch(() => {});
    bench.declared = { cyd: { name: "Cyd", keys: [], accounts: [], roles: [{ role: "look" }] } };
    expect(opened.signIn.view("one")).toMatchObject({ me: null });
    expect(await called(opened, "procedures.pause")).toBe("people.sign-in-needed");
  });
});

describe("a challenge that is signed elsewhere", () => {
  const signed = (words: string, namespace = "passerelle-sign-in") =>
    ({
      kind: "signature",
      signature: signWithKey(readKeyFile(ada.file), "", namespace, Buffer.from(words)),
    }) as const;

  it("is good once, in time, at the seat that asked, for the operator and the purpose it names", async () => {
    const { signIn } = await bench.open();
    const by = (proof: Proof, seat = "one", operator = "ada") =>
      codeOf(() => signIn.signIn(seat, operator, proof, signal));
    const words = signIn.challenge("one", "ada");
    expect(await by(signed(words), "two")).toBe("people.bad-proof");
    expect(await by(signed(words, "passerelle-approval"))).toBe("people.bad-proof");
    expect(await by(signed(words.replace("desk-1", "desk-2")))).toBe("people.bad-proof");
    expect(await by(signed(words), "one", "bea")).toBe("people.bad-proof");
    expect(await by(signed(`${words}\n`))).toBe("none");
    expect(await by(signed(words))).toBe("people.bad-proof");
    const late = signIn.challenge("one", "ada");
    bench.now += 6 * minute;
    expect(await by(signed(late))).toBe("people.bad-proof");
    expect(await by({ kind: "signature", signature: "garbage" })).toBe("approval.not-a-signature");
  });
});

describe("a key of the keychain", () => {
  it("counts once its public half stands in the estate", async () => {
    const { desk, signIn } = await bench.open();
    const line = await desk.makeKey("ada");
    const proof = { kind: "keychain" } as const;
    expect(await codeOf(() => signIn.signIn("one", "ada", proof, signal))).toBe("people.no-keychain-key");
    bench.declared = {
      ...bench.declared,
      ada: { name: "Ada", accounts: [], keys: [line], roles: [{ role: "look" }] },
    };
    await signIn.signIn("one", "ada", proof, signal);
    expect(signIn.view("one").signedIn).toMatchObject({ operator: "ada", way: "keychain" });
    expect(JSON.stringify(bench.written)).not.toContain("PRIVATE");
  });
});
