import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { countApk, countDnf, countPacman, parseApt, parsePackageManager } from "./updates.ts";

const apt = `Reading package lists...
The following packages will be upgraded:
  base-files libc6
2 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.
Inst base-files [12.4+deb12u11] (12.4+deb12u15 Debian:12.15/stable [amd64])
Inst libc6 [2.36-9] (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64]) []
Inst linux-image-6.1.0-21-amd64 (6.1.90-1 Debian-Security:12/stable-security [amd64])
Conf libc6 (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64])
`;
const dnf = `
kernel.x86_64                 5.14.0-427.el9                baseos
openssl-libs.x86_64           1:3.0.7-27.el9                baseos
tzdata.noarch                 2026a-1.el9                   baseos
Obsoleting Packages
old.noarch                    1-1                           baseos
`;

describe("parseApt", () => {
  it("counts what is replaced and what of it comes from a security archive", () => {
    expect(parseApt(apt)).toEqual({ pending: 2, security: 1 });
    const jammy =
      "1 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\nInst curl [1] (2 Ubuntu:22.04/jammy-security [amd64])\n";
    expect(parseApt(jammy)).toEqual({ pending: 1, security: 1 });
  });
  it("knows nothing without the summary line", () => {
    expect(parseApt("")).toBeNull();
    expect(parseApt("E: Could not open lock file\n")).toBeNull();
    expect(parseApt(apt.slice(0, 60))).toBeNull();
  });
  it("never counts more security updates than updates", () => {
    fc.assert(
      fc.property(hostileWords(apt), (words) => {
        const updates = parseApt(words);
        if (updates) expect(updates.security ?? 0).toBeLessThanOrEqual(updates.pending);
      }),
    );
  });
});

describe("counts by exit status", () => {
  it("counts dnf's packages before the obsoleted ones", () => {
    expect(countDnf(dnf, 100)).toBe(3);
    expect(countDnf("", 0)).toBe(0);
    expect(countDnf(dnf, 1)).toBeNull();
    expect(countDnf("Error: Cache-only enabled but no cache\n", 100)).toBeNull();
    expect(countDnf(dnf, null)).toBeNull();
  });
  it("counts apk's lines below its heading", () => {
    const heading = "Installed:                                Available:\n";
    expect(countApk(`${heading}busybox-1.36.1-r15                      < 1.36.1-r19\n`, 0)).toBe(1);
    expect(countApk(heading, 0)).toBe(0);
    expect(countApk("", 0)).toBeNull();
    expect(countApk(heading, 99)).toBeNull();
  });
  it("counts pacman's lines without the ignored ones", () => {
    expect(countPacman("linux 6.9-1 -> 6.9-2\nzfs 2-1 -> 2-2 [ignored]\n", 0)).toBe(1);
    expect(countPacman("", 1)).toBe(0);
    expect(countPacman("error: failed to initialize", 1)).toBeNull();
  });
  it("gives null or a whole number, whatever it reads", () => {
    fc.assert(
      fc.property(hostileWords(dnf), fc.integer({ min: -1, max: 255 }), (words, status) => {
        for (const count of [countDnf(words, status), countApk(words, status), countPacman(words, status)]) {
          expect(count === null || (Number.isInteger(count) && count >= 0)).toBe(true);
        }
      }),
    );
  });
});

describe("parsePackageManager", () => {
  it("takes the first that it knows", () => {
    expect(parsePackageManager("dnf\nyum\n")).toBe("dnf");
    expect(parsePackageManager("yum\n")).toBe("dnf");
    expect(parsePackageManager("apt-get\n")).toBe("apt");
    expect(parsePackageManager("brew\n")).toBeNull();
  });
});
