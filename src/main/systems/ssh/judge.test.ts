import { describe, expect, it } from "vitest";
import { factDefinitions } from "../../../shared/facts.ts";
import { readSections } from "../host-sections.ts";
import { maintenanceFacts, quickFacts } from "./facts.ts";
import { healthOf, judge } from "./judge.ts";
import { type MaintenanceReading, type Reading, readMaintenance, readQuick } from "./reading.ts";
import { sectioned } from "./testing/fake-reach.ts";

const mark = "passerelle-1";
const quick = (sections: Record<string, string | [string, number]>): Reading =>
  readQuick(readSections(sectioned(mark, sections), mark), null);
const slow = (sections: Record<string, string | [string, number]>): MaintenanceReading =>
  readMaintenance(readSections(sectioned(mark, sections), mark));
const codes = (reading: Reading, maintenance: MaintenanceReading | null = null) =>
  judge(reading, maintenance).map(({ code, health }) => `${code} ${health}`);

const df = (percent: number) => ({
  df: `/dev/sda1 100000 ${percent * 1000} ${(100 - percent) * 1000} ${percent}% /\n`,
});
const mdstat = (rest: string) => ({
  mdstat: `Personalities : [raid1]\nmd0 : active raid1 sdb1[1](F) sda1[0]\n${rest}`,
});
const meminfo = (available: number) => ({ meminfo: `MemTotal: 1000 kB\nMemAvailable: ${available} kB\n` });

describe("judge", () => {
  it("finds nothing wrong with a host that is well", () => {
    const reading = quick({ ...df(50), ...meminfo(500), units: "", "reboot-flag": "required\n" });
    expect(judge(reading, null)).toEqual([]);
    expect(healthOf([])).toBe("ok");
    expect(reading.reboot?.needed).toBe(true);
  });

  it("warns at 90 % of a file system and is critical at 97 %", () => {
    expect(codes(quick(df(89)))).toEqual([]);
    expect(codes(quick(df(90)))).toEqual(["disk.full warning"]);
    expect(codes(quick(df(96)))).toEqual(["disk.full warning"]);
    expect(codes(quick(df(97)))).toEqual(["disk.full critical"]);
  });

  it("is critical for a RAID that has lost a member, also while it is rebuilt", () => {
    expect(codes(quick(mdstat("      9 blocks super 1.2 [2/1] [U_]\n")))).toEqual(["raid.degraded critical"]);
    const rebuilding = quick(
      mdstat("      9 blocks super 1.2 [2/1] [U_]\n      [>] recovery = 12.5% (1/9)\n"),
    );
    expect(codes(rebuilding)).toEqual(["raid.rebuilding critical"]);
    expect(judge(rebuilding, null)[0]?.text.fr).toContain("12.5 %");
    expect(codes(quick(mdstat("      9 blocks super 1.2 [2/2] [UU]\n")))).toEqual([
      "raid.failed-member warning",
    ]);
    expect(codes(quick({ mdstat: "Personalities :\nmd0 : inactive sda1[0](S)\n      9 blocks\n" }))).toEqual([
      "raid.inactive critical",
    ]);
  });

  it("is critical for a failing disk and warns of a worn one", () => {
    const disks = slow({
      "smart /dev/sda": ['{"smart_status":{"passed":false}}', 8],
      "smart /dev/nvme0":
        '{"smart_status":{"passed":true},"nvme_smart_health_information_log":{"percentage_used":104}}',
    });
    expect(codes(quick({}), disks)).toEqual(["smart.failing critical", "smart.worn warning"]);
  });

  it("warns below 5 % of available memory, of failed units and of security updates", () => {
    expect(codes(quick(meminfo(50)))).toEqual([]);
    expect(codes(quick(meminfo(49)))).toEqual(["memory.short warning"]);
    const units = "a.service loaded failed failed A\nb.service loaded failed failed B\n";
    expect(judge(quick({ units }), null)[0]?.text.en).toBe("2 units have failed: a.service, b.service.");
    const apt =
      "1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\nInst a [1] (2 x-security [all])\n";
    expect(codes(quick({}), slow({ "updates-apt": apt }))).toEqual(["updates.security warning"]);
  });

  it("puts the worst first", () => {
    const reading = quick({ ...meminfo(1), ...df(99) });
    expect(codes(reading)).toEqual(["disk.full critical", "memory.short warning"]);
    expect(healthOf(judge(reading, null))).toBe("critical");
  });
});

describe("facts", () => {
  it("are left out when the host did not say, never made up", () => {
    expect(quickFacts(quick({}), null)).toEqual({});
    expect(maintenanceFacts(slow({}))).toEqual({});
    expect(quickFacts(quick({ units: ["", 1] }), null)).toEqual({});
    expect(maintenanceFacts(slow({ "updates-apt": ["", 137] }))).toEqual({});
  });

  it("do not call disks passed while one of them is silent", () => {
    const passed = '{"smart_status":{"passed":true}}';
    expect(maintenanceFacts(slow({ "smart /dev/sda": passed }))["smart.state"]).toBe("passed");
    const silent = maintenanceFacts(slow({ "smart /dev/sda": passed, "smart /dev/sdb": ["{}", 2] }));
    expect(silent["smart.state"]).toBeUndefined();
    expect(silent["smart.disks"]).toEqual(["/dev/sda · passed", "/dev/sdb · ?"]);
  });

  it("have a definition each", () => {
    const facts = {
      ...quickFacts(
        quick({
          "os-release": "PRETTY_NAME=Example\n",
          uname: "Linux tower-a 6.1.0-9-amd64 x86_64",
          "boot-id": "bf2b62eb-fe78-437d-8f26-9032d4d4c214",
          loadavg: "1 2 3 1/1 1",
          nproc: "4",
          meminfo: "MemTotal: 1000 kB\nMemAvailable: 250 kB\nSwapTotal: 100 kB\nSwapFree: 100 kB\n",
          ...df(50),
          ...mdstat("      9 blocks super 1.2 [2/2] [UU]\n"),
          units: "",
          packages: "apt-get\n",
          "reboot-flag": "required\nlibc6\n",
        }),
        1,
      ),
      ...maintenanceFacts(
        slow({
          "smart /dev/sda": '{"smart_status":{"passed":true}}',
          "updates-dnf": ["a.noarch 1 repository\n", 100],
          "updates-dnf-security": ["", 0],
        }),
      ),
    };
    expect(facts).toMatchObject({
      "memory.used": 75,
      "swap.used": 0,
      "updates.pending": 1,
      "updates.security": 0,
    });
    expect(Object.keys(factDefinitions)).toEqual(expect.arrayContaining(Object.keys(facts)));
    expect(Object.keys(facts)).toHaveLength(26);
  });
});
