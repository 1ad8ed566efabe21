import { expect, test } from "vitest";
import { answer, challenge, password } from "./testing/dialogue.ts";
import { answerChallenge } from "./vnc-authentication.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("a challenge is answered as OpenSSL's DES computes it", () => {
  expect(hex(answerChallenge(challenge, password))).toBe(hex(answer));
});

test("each byte of the key is turned round: the textbook's DES vector", () => {
  const reversed = Buffer.from("c82cea9ed93dfb8f", "hex").toString("latin1");
  const block = Buffer.from("0123456789abcdef", "hex");
  expect(hex(answerChallenge(Buffer.concat([block, block]), reversed))).toBe(
    "85e813540f0ab40585e813540f0ab405",
  );
});

test("an empty password is the key of zeros, a longer one counts up to its eighth byte", () => {
  const zeros = new Uint8Array(16);
  expect(hex(answerChallenge(zeros, ""))).toBe("8ca64de9c1b123a78ca64de9c1b123a7");
  expect(hex(answerChallenge(challenge, `${password}-and-more`))).toBe(hex(answer));
  expect(hex(answerChallenge(challenge, "secret1"))).not.toBe(hex(answer));
});
