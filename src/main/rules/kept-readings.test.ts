import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fullness } from "./fullness.ts";
import { KeptReadings } from "./kept-readings.ts";

const noon = Date.UTC(2026, 0, 15, 12);
const minute = 60_000;
let folder: string;
let now: number;
const troubles: unknown[] = [];
const path = () => join(folder, "disk-readings.json");
const kept = () =>
  new KeptReadings({ dataFolder: folder, now: () => now, onTrouble: (thrown) => troubles.push(thrown) });

/** An hour of readings of a disk that fills by one percent in that time. */
function filling(): Fullness {
  const fullness = new Fullness();
  for (let count = 0; count <= 60; count += 1) fullness.add(noon - (60 - count) * minute, 60 + count / 60);
  return fullness;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-readings-"));
  now = noon;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  troubles.length = 0;
});

describe("readings of disks", () => {
  it("outlive the console with their forecast, in a file that nobody else may read", () => {
    const fullness = filling();
    kept().keep([["disk.fullest tower", fullness]]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const recalled = kept().recall().get("disk.fullest tower");
    expect(recalled?.forecast()).toEqual(fullness.forecast());
    expect(recalled?.forecast()).not.toBeNull();
    recalled?.add(noon + minute, 61.1);
    expect(recalled?.readings).toBe(fullness.readings + 1);
    expect(troubles).toEqual([]);
  });

  it("that are not there are none, and no trouble", () => {
    expect(kept().recall().size).toBe(0);
    expect(troubles).toEqual([]);
  });

  it.each([
    ["cut short", () => truncateSync(path(), 40)],
    ["garbage", () => writeFileSync(path(), Buffer.from([0, 255, 1, 2]))],
    ["of another version", () => writeFileSync(path(), JSON.stringify({ version: 2, disks: {} }))],
    ["huge", () => truncateSync(path(), 17 * 1024 * 1024)],
  ])("that are %s are told of, and begin anew", (_how, spoil) => {
    kept().keep([["a", filling()]]);
    spoil();
    expect(kept().recall().size).toBe(0);
    expect(troubles).toHaveLength(1);
  });

  it("of one disk that make no sense are left out, and the others taken", () => {
    kept().keep([["good", filling()]]);
    const file = JSON.parse(readFileSync(path(), "utf8"));
    const { good } = file.disks;
    file.disks = {
      good,
      ...{ word: "x", uneven: { ...good, used: [1] }, backwards: { ...good, at: [...good.at].reverse() } },
      ...{
        long: { ...good, at: Array(100).fill(1), used: Array(100).fill(1) },
        empty: { ...good, at: [], used: [] },
      },
    };
    writeFileSync(path(), JSON.stringify(file));
    expect([...kept().recall().keys()]).toEqual(["good"]);
  });

  it("of a time still to come, or long past, are not taken: a clock was set", () => {
    kept().keep([["a", filling()]]);
    now = noon - 3_600_000;
    expect(kept().recall().size).toBe(0);
    now = noon + 31 * 86_400_000;
    expect(kept().recall().size).toBe(0);
  });

  it("that cannot be written are told of, and cost nothing else", () => {
    rmSync(folder, { recursive: true });
    kept().keep([["a", filling()]]);
    expect(troubles).toHaveLength(1);
  });
});
