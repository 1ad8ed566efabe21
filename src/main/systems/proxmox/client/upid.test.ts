import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readUpid } from "./upid.ts";

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789ABCDEF"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));

describe("the identifier of a task", () => {
  it("says where, when, what and by whom", () => {
    const words = "UPID:pve-1:0012D6A3:0F3C2B1A:67A0C1F0:qmigrate:100:console@pve!passerelle:";
    expect(readUpid(words)).toEqual({
      words,
      node: "pve-1",
      startedAt: 0x67a0c1f0 * 1000,
      type: "qmigrate",
      subject: "100",
      by: "console@pve!passerelle",
    });
  });

  it("is read with a longer start, and about a node", () => {
    expect(readUpid("UPID:a:00000001:123456789:67A0C1F0:vzdump::root@pam:")).toMatchObject({ subject: "" });
  });

  it.each([
    "",
    "UPID:",
    "UPID:pve-1:0012D6A3:0F3C2B1A:67A0C1F0:qmigrate:100:root@pam",
    "UPID:pve 1:0012D6A3:0F3C2B1A:67A0C1F0:qmigrate:100:root@pam:",
    "UPID:pve-1:12:0F3C2B1A:67A0C1F0:qmigrate:100:root@pam:",
    "UPID:../x:0012D6A3:0F3C2B1A:67A0C1F0:qmigrate:100:root@pam:",
    " UPID:pve-1:0012D6A3:0F3C2B1A:67A0C1F0:qmigrate:100:root@pam:",
    `UPID:pve-1:0012D6A3:0F3C2B1A:67A0C1F0:${"x".repeat(800)}:100:root@pam:`,
  ])("is not %j", (words) => {
    expect(readUpid(words)).toBeNull();
  });

  it("is read back as it was written, and nothing else makes it fail", () => {
    const part = fc.stringMatching(/^[a-z0-9.@!%-]{1,30}$/);
    fc.assert(
      fc.property(hex(8), hex(8), hex(8), part, part, part, (pid, start, at, type, subject, by) => {
        const words = `UPID:node-9:${pid}:${start}:${at}:${type}:${subject}:${by}:`;
        expect(readUpid(words)).toMatchObject({ type, subject, by, startedAt: Number(`0x${at}`) * 1000 });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(() => readUpid(words)).not.toThrow();
      }),
    );
  });
});
