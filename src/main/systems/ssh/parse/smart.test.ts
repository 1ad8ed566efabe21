import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { parseSmart } from "./smart.ts";

const ata = {
  json_format_version: [1, 0],
  model_name: "Example Disk 4T",
  smart_status: { passed: true },
  temperature: { current: 34 },
  power_on_time: { hours: 12_345, minutes: 7 },
  ata_smart_attributes: {
    table: [
      { id: 5, name: "Reallocated_Sector_Ct", when_failed: "", raw: { value: 3 } },
      { id: 197, name: "Current_Pending_Sector", when_failed: "", raw: { value: 0 } },
      { id: 198, name: "Offline_Uncorrectable", when_failed: "", raw: { value: 0 } },
    ],
  },
};
const nvme = {
  model_name: "Example NVMe",
  smart_status: { passed: true, nvme: { value: 0 } },
  temperature: { current: 41 },
  nvme_smart_health_information_log: { critical_warning: 0, percentage_used: 12, media_errors: 0 },
};
const state = (answer: unknown) => parseSmart("/dev/sda", JSON.stringify(answer))?.state;

describe("parseSmart", () => {
  it("reads ATA and NVMe disks", () => {
    expect(parseSmart("/dev/sda", JSON.stringify(ata))).toEqual({
      device: "/dev/sda",
      model: "Example Disk 4T",
      state: "passed",
      temperature: 34,
      hours: 12_345,
      pendingSectors: 0,
      uncorrectableSectors: 0,
      enduranceUsed: null,
    });
    expect(parseSmart("/dev/nvme0", JSON.stringify(nvme))).toMatchObject({
      state: "passed",
      enduranceUsed: 12,
    });
  });
  it("believes every alarm", () => {
    expect(state({ ...ata, smart_status: { passed: false } })).toBe("failing");
    expect(state({ ...nvme, nvme_smart_health_information_log: { critical_warning: 4 } })).toBe("failing");
    const table = [{ id: 1, when_failed: "now", raw: { value: 1 } }];
    expect(state({ ...ata, ata_smart_attributes: { table } })).toBe("failing");
  });
  it("calls disks worn that lose sectors or have used up their endurance", () => {
    const table = [{ id: 197, when_failed: "", raw: { value: 8 } }];
    expect(state({ ...ata, ata_smart_attributes: { table } })).toBe("worn");
    expect(state({ ...nvme, nvme_smart_health_information_log: { percentage_used: 100 } })).toBe("worn");
  });
  it("does not know the state of a disk that is asleep or does not say", () => {
    expect(state({ model_name: "Example", smartctl: { exit_status: 2 } })).toBeNull();
    expect(state({ ...ata, smart_status: { passed: "yes" } })).toBeNull();
    expect(parseSmart("/dev/sda", "smartctl: command not found")).toBeNull();
    expect(parseSmart("/dev/sda", "[]")).toBeNull();
  });
  it("loses one odd value, not the whole disk", () => {
    const odd = {
      ...ata,
      temperature: { current: 1e9 },
      model_name: 7,
      ata_smart_attributes: { table: [null, 3] },
    };
    expect(parseSmart("/dev/sda", JSON.stringify(odd))).toMatchObject({ state: "passed", temperature: null });
  });
  it("never calls a disk fine that has not said so", () => {
    fc.assert(
      fc.property(hostileWords(JSON.stringify(ata)), (words) => {
        const disk = parseSmart("/dev/sda", words);
        if (disk?.state === "passed") expect(JSON.parse(words).smart_status.passed).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (words) => {
        const disk = parseSmart("/dev/sda", words);
        if (disk?.state === "passed") expect(JSON.parse(words).smart_status.passed).toBe(true);
      }),
    );
  });
});
