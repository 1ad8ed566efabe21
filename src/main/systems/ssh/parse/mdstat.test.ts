import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { parseMdstat } from "./mdstat.ts";

const head = "Personalities : [raid1] [raid6] [raid5] [raid4] [raid0]\n";
const tail = "\nunused devices: <none>\n";
const clean = `md0 : active raid1 sdb1[1] sda1[0]
      976630336 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk
`;
const degraded = `md1 : active raid5 sdd1[3](F) sdc1[1] sdb2[0]
      1953260544 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]
`;
const rebuilding = `md2 : active raid1 sdc1[2] sda3[0]
      976630336 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (123456/976630336) finish=127.5min speed=33440K/sec
`;
const whole = `${head}${clean}\n${degraded}\n${rebuilding}${tail}`;

const states = (body: string) =>
  parseMdstat(`${head}${body}${tail}`)?.map(({ name, state }) => [name, state]);

describe("parseMdstat", () => {
  it("tells clean, degraded and rebuilding arrays apart", () => {
    expect(parseMdstat(whole)).toEqual([
      {
        name: "md0",
        level: "raid1",
        state: "clean",
        wanted: 2,
        working: 2,
        members: ["sdb1", "sda1"],
        failed: [],
        activity: null,
      },
      {
        name: "md1",
        level: "raid5",
        state: "degraded",
        wanted: 3,
        working: 2,
        members: ["sdd1", "sdc1", "sdb2"],
        failed: ["sdd1"],
        activity: null,
      },
      {
        name: "md2",
        level: "raid1",
        state: "rebuilding",
        wanted: 2,
        working: 1,
        members: ["sdc1", "sda3"],
        failed: [],
        activity: { kind: "recovery", percent: 12.6 },
      },
    ]);
  });
  it("knows arrays that check, wait, are read-only, stopped or without redundancy", () => {
    const blocks = "      1000 blocks super 1.2 [2/2] [UU]\n";
    expect(
      states(`md3 : active raid1 sdb1[1] sda1[0]\n${blocks}      [>..]  check =  3.0% (1/2) finish=1min\n`),
    ).toEqual([["md3", "checking"]]);
    expect(
      states(`md3 : active (auto-read-only) raid1 sdb1[1] sda1[0]\n${blocks}      \tresync=PENDING\n`),
    ).toEqual([["md3", "checking"]]);
    expect(states("md4 : inactive sda1[0](S)\n      1000 blocks super 1.2\n")).toEqual([["md4", "inactive"]]);
    expect(states("md5 : active raid0 sdb1[1] sda1[0]\n      1000 blocks super 1.2 512k chunks\n")).toEqual([
      ["md5", "clean"],
    ]);
    expect(states("md5 : active linear sdb1[1](F) sda1[0]\n      1000 blocks super 1.2\n")).toEqual([
      ["md5", "degraded"],
    ]);
  });
  it("does not call an array clean whose member count was cut off", () => {
    expect(states("md0 : active raid1 sdb1[1] sda1[0]\n")).toEqual([["md0", null]]);
    expect(states("md0 : active raid1 sdb1[1] sda1[0]\n      976630336 blocks super 1.2\n")).toEqual([
      ["md0", null],
    ]);
  });
  it("tells a host without arrays from an unreadable file", () => {
    expect(parseMdstat("Personalities : \nunused devices: <none>\n")).toEqual([]);
    expect(parseMdstat("")).toBeNull();
    expect(parseMdstat("cat: /proc/mdstat: Permission denied")).toBeNull();
  });
  it("never calls an array clean that says otherwise, whatever surrounds it", () => {
    fc.assert(
      fc.property(hostileWords(whole), (words) => {
        for (const array of parseMdstat(words) ?? []) {
          if (array.state !== "clean") continue;
          expect(array.working ?? 0).toBeGreaterThanOrEqual(array.wanted ?? 0);
          expect(array.activity).toBeNull();
        }
      }),
    );
  });
});
