// @vitest-environment jsdom
import { ORPCError } from "@orpc/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Recording, ScreenEvent } from "../../../shared/screen.ts";
import { sameText } from "../../../shared/text.ts";
import { MemoryChannel } from "../../testing/memory-channel.ts";
import { keys } from "./keys.ts";
import { MachineScreen } from "./machine-screen.ts";
import { type FakePainter, fakePaint } from "./testing/fake-painter.ts";

const opened = {
  type: "opened",
  name: "tower-a",
  width: 800,
  height: 600,
  route: "amt-redirection",
  recording: null,
} as const satisfies ScreenEvent;
const ended = (part: Partial<Extract<ScreenEvent, { type: "ended" }>> = {}): ScreenEvent => ({
  type: "ended",
  reason: sameText("The bounce was lost."),
  hint: sameText("Wait."),
  returns: false,
  ...part,
});
const recording: Recording = {
  id: "r1",
  resource: "tower-a",
  resourceName: "tower-a",
  startedAt: 1,
  endedAt: null,
  bytes: 0,
  width: 800,
  height: 600,
  trouble: null,
};

let fars: MemoryChannel[];
let request: ReturnType<typeof vi.fn<(options: { record: boolean }, signal: AbortSignal) => Promise<string>>>;
let painters: FakePainter[];
let screen: MachineScreen;
let place: HTMLElement;

const since = (at: number) => ({ opened: at, changed: at });
/** Lets everything happen that needs no time. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const far = () => fars.at(-1) ?? expect.fail("no channel was opened");
const painter = () => painters.at(-1) ?? expect.fail("nothing was painted");
const say = async (event: ScreenEvent) => {
  far().send(JSON.stringify(event));
  await settle();
};

async function open(): Promise<void> {
  screen.open();
  await settle();
  await say(opened);
}

async function openAndPaint(): Promise<void> {
  await open();
  await say({ type: "first-pixels", at: 5 });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  fars = [];
  const fake = fakePaint();
  painters = fake.painters;
  request = vi.fn(async () => "session/token");
  screen = new MachineScreen({
    request,
    open: () => {
      const [near, other] = MemoryChannel.pair();
      near.open();
      fars.push(other);
      return near;
    },
    loadPaint: async () => fake.paint,
  });
  place = document.body.appendChild(document.createElement("div"));
  screen.attach(place);
});
afterEach(() => {
  screen.dispose();
  document.body.replaceChildren();
  window.localStorage.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a machine's screen", () => {
  it("opens, is painted, and tells when", async () => {
    await open();
    expect(screen.read()).toMatchObject({ phase: "live", painted: false, opened: { width: 800 } });
    await say({ type: "first-pixels", at: 5 });
    expect(screen.read()).toMatchObject({ phase: "live", painted: true, changes: 1 });
  });

  it("gives the painter bytes that came before it was there", async () => {
    screen.open();
    await settle();
    far().send(Uint8Array.from([1, 2, 3]));
    await settle();
    expect(painter().taken).toEqual([1, 2, 3]);
  });

  it("says why it cannot be opened, and does not try again by itself", async () => {
    const data = { code: "amt.refused", system: "amt", message: sameText("No."), hint: sameText("Why.") };
    request.mockRejectedValue(new ORPCError("OPS", { data, defined: true }));
    screen.open();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request).toHaveBeenCalledTimes(1);
    expect(screen.read()).toMatchObject({ phase: "ended", error: { code: expect.any(String) } });
  });

  it("waits for a moment while the machine lets go of the session before, and no longer", async () => {
    const busy = {
      code: "amt.screen-busy",
      system: "amt",
      message: sameText("Busy."),
      hint: sameText("Wait."),
    };
    const refusal = new ORPCError("OPS", { data: busy, defined: true });
    request.mockRejectedValueOnce(refusal);
    screen.open();
    await settle();
    expect(screen.read()).toMatchObject({ phase: "opening", error: null });
    await vi.advanceTimersByTimeAsync(250);
    await say(opened);
    expect(screen.read().phase).toBe("live");
    request.mockClear();
    request.mockRejectedValue(refusal);
    screen.open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(screen.read()).toMatchObject({ phase: "ended", error: { code: "amt.screen-busy" } });
    const calls = request.mock.calls.length;
    expect(calls).toBeGreaterThan(3);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(request).toHaveBeenCalledTimes(calls);
  });

  it("keeps the last picture when the bounce is lost, with its moment, and is not live", async () => {
    await openAndPaint();
    const { canvas } = painter();
    await vi.advanceTimersByTimeAsync(4000);
    const lostAt = Date.now();
    await say(ended());
    expect(screen.read()).toMatchObject({
      phase: "ended",
      painted: false,
      pictureAt: lostAt,
      reason: sameText("The bounce was lost."),
      hint: sameText("Wait."),
    });
    expect(painter().stopped).toBe(true);
    expect(place.querySelector(".picture-still canvas")).toBe(canvas);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("shows no picture of a screen that never had one", async () => {
    await open();
    await say(ended());
    expect(screen.read().pictureAt).toBeNull();
    expect(place.querySelector(".picture-still canvas")).toBeNull();
  });

  it("ends when its channel is cut without a word", async () => {
    await openAndPaint();
    far().close(1006);
    expect(screen.read().phase).toBe("ended");
    expect(screen.read().reason?.en).toContain("connection to the console was lost");
  });

  it("ends clearly when the painter cannot read the picture", async () => {
    await openAndPaint();
    painter().fault = new RangeError("offset");
    far().send(Uint8Array.from([1]));
    await settle();
    expect(screen.read()).toMatchObject({ phase: "ended", painted: false });
    expect(screen.read().reason?.en).toContain("cannot be read");
    expect(far().readyState).toBe(3);
  });

  it("ends when the painter gives up by itself", async () => {
    await open();
    painter().events.ended();
    expect(screen.read().phase).toBe("ended");
    expect(far().readyState).toBe(3);
  });

  it("notices, by main's clock, when a picture that stands open begins to change again", async () => {
    await open();
    const ahead = 3_600_000;
    await say({ type: "first-pixels", at: Date.now() + ahead });
    await vi.advanceTimersByTimeAsync(60_000);
    const changedAt = Date.now() + ahead;
    expect(screen.firstPicture("t", since(changedAt - 1000))).toBeNull();
    far().send(new Uint8Array(500));
    await vi.advanceTimersByTimeAsync(100);
    far().send(new Uint8Array(500));
    await settle();
    expect(screen.firstPicture("t", since(changedAt - 1000))).toBe(changedAt);
    expect(screen.firstPicture("u", since(changedAt + 1))).toBeNull();
  });

  it("takes words that are no event for nothing", async () => {
    await open();
    for (const words of ["", "{", "null", '{"type":"ended"}', '{"type":"shutdown"}']) far().send(words);
    await settle();
    expect(screen.read().phase).toBe("live");
  });
});

describe("a screen that is closed for a change of power", () => {
  it("opens again by itself, until a picture comes", async () => {
    await openAndPaint();
    await say(ended({ returns: true }));
    expect(screen.read()).toMatchObject({ phase: "returning", painted: false });
    expect(place.querySelector(".picture-still canvas")).not.toBeNull();
    request.mockRejectedValueOnce(new Error("not yet"));
    await vi.advanceTimersByTimeAsync(250);
    expect(screen.read()).toMatchObject({ phase: "returning", error: { code: "renderer.unexpected" } });
    await vi.advanceTimersByTimeAsync(500);
    expect(request).toHaveBeenCalledTimes(3);
    await say(opened);
    expect(place.querySelector(".picture-still canvas")).not.toBeNull();
    await say({ type: "first-pixels", at: 9 });
    expect(screen.read()).toMatchObject({ phase: "live", painted: true, error: null });
    expect(screen.firstPicture("t", since(6))).toBe(9);
    expect(place.querySelector(".picture-still canvas")).toBeNull();
  });

  it("goes on when a session ends before its first picture, and slows down", async () => {
    await openAndPaint();
    await say(ended({ returns: true }));
    for (const delay of [250, 500, 1000]) {
      await vi.advanceTimersByTimeAsync(delay);
      await say(opened);
      await say(ended());
      expect(screen.read().phase).toBe("returning");
    }
    expect(request).toHaveBeenCalledTimes(4);
  });

  it("stops when a person says so, also in the middle of an attempt", async () => {
    await openAndPaint();
    await say(ended({ returns: true }));
    screen.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request).toHaveBeenCalledTimes(1);
    expect(screen.read()).toMatchObject({ phase: "ended", reason: null });

    await openAndPaint();
    await say(ended({ returns: true }));
    request.mockImplementationOnce(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(250);
    const signal = request.mock.calls.at(-1)?.[1];
    expect(signal?.aborted).toBe(false);
    screen.close();
    expect(signal?.aborted).toBe(true);
    expect(screen.read().phase).toBe("ended");
  });

  it("gives up after a quarter of an hour, with what stood in the way", async () => {
    await openAndPaint();
    request.mockRejectedValue(new Error("never"));
    await say(ended({ returns: true }));
    await vi.advanceTimersByTimeAsync(16 * 60_000);
    const calls = request.mock.calls.length;
    expect(screen.read()).toMatchObject({ phase: "ended", error: { code: "renderer.unexpected" } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request).toHaveBeenCalledTimes(calls);
  });

  it("records on after it came back", async () => {
    screen.open({ record: true });
    await settle();
    await say({ ...opened, recording });
    await say({ type: "first-pixels", at: 5 });
    expect(screen.read().recording).toEqual(recording);
    await say(ended({ returns: true }));
    expect(screen.read().recording).toBeNull();
    await vi.advanceTimersByTimeAsync(250);
    expect(request.mock.calls.map(([options]) => options.record)).toEqual([true, true]);
  });

  it("gives the keyboard back to the picture that came back", async () => {
    await openAndPaint();
    painter().focus();
    await say(ended({ returns: true }));
    await vi.advanceTimersByTimeAsync(250);
    await say(opened);
    await say({ type: "first-pixels", at: 9 });
    expect(document.activeElement).toBe(painter().canvas);
  });
});

describe("what a person does with a screen", () => {
  it("chooses its size and whether it only watches, for the next session too", async () => {
    await open();
    screen.fit(false);
    screen.watchOnly(true);
    screen.open();
    await settle();
    expect(painters).toHaveLength(2);
    expect(painter().told).toEqual(["watch true", "fit false"]);
  });

  it("sends keys and text, types where there is no clipboard, and stops typing with the session", async () => {
    await open();
    screen.press([keys.control, keys.alt, keys.delete]);
    screen.sendClipboard("words");
    expect(painter().told.slice(2)).toEqual(["ControlLeft-AltLeft-Delete", "paste words"]);
    const typing = screen.type("A".repeat(100));
    expect(screen.read().typing).toEqual({ done: 0, total: 100 });
    await vi.advanceTimersByTimeAsync(15 * 30);
    expect(screen.read().typing).toEqual({ done: 20, total: 100 });
    await say(ended());
    await vi.advanceTimersByTimeAsync(10_000);
    await typing;
    expect(screen.read().typing).toBeNull();
    const strokes = painter().told.filter((words) => words.startsWith("key 65505"));
    expect(strokes.length).toBeLessThan(80);
    expect(strokes.length % 2).toBe(0);
  });

  it("types nothing while it only watches", async () => {
    await open();
    screen.watchOnly(true);
    await screen.type("words");
    expect(painter().told.some((words) => words.startsWith("key"))).toBe(false);
  });

  it("keeps what the machine put on its clipboard, and what was recorded", async () => {
    await open();
    painter().events.clipboard("offered");
    await say({ type: "recording-ended", recording });
    expect(screen.read()).toMatchObject({ clipboard: "offered", kept: recording, recording: null });
  });

  it("saves the live picture, and none where there is none", async () => {
    await open();
    expect(await screen.picture()).toBeNull();
    await say({ type: "first-pixels", at: 5 });
    expect(await (await screen.picture())?.text()).toBe("live");
  });

  it("opens one session at a time", async () => {
    await openAndPaint();
    const first = far();
    screen.open({ record: true });
    expect(first.readyState).toBe(3);
    await settle();
    expect(request.mock.calls.map(([options]) => options.record)).toEqual([false, true]);
  });

  it("leaves nothing open or waiting behind", async () => {
    await openAndPaint();
    await say(ended({ returns: true }));
    screen.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
