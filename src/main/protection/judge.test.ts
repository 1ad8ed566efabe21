import { describe, expect, it } from "vitest";
import { type JudgedThing, judge } from "./judge.ts";
import type { PolicyRecord } from "./records.ts";
import { readSchedule } from "./schedule.ts";
import { day, hour, noon, point, policy, thing } from "./testing/records.ts";

const rpo = (value: number) => ({ value, from: { kind: "environment" as const, name: "Production" } });
const planned = (record: PolicyRecord) => ({
  record,
  schedule: record.schedule === null ? null : readSchedule(record.schedule, record.zone),
});
const judged = (part: Partial<JudgedThing> = {}) =>
  judge({
    ...{ thing: thing(), points: [], policies: [], rpo: rpo(day), tested: null, expected: true, now: noon },
    ...part,
  });
const tonight = noon - 9 * hour;
const nights = (many: number) =>
  Array.from({ length: many }, (_, at) => point(tonight - (many - 1 - at) * day + 60_000));

describe("a thing", () => {
  it("is in time while its last good restore point is younger than its RPO", () => {
    const { protection, problems } = judged({ points: nights(7), policies: [planned(policy())] });
    expect(protection).toMatchObject({
      state: "ok",
      lastGood: { at: tonight + 60_000 },
      rpo: day,
      next: noon + 15 * hour,
      missed: 0,
      points: 7,
    });
    expect(problems).toEqual([]);
    expect(protection.text.en).toBe("The last good one is 8 h 59 min old, of 24 h that it may be.");
    expect(protection.text.fr).toBe("La dernière valable a 8 h 59 min, pour 24 h admis.");
  });

  it("is late when that is older, gravely when it is twice as old", () => {
    const late = judged({ points: nights(7), rpo: rpo(5 * hour) });
    expect(late.protection.state).toBe("late");
    expect(late.problems).toMatchObject([{ code: "backup-late", health: "warning" }]);
    expect(judged({ points: nights(7), rpo: rpo(4 * hour) }).problems[0]?.health).toBe("critical");
  });

  it("at its limit waits for the slot that renews it, until its grace is over", () => {
    const slot = tonight + day;
    const parts = { points: nights(7), policies: [planned(policy())] };
    expect(judged({ ...parts, now: slot + 2 * hour }).protection.state).toBe("due");
    expect(judged({ ...parts, now: slot + 7 * hour }).protection).toMatchObject({
      state: "late",
      missed: 1,
      lastMissed: slot,
    });
  });

  it("without an RPO is judged by its schedule, and without both by nothing", () => {
    const bare = { points: nights(7), rpo: null };
    expect(judged(bare).protection.state).toBe("unmeasured");
    expect(judged({ ...bare, policies: [planned(policy())] }).protection.state).toBe("ok");
    const missed = judged({ ...bare, points: nights(7).slice(0, 6), policies: [planned(policy())] });
    expect(missed.protection.state).toBe("late");
    expect(missed.protection.text.en).toMatch(/^The last scheduled backup was missed/);
  });

  it("that failed does not count: neither what is broken, nor incomplete, nor expired", () => {
    const broken = [
      point(tonight, { state: "failed" }),
      point(tonight, { state: "partial" }),
      point(tonight, { expires: noon - 1 }),
      point(null),
    ];
    const { protection, problems } = judged({ points: broken });
    expect(protection).toMatchObject({ state: "never", lastGood: null, points: 0 });
    expect(problems).toMatchObject([{ code: "never-backed-up" }]);
  });

  it("that nobody demands by name and no system knows is shown, and no problem of its own", () => {
    const { protection, problems } = judged({ expected: false });
    expect(protection.state).toBe("unprotected");
    expect(problems).toEqual([]);
  });

  it("is unknown, and never fine, when its backups are not read any more", () => {
    const stale = nights(7).map((each) => ({ ...each, fresh: false, readAt: noon - 3 * hour }));
    const { protection } = judged({ points: stale });
    expect(protection.state).toBe("unknown");
    expect(protection.lastGood).not.toBeNull();
    expect(protection.text.en).toBe(
      "Its backups were not read for 3 h; the last one known is 8 h 59 min old.",
    );
  });

  it("of which the clock of the maker is ahead has no age below nothing", () => {
    const { protection } = judged({ points: [point(noon + hour)] });
    expect(protection.state).toBe("ok");
    expect(protection.text.en).toMatch(/less than a minute old/);
  });

  it("is off-site where a good copy is; not where all are known to be here; else nobody knows", () => {
    const offSite = (...told: (boolean | null)[]) =>
      judged({ points: told.map((each, at) => point(tonight + at, { id: `${at}`, offSite: each })) })
        .protection.offSite;
    expect(offSite(true, false)).toMatchObject({ state: "yes", at: tonight, where: "backup" });
    expect(offSite(false, false).state).toBe("no");
    expect(offSite(false, null).state).toBe("unknown");
    expect(offSite().state).toBe("unknown");
  });

  it("is kept as long as demanded, not so long yet, or for less than was demanded", () => {
    const kept = (points: ReturnType<typeof nights>, keepFor: number | null, keep: string | null = null) =>
      judged({ points, policies: [planned(policy({ keepFor, keep }))] }).protection.kept.state;
    expect(kept(nights(7), 7 * day)).toBe("kept");
    expect(kept(nights(3), 7 * day)).toBe("growing");
    const short = nights(3).map((each) => ({ ...each, expires: noon + day }));
    expect(kept(short, 7 * day)).toBe("shorter");
    expect(kept(nights(3), null)).toBe("not-demanded");
    expect(kept(nights(3), null, "as long as there is room")).toBe("unknown");
  });

  it("is kept by count: so many of a period, or so many at all", () => {
    const kept = (points: ReturnType<typeof nights>, keep: string) =>
      judged({ points, policies: [planned(policy({ keep }))] }).protection.kept;
    expect(kept(nights(3), "3 daily")).toMatchObject({ state: "kept", demanded: 3 * day, words: "3 daily" });
    expect(kept(nights(3), "7 daily").state).toBe("growing");
    // Four weekly ones: the oldest is between three and four weeks old.
    const weekly = [point(tonight - 22 * day), ...nights(7)];
    expect(kept(weekly, "7 daily, 4 weekly")).toMatchObject({ state: "kept", demanded: 28 * day });
    expect(kept(nights(5), "keep-last=5")).toMatchObject({ state: "kept", demanded: null });
    expect(kept(nights(3), "keep-last=5").state).toBe("growing");
    const gone = [point(tonight - 20 * day), ...nights(2)];
    expect(kept(gone, "keep-last=5").state).toBe("shorter");
  });

  it("under a policy that is paused or not understood has no slots that are judged", () => {
    for (const part of [{ paused: true }, { schedule: "when it suits" }]) {
      const { protection, slots } = judged({ points: nights(2), policies: [planned(policy(part))] });
      expect(slots).toEqual([]);
      expect(protection).toMatchObject({ state: "ok", next: null, missed: 0 });
    }
    expect(judged({ policies: [planned(policy({ schedule: "soon" }))] }).protection.policies).toMatchObject([
      { understood: false },
    ]);
  });

  it("that is backed up each so many hours is late a grace after that", () => {
    const every = planned(policy({ schedule: "@every 6h" }));
    const at = (age: number) =>
      judged({ points: [point(noon - age)], policies: [every], rpo: null }).protection;
    expect(at(5 * hour)).toMatchObject({ state: "ok", next: noon + hour });
    expect(at(7 * hour).state).toBe("ok");
    expect(at(8 * hour).state).toBe("late");
  });

  it("says when time alone will change it", () => {
    const parts = { points: nights(7), policies: [planned(policy())], rpo: rpo(10 * hour) };
    expect(judged({ ...parts, now: tonight + 9.5 * hour }).until).toBe(tonight + 60_000 + 10 * hour + 1);
  });
});
