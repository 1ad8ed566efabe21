import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import type { Pass } from "../../shared/sign-in.ts";
import { type LocalText, sameText } from "../../shared/text.ts";
import { type AnnouncementEnd, type AnnouncementParts, Announcements } from "./announcements.ts";

const minute = 60_000;
const failed: AnnouncementEnd = { state: "failed", why: sameText("it refuses the connection") };
const sent: AnnouncementEnd = { state: "sent" };

let written: JournalEvent[];
let full: boolean;
let channels: string[] | null;
/** What each channel does with the next tries, in their order; the last one for all that come after. */
let ends: Record<string, (AnnouncementEnd | "throws" | "never")[]>;
let sends: { channel: string; words: LocalText }[];
let recalled: AnnouncementEnd;
const opened: Announcements[] = [];

const pass: Pass = {
  id: "p1",
  operator: "ada",
  reason: "nobody else can be reached",
  from: 0,
  until: 30 * minute,
  active: true,
  touched: [],
  review: null,
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  written = [];
  full = false;
  channels = ["hook/support"];
  ends = {};
  sends = [];
  recalled = sent;
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function open(more: Partial<AnnouncementParts> = {}): Announcements {
  const announcements = new Announcements({
    record: {
      write: (event) => {
        if (full) throw refused("journal.cannot-write");
        const kept = { actor: "", sequence: written.length, at: Date.now(), workstation: "" };
        const one = { ...kept, previousHash: "", hash: "", ...event, actor: "" };
        written.push(one);
        return one;
      },
    },
    journal: { ofTypes: (types) => written.filter(({ type }) => types.includes(type)) },
    passes: { list: () => [pass] },
    nameOf: () => "Ada",
    channels: () => channels,
    send: async (channel, words) => {
      sends.push({ channel, words });
      if (next(channel) === "throws") throw refused("webhook.refused");
      return `${channel} ${sends.length}`;
    },
    ended: async (task) => {
      const [channel = ""] = task.split(" ");
      const end = next(channel);
      ends[channel]?.shift();
      if (end === "never") return new Promise(() => {});
      return end === "throws" ? failed : end;
    },
    recall: () => recalled,
    now: () => Date.now(),
    random: () => 0.5,
    ...more,
  });
  opened.push(announcements);
  return announcements;
}

const next = (channel: string) => ends[channel]?.[0] ?? sent;
const refused = (code: string) =>
  new OpsError({ code, system: "webhook", message: sameText("refused"), hint: sameText("look") });
const types = () => written.map(({ type }) => type.replace("break-glass.", ""));

describe("the announcement of a break-glass", () => {
  it("is sent to every channel once, and said to have been", async () => {
    channels = ["hook/support", "hook/board"];
    const announcements = open();
    expect(announcements.of("p1")).toMatchObject({ state: "pending", attempts: 0 });
    await announcements.announce(pass);
    expect(sends.map(({ channel }) => channel)).toEqual(["hook/support", "hook/board"]);
    expect(sends[0]?.words.en).toContain("Ada has taken every right until");
    expect(announcements.of("p1").state).toBe("announced");
    await announcements.announce(pass);
    expect(sends).toHaveLength(2);
  });

  it("is tried again where it is dead, ever less often, and told late once it is back", async () => {
    channels = ["hook/support", "hook/board"];
    ends = { "hook/support": Array.from({ length: 7 }, () => failed) };
    const announcements = open();
    await announcements.announce(pass);
    expect(announcements.of("p1")).toMatchObject({ state: "pending", attempts: 1 });
    expect(announcements.of("p1").why?.en).toBe("it refuses the connection");
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(announcements.of("p1")).toMatchObject({ state: "pending", attempts: 6 });
    await vi.advanceTimersByTimeAsync(30 * minute);
    expect(announcements.of("p1").state).toBe("announced");
    const told = (channel: string) => sends.filter((one) => one.channel === channel);
    // The one that has it is not told again.
    expect([told("hook/support").length, told("hook/board").length]).toEqual([8, 1]);
    expect(told("hook/support").at(-1)?.words.en).toContain("told late");
  });

  it("is not sent again where it may have arrived", async () => {
    ends = { "hook/support": [{ state: "uncertain" }] };
    const announcements = open();
    await announcements.announce(pass);
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(sends).toHaveLength(1);
    expect(announcements.of("p1").state).toBe("uncertain");
  });

  it("is given up after a day, and says so; with no webhook it is told to nobody, and says so", async () => {
    ends = { "hook/support": Array.from({ length: 300 }, () => failed) };
    const announcements = open();
    await announcements.announce(pass);
    await vi.advanceTimersByTimeAsync(25 * 60 * minute);
    expect(announcements.of("p1").state).toBe("given-up");
    expect(sends.length).toBeLessThan(120);
    channels = null;
    await announcements.announce({ ...pass, id: "p2" });
    expect(announcements.of("p2").state).toBe("nowhere");
  });

  it("waits for a channel that is not known yet, and for an action that cannot be begun", async () => {
    channels = [];
    ends = { "hook/support": ["throws"] };
    const announcements = open();
    await announcements.announce(pass);
    expect(announcements.of("p1")).toMatchObject({ state: "pending", attempts: 1 });
    channels = ["hook/support"];
    await vi.advanceTimersByTimeAsync(minute);
    expect(announcements.of("p1")).toMatchObject({ state: "pending", why: { en: "refused" } });
    ends = {};
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(announcements.of("p1").state).toBe("announced");
  });

  it("is taken up by the next console: what has failed is sent, what has arrived is not", async () => {
    ends = { "hook/support": ["never"] };
    const first = open();
    void first.announce(pass);
    await vi.advanceTimersByTimeAsync(1);
    first.close();
    expect(types()).toEqual(["announcing"]);
    recalled = sent;
    const second = open();
    second.start();
    await vi.advanceTimersByTimeAsync(1);
    expect([second.of("p1").state, sends.length]).toEqual(["announced", 1]);
    written = written.slice(0, 1);
    recalled = failed;
    ends = {};
    const third = open();
    third.start();
    await vi.advanceTimersByTimeAsync(1);
    expect([third.of("p1").state, sends.length]).toEqual(["announced", 2]);
    // It is over: a fourth has nothing to do.
    const fourth = open();
    fourth.start();
    await vi.advanceTimersByTimeAsync(minute);
    expect(sends).toHaveLength(2);
  });

  it("goes on without a journal that can be written, and the next console tries again", async () => {
    full = true;
    ends = { "hook/support": [failed] };
    const announcements = open();
    await announcements.announce(pass);
    await vi.advanceTimersByTimeAsync(minute);
    expect(announcements.of("p1").state).toBe("announced");
    full = false;
    expect(open().of("p1").state).toBe("pending");
  });
});
