import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { readSchedule } from "../../src/main/protection/schedule.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";

const run = promisify(execFile);
const found = findCounterpart(["systemd-analyze"], ["--version"], /systemd (\d+)/);
const iterations = 40;

/** The next moments of a calendar event, as systemd works them out. */
async function bySystemd(words: string, from: string): Promise<string[]> {
  const asked = ["calendar", "--base-time", from, "--iterations", String(iterations), words];
  const { stdout } = await run(findProgram("systemd-analyze") ?? "", asked, {
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
    timeout: 20_000,
  });
  const moments = stdout.matchAll(/(?:Next elapse|Iter\. #\d+|\(in UTC\)): \w+ (\S+ \S+) UTC/g);
  return [...moments].map(([, moment = ""]) => moment);
}

function byUs(words: string, from: string): string[] {
  const schedule = readSchedule(words, "UTC");
  if (schedule?.kind !== "slots") throw new Error(`${words} has no slots`);
  const moments: string[] = [];
  let at = Date.parse(from.replace(" UTC", "Z").replace(" ", "T"));
  while (moments.length < iterations) {
    const { next } = schedule.around(at);
    if (next === null) break;
    moments.push(new Date(next).toISOString().slice(0, 19).replace("T", " "));
    at = next;
  }
  return moments;
}

describeCounterpart("systemd-analyze", found, () => {
  it.each([
    "mon..fri 8..17,22:0/15",
    "Sat *-1..7 15:00",
    "fri 12..13:5/20",
    "12/2:5",
    "*-05",
    "*-02-29 06:30",
    "2026..2027-*-01/10 00:00:30",
    "sat..sun",
    "quarterly",
    "weekly",
    "03:00 Europe/Paris",
    "*-*-* 00/4:00:00 America/New_York",
  ])("takes %s for the same moments", async (words) => {
    const from = "2026-02-11 12:00:00 UTC";
    const expected = await bySystemd(words, from);
    expect(expected.length).toBeGreaterThan(4);
    expect(byUs(words, from)).toEqual(expected);
  });
});
