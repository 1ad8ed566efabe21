import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { compareVersions, judgeReboot } from "./reboot.ts";

const nothing = { flag: null, running: null, boot: null, modules: null, needsRestarting: null };

describe("judgeReboot", () => {
  it("believes the flag of the distribution and names the packages", () => {
    expect(judgeReboot({ ...nothing, flag: "required\nlinux-image-6.1.0-21-amd64\nlibc6\nlibc6\n" })).toEqual(
      {
        needed: true,
        reasons: ["linux-image-6.1.0-21-amd64", "libc6"],
      },
    );
  });
  it("finds a newer kernel of the same flavour", () => {
    const boot =
      "config-6.1.0-9-amd64\nvmlinuz-6.1.0-9-amd64\nvmlinuz-6.1.0-21-amd64\nvmlinuz-6.9.0-1-rt-amd64\n";
    expect(judgeReboot({ ...nothing, running: "6.1.0-9-amd64", boot })).toEqual({
      needed: true,
      reasons: ["linux 6.1.0-21-amd64"],
    });
    expect(judgeReboot({ ...nothing, running: "6.1.0-21-amd64", boot })).toEqual({
      needed: false,
      reasons: [],
    });
    expect(judgeReboot({ ...nothing, running: "6.9.0-1-rt-amd64", boot })).toEqual({
      needed: false,
      reasons: [],
    });
  });
  it("believes /boot before folders that removed kernels left behind", () => {
    const signs = { ...nothing, running: "6.1.0-9-amd64", modules: "6.1.0-9-amd64\n6.1.0-40-amd64\n" };
    expect(judgeReboot({ ...signs, boot: "vmlinuz-6.1.0-9-amd64\n" })?.needed).toBe(false);
    expect(judgeReboot({ ...signs, boot: "vmlinuz-lts\n" })?.needed).toBe(true);
  });
  it("says nothing where nothing speaks: in a container, or without rights", () => {
    expect(judgeReboot(nothing)).toBeNull();
    expect(judgeReboot({ ...nothing, flag: "", running: "6.1.0-9-amd64", boot: "", modules: "" })).toBeNull();
    expect(judgeReboot({ ...nothing, running: "6.1.0-9-pve", boot: "vmlinuz-6.1.0-5-pve\n" })).toBeNull();
  });
  it("tells needs-restarting's yes from its absence", () => {
    const ask = (body: string, status: number) =>
      judgeReboot({ ...nothing, needsRestarting: { body, status } });
    expect(ask("Reboot is required to fully utilize these updates.", 1)?.needed).toBe(true);
    expect(ask("No core libraries or services have been updated.", 0)?.needed).toBe(false);
    expect(ask("No such command: needs-restarting.", 1)).toBeNull();
  });
  it("never throws and never gives reasons for no", () => {
    fc.assert(
      fc.property(hostileWords("vmlinuz-6.1.0-9-amd64\nvmlinuz-6.1.0-21-amd64\n"), (boot) => {
        const need = judgeReboot({ ...nothing, running: "6.1.0-9-amd64", boot, modules: boot });
        if (need && !need.needed) expect(need.reasons).toEqual([]);
      }),
    );
  });
});

describe("compareVersions", () => {
  it("compares numbers as numbers", () => {
    expect(compareVersions("6.1.0-21-amd64", "6.1.0-9-amd64")).toBeGreaterThan(0);
    expect(compareVersions("5.14.0-362.8.1.el9_3.x86_64", "5.14.0-362.24.1.el9_3.x86_64")).toBeLessThan(0);
    expect(compareVersions("6.10", "6.10")).toBe(0);
  });
  it("orders any versions consistently", () => {
    const version = fc.stringMatching(/^[0-9]{1,3}([.-][0-9a-z]{1,3}){0,4}$/);
    fc.assert(
      fc.property(version, version, (left, right) => {
        expect(Math.sign(compareVersions(left, right))).toBe(-Math.sign(compareVersions(right, left)) + 0);
        expect(compareVersions(left, left)).toBe(0);
      }),
    );
  });
});
