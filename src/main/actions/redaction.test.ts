import { describe, expect, it } from "vitest";
import { redactInput } from "./redaction.ts";

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
