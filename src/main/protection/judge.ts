import type { Protection } from "../../shared/protection.ts";
import type { Problem } from "../../shared/resource.ts";
import type { PointRecord, PolicyRecord, ThingRecord } from "./records.ts";
import { type Retention, readRetention } from "./retention.ts";
import type { Schedule } from "./schedule.ts";
import { graceOf, type JudgedSlot, judgeSlots } from "./slots.ts";
import { protectionWords } from "./words.ts";

/** A policy, with its schedule as it was read; null: it is not understood, or there is none. */
export interface PlannedPolicy {
  record: PolicyRecord;
  schedule: Schedule | null;
}

export interface JudgedThing {
  thing: ThingRecord;
  /** The oldest first. */
  points: readonly PointRecord[];
  policies: readonly PlannedPolicy[];
  rpo: { value: number; from: NonNullable<Protection["rpoFrom"]> } | null;
  tested: Protection["tested"];
  /** Whether something says that it is backed up, or has to be: a policy or a plan. */
  expected: boolean;
  now: number;
}

export interface Judgement {
  protection: Protection;
  slots: readonly JudgedSlot[];
  problems: readonly Problem[];
  /** When it will stand otherwise by time alone; epoch milliseconds. */
  until: number;
}

const minute = 60_000;
/** Ages in words are told anew after so long: of what is wrong soon, of the rest seldom. */
const soon = 10 * minute;
const seldom = 60 * minute;

/** How one thing is protected by what is known of it. A pure function of what it is handed. */
export function judge(parts: JudgedThing): Judgement {
  const { thing, points, policies, rpo, now } = parts;
  const good = points.filter(
    ({ state, madeAt, expires }) => state === "good" && madeAt !== null && (expires ?? now) >= now,
  );
  const last = good.at(-1) ?? null;
  const age = last?.madeAt == null ? null : Math.max(0, now - last.madeAt);
  const planned = policies.map((policy) => plan(policy, points, last, now));
  const slots = planned.flatMap((each) => each.slots);
  const evidence = last ? [last] : policies.map(({ record }) => record);
  const isFresh = evidence.length === 0 || evidence.some(({ fresh }) => fresh);
  const lastSlot = planned.map((each) => each.lastSlot).find((each) => each !== null) ?? null;
  const isDue = planned.some((each) => each.isDue);
  const isTooOld = rpo !== null && age !== null && age > rpo.value;
  const state = ((): Protection["state"] => {
    if (!last && points.length === 0 && !parts.expected) return "unprotected";
    if (!isFresh) return "unknown";
    if (!last) return "never";
    if ((isTooOld && !isDue) || lastSlot !== null) return "late";
    if (isTooOld) return "due";
    return rpo === null && !planned.some(({ judges }) => judges) ? "unmeasured" : "ok";
  })();
  const readAt = soonest(evidence.map((each) => each.readAt));
  const missed = slots.filter((slot) => slot.state === "missed" || slot.state === "failed");
  const words = protectionWords({
    state,
    rpo: rpo?.value ?? null,
    age,
    unread: readAt === null ? null : Math.max(0, now - readAt),
    lastSlot,
  });
  const protection: Protection = {
    id: thing.id,
    kind: thing.kind,
    name: thing.name,
    system: thing.system,
    site: thing.site,
    environment: thing.environment,
    state,
    text: words,
    lastGood: last?.madeAt == null ? null : { at: last.madeAt, restorePoint: last.id, name: last.name },
    rpo: rpo?.value ?? null,
    rpoFrom: rpo?.from ?? null,
    policies: policies.map(({ record, schedule }) => ({
      id: record.id,
      name: record.name,
      schedule: record.schedule,
      zone: record.zone,
      paused: record.paused,
      understood: schedule !== null || record.schedule === null,
    })),
    next: soonest(planned.map(({ next }) => next)),
    missed: missed.length,
    lastMissed: missed.reduce<number | null>((newest, { at }) => Math.max(newest ?? at, at), null),
    points: good.length,
    kept: keptOf(good, planned, isFresh, now),
    offSite: offSiteOf(good),
    tested: parts.tested,
    readAt,
  };
  const deadlines = [
    rpo !== null && last?.madeAt != null ? last.madeAt + rpo.value : null,
    last?.expires ?? null,
    ...planned.map(({ until }) => until),
  ];
  const problems = problemsOf(protection, age);
  const until = Math.min(
    ...deadlines.flatMap((at) => (at !== null && at >= now ? [at + 1] : [])),
    now + (problems.length > 0 ? soon : seldom),
  );
  return { protection, slots, problems, until };
}

interface Planned {
  slots: JudgedSlot[];
  /** What became of the last slot whose grace is over, where nothing good came since. */
  lastSlot: "failed" | "missed" | null;
  /** Whether a slot has begun whose grace is not over, or something is being made. */
  isDue: boolean;
  /** Whether its schedule says by itself what is late. */
  judges: boolean;
  next: number | null;
  interval: number | null;
  /** What it demands to be kept. */
  retention: Retention | null;
  keep: string | null;
  until: number | null;
}

function plan(
  { record, schedule }: PlannedPolicy,
  points: readonly PointRecord[],
  last: PointRecord | null,
  now: number,
): Planned {
  const told = record.next !== null && record.next > now ? record.next : null;
  const none: Planned = {
    ...{ slots: [], lastSlot: null, isDue: false, judges: false, interval: null, until: null },
    next: record.paused ? null : told,
    retention:
      readRetention(record.keep) ??
      (record.keepFor === null ? null : { keepFor: record.keepFor, step: 0, last: null }),
    keep: record.keep,
  };
  if (record.paused || schedule === null || schedule.kind === "by-hand") return none;
  if (schedule.kind === "interval") return byInterval(none, schedule.every, record, last, now);
  const around = schedule.around(now);
  const slots = judgeSlots(record, around, points, now);
  const grace = graceOf(around.interval);
  const ended = slots.findLast(({ state }) => state !== "pending" && state !== "running");
  const isLate =
    (ended?.state === "missed" || ended?.state === "failed") && (last?.madeAt ?? 0) < (ended?.at ?? 0);
  const newest = slots.at(-1);
  const isDue = newest?.state === "pending" || newest?.state === "running";
  return {
    ...none,
    slots,
    lastSlot: isLate ? (ended?.state === "failed" ? "failed" : "missed") : null,
    isDue,
    judges: slots.length > 0,
    next: told ?? around.next,
    interval: around.interval,
    until: newest?.state === "pending" ? newest.at + grace : around.next,
  };
}

/** A schedule that begins again so long after the last time; its last run is known by the policy, else by what it made. */
function byInterval(
  none: Planned,
  every: number,
  { lastRun, lastState }: PolicyRecord,
  last: PointRecord | null,
  now: number,
): Planned {
  const begun = Math.max(lastRun ?? 0, last?.madeAt ?? 0);
  const next = begun === 0 ? null : begun + every;
  const end = (next ?? now) + graceOf(every);
  const isFailed = lastState === "failed" && lastRun !== null && (last?.madeAt ?? 0) < lastRun;
  return {
    ...none,
    lastSlot: isFailed ? "failed" : next !== null && now > end ? "missed" : null,
    isDue: next !== null && now >= next && now <= end,
    judges: true,
    next: none.next ?? (next !== null && next > now ? next : null),
    interval: every,
    until: next === null ? null : now < next ? next : end,
  };
}

function keptOf(
  good: readonly PointRecord[],
  planned: readonly Planned[],
  isFresh: boolean,
  now: number,
): Protection["kept"] {
  const retentions = planned.flatMap(({ retention }) => retention ?? []);
  const words = planned.flatMap(({ keep }) => keep ?? []).join("; ") || null;
  const furthest = retentions.reduce<Retention | null>(
    (most, one) => ((one.keepFor ?? 0) > (most?.keepFor ?? 0) ? one : most),
    null,
  );
  const demanded = furthest?.keepFor ?? null;
  const many = retentions.reduce((most, { last }) => Math.max(most, last ?? 0), 0);
  const oldest = good[0]?.madeAt ?? null;
  const told = { demanded, oldest, words };
  if (demanded === null && many === 0) return { state: words === null ? "not-demanded" : "unknown", ...told };
  const newest = good.at(-1);
  if (!isFresh || oldest === null || newest?.madeAt == null) return { state: "unknown", ...told };
  const longest = Math.max(0, ...planned.map(({ interval }) => interval ?? 0));
  if (demanded === null) {
    if (good.length >= many) return { state: "kept", ...told };
    // There was time enough for all of them.
    const isShort = longest > 0 && oldest < now - many * longest - graceOf(longest);
    return { state: isShort ? "shorter" : "growing", ...told };
  }
  const step = Math.max(longest, furthest?.step ?? 0);
  const isWhole = oldest <= now - demanded + step + graceOf(step);
  const isShort = newest.expires !== null && newest.expires < newest.madeAt + demanded - 60 * minute;
  return { state: isShort ? "shorter" : isWhole ? "kept" : "growing", ...told };
}

function offSiteOf(good: readonly PointRecord[]): Protection["offSite"] {
  const copy = good.findLast(({ offSite }) => offSite === true);
  if (copy) return { state: "yes", at: copy.madeAt, where: copy.location };
  const isKnown = good.length > 0 && good.every(({ offSite }) => offSite === false);
  return { state: isKnown ? "no" : "unknown", at: null, where: null };
}

/** What is wrong, for the thing itself; what is only not known is told by the system that cannot be read. */
function problemsOf({ state, text, rpo }: Protection, age: number | null): Problem[] {
  if (state === "never") return [{ code: "never-backed-up", health: "warning", text }];
  if (state !== "late") return [];
  const isGrave = rpo !== null && age !== null && age > 2 * rpo;
  return [{ code: "backup-late", health: isGrave ? "critical" : "warning", text }];
}

function soonest(moments: readonly (number | null)[]): number | null {
  return moments.reduce((first, at) => (at === null ? first : Math.min(first ?? at, at)), null);
}
