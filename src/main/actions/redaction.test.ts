import { describe, expect, it } from "vitest";
import { redactEvent, redactInput } from "./redaction.ts";

const plain = (words: string) => words;

describe("redactInput", () => {
  it("leaves alone what is no secret", () => {
    const input = { command: "uptime", hosts: ["a", 1, true, null], nested: { depth: 2 } };
    expect(redactInput(input, plain)).toEqual({ input, redacted: false });
  });

  it("withholds what its name gives away, at any depth", () => {
    const names = [
      "password",
      "sudoPassword",
      "passphrase",
      "API_TOKEN",
      "clientSecret",
      "privateKey",
      "motDePasse",
    ];
    for (const name of names) {
      const { input, redacted } = redactInput({ outer: [{ [name]: "marked" }] }, plain);
      expect(JSON.stringify(input)).not.toContain("marked");
      expect(redacted).toBe(true);
    }
    expect(redactInput({ token: { inner: "marked" } }, plain).input).toEqual({ token: "[secret]" });
    expect(redactInput({ password: null, passwordless: true }, plain).redacted).toBe(false);
  });

  it("withholds the secrets that are known, wherever they stand", () => {
    const redact = (words: string) => words.replaceAll("marked", "[secret]");
    expect(redactInput({ command: "login marked", list: ["marked"] }, redact)).toEqual({
      input: { command: "login [secret]", list: ["[secret]"] },
      redacted: true,
    });
  });

  it("shortens what is too large for the journal, and says that it cannot be sent again", () => {
    const { input, redacted } = redactInput({ script: "x".repeat(100_000) }, plain);
    expect(input).toMatchObject({ shortened: true });
    expect(redacted).toBe(true);
  });
});

describe("an event", () => {
  it("keeps what it is found and bound by, and loses every secret from what people and machines said", () => {
    const clean = <Data>(data: Data): Data =>
      JSON.parse(JSON.stringify(data).replaceAll("tower-a", "[secret]"));
    const event = {
      type: "run.step-ended",
      subject: "tower-a",
      task: "run/tower-a/1",
      data: {
        node: "tower-a",
        task: "run/tower-a/1",
        reason: "it is tower-a",
        text: { en: "tower-a is off", fr: "tower-a est éteinte" },
        error: { message: { en: "tower-a" } },
        observed: ["tower-a"],
      },
    };
    expect(redactEvent(event, clean)).toEqual({
      ...event,
      data: {
        node: "tower-a",
        task: "run/tower-a/1",
        reason: "it is [secret]",
        text: { en: "[secret] is off", fr: "[secret] est éteinte" },
        error: { message: { en: "[secret]" } },
        observed: ["[secret]"],
      },
    });
  });
});
