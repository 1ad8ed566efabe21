// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { withStyleNonce } from "./style-nonce.ts";

afterEach(() => document.head.replaceChildren());

function giveNonce(): void {
  const meta = document.createElement("meta");
  meta.setAttribute("property", "csp-nonce");
  meta.nonce = "abc";
  document.head.append(meta);
}

describe("style elements under a content security policy", () => {
  it("carry the page's nonce while they are made, and nothing else does", () => {
    giveNonce();
    withStyleNonce(document, () => {
      expect(document.createElement("style").nonce).toBe("abc");
      expect(document.createElement("script").nonce).not.toBe("abc");
    });
    expect(document.createElement("style").nonce).not.toBe("abc");
    expect(Object.hasOwn(document, "createElement")).toBe(false);
  });

  it("are left alone without a nonce", () => {
    withStyleNonce(document, () => expect(Object.hasOwn(document, "createElement")).toBe(false));
  });

  it("are left alone again when making them fails", () => {
    giveNonce();
    expect(() =>
      withStyleNonce(document, () => {
        throw new Error("no screen");
      }),
    ).toThrow("no screen");
    expect(Object.hasOwn(document, "createElement")).toBe(false);
  });
});
