import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSections } from "./host-sections.ts";
import { failedChange, unitIn } from "./host-units.ts";
import { sectioned } from "./ssh/testing/fake-reach.ts";
import { hostileWords } from "./ssh/testing/hostile-words.ts";

const mark = "passerelle-0123456789abcdef";
const whole = [
  "Result=success",
  "ExecMainStartTimestamp=Mon 2026-03-02 04:00:00 UTC",
  "ExecMainExitTimestamp=Mon 2026-03-02 04:10:30 UTC",
  "NextElapseUSecRealtime=n/a",
  "Id=archive.service",
  "LoadState=loaded",
  "ActiveState=inactive",
  "UnitFileState=static",
  "InvocationID=0123456789abcdef0123456789abcdef",
].join("\n");
const read = (body: string, status = 0) =>
  unitIn(readSections(sectioned(mark, { "unit archive.service": [body, status] }), mark), "archive.service");

describe("units", () => {
  it("are read as systemd shows them", () => {
    expect(read(whole)).toEqual({
      name: "archive.service",
      isLoaded: true,
      active: "inactive",
      isEnabled: false,
      result: "success",
      invocation: "0123456789abcdef0123456789abcdef",
      startedAt: Date.UTC(2026, 2, 2, 4),
      endedAt: Date.UTC(2026, 2, 2, 4, 10, 30),
      next: null,
    });
  });

  it("are null where nothing is said of them, and by no command that failed", () => {
    expect(read("")).toBeNull();
    expect(read("System has not been booted with systemd", 1)).toBeNull();
    expect(read(whole.replace("UnitFileState=static", "UnitFileState="))?.isEnabled).toBeNull();
    expect(read(whole.replaceAll("UTC", "CET"))).toMatchObject({ startedAt: null, endedAt: null });
  });

  it("never make a time or a name up, whatever is answered", () => {
    fc.assert(
      fc.property(hostileWords(whole), (words) => {
        const unit = read(words);
        if (unit === null) return;
        expect(unit.active).toMatch(/^[a-z-]{1,30}$/);
        for (const at of [unit.startedAt, unit.endedAt, unit.next]) expect(Number.isNaN(at)).toBe(false);
      }),
    );
  });

  it("tell why a change failed in one line", () => {
    const answer = (status: number) =>
      readSections(sectioned(mark, { change: ["sudo: a password is required\nand more", status] }), mark);
    expect(failedChange(answer(1))).toBe("sudo: a password is required");
    expect(failedChange(answer(0))).toBeNull();
  });
});
