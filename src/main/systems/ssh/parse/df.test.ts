import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { parseDf, parseMounts } from "./df.ts";

const mounts = `/dev/sda2 / ext4 rw,relatime 0 0
tmpfs /run tmpfs rw 0 0
/dev/loop3 /snap/core/1 squashfs ro 0 0
/dev/sdb1 /srv/with\\040blank xfs rw 0 0
pool/data /data zfs rw 0 0
192.0.2.9:/export /mnt/export nfs4 rw 0 0
`;
const sample = `Filesystem     1024-blocks      Used Available Capacity Mounted on
/dev/sda2         20000000   9000000  10000000      48% /
tmpfs               500000    500000         0     100% /run
/dev/loop3           60000     60000         0     100% /snap/core/1
/dev/sdb1        100000000  97500000   2500000      98% /srv/with blank
pool/data          5000000   1000000   4000000      20% /data
192.0.2.9:/export  9000000   9000000         0     100% /mnt/export
`;

describe("parseDf", () => {
  it("keeps what can fill up on this host, with the mount table's types", () => {
    const found = parseDf(sample, parseMounts(mounts));
    expect(found.map(({ place, type, usedPercent }) => [place, type, usedPercent])).toEqual([
      ["/", "ext4", 48],
      ["/srv/with blank", "xfs", 98],
      ["/data", "zfs", 20],
    ]);
    expect(found[0]).toMatchObject({ total: 20_480_000_000, used: 9_216_000_000, available: 10_240_000_000 });
  });
  it("keeps only device files without the mount table", () => {
    expect(parseDf(sample, null).map(({ place }) => place)).toEqual(["/", "/srv/with blank"]);
  });
  it("keeps the root of a container", () => {
    const body = "overlay 1000 400 600 40% /\n";
    expect(parseDf(body, new Map([["/", "overlay"]]))).toMatchObject([{ place: "/", usedPercent: 40 }]);
  });
  it("counts as df does: of what users may fill, rounded up", () => {
    const [root] = parseDf("/dev/sda1 1000 900 50 95% /\n", null);
    expect(root?.usedPercent).toBe(95);
    expect(parseDf("/dev/sda1 1000 1 999 1% /\n", null)[0]?.usedPercent).toBe(1);
  });
  it("leaves out sizes that cannot be", () => {
    expect(parseDf("/dev/sda1 0 0 0 0% /\n/dev/sdb1 10 20 5 80% /x\n/dev/sdc1 9 -1 5 1% /y\n", null)).toEqual(
      [],
    );
  });
  it("gives sane sizes whatever it reads", () => {
    fc.assert(
      fc.property(hostileWords(sample), hostileWords(mounts), (words, table) => {
        for (const each of parseDf(words, parseMounts(table))) {
          expect(each.usedPercent).toBeGreaterThanOrEqual(0);
          expect(each.usedPercent).toBeLessThanOrEqual(100);
          expect(each.used + each.available).toBeGreaterThan(0);
          expect(each.place).toMatch(/^\/[^\p{Cc}]*$/u);
        }
      }),
    );
  });
});
