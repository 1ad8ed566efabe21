import { expect, it } from "vitest";
import { aFinding } from "../renderer/testing/memory-rules.ts";
import { FindingNotices, noticeInterval } from "./finding-notices.ts";

const one = aFinding();
const two = aFinding({ key: "disk-filling tower" });
const mild = aFinding({ key: "spare-lost forge", health: "warning" });
const muted = aFinding({ key: "quorum-at-risk forge", mute: { until: 1, by: "ada", reason: "x" } });
const keys = (told: { tell: { key: string }[] }) => told.tell.map(({ key }) => key);

it("tells of what is new and critical alone, never of what stood already or is muted", () => {
  const notices = new FindingNotices();
  expect(keys(notices.take({ findings: [one] }, 0))).toEqual([]);
  expect(keys(notices.take({ findings: [one, two, mild, muted] }, 1000))).toEqual([two.key]);
  expect(keys(notices.take({ findings: [one, two, mild, muted] }, 90_000))).toEqual([]);
});

it("gathers what comes soon after, and leaves out what has gone meanwhile", () => {
  const notices = new FindingNotices();
  notices.take({ findings: [] }, 0);
  expect(keys(notices.take({ findings: [one] }, 1000))).toEqual([one.key]);
  expect(notices.take({ findings: [one, two] }, 2000)).toEqual({ tell: [], wait: noticeInterval - 1000 });
  expect(notices.take({ findings: [one] }, 3000)).toEqual({ tell: [], wait: null });
  notices.take({ findings: [one, two] }, 4000);
  expect(keys(notices.take({ findings: [one, two] }, 1000 + noticeInterval))).toEqual([two.key]);
});

it("tells again of what went and came back", () => {
  const notices = new FindingNotices();
  notices.take({ findings: [one] }, 0);
  notices.take({ findings: [] }, 1000);
  expect(keys(notices.take({ findings: [one] }, 2000))).toEqual([one.key]);
});
