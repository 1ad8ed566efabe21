import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelState } from "../../shared/channel.ts";
import { OpsError } from "../../shared/errors.ts";
import { screenEventSchema, screenWindow } from "../../shared/screen.ts";
import { text } from "../../shared/text.ts";
import { ScreenSession, type ScreenSummary } from "./screen-session.ts";
import { FakeChannel, FakeRecorder, FakeScreen } from "./testing/fakes.ts";

function setUp(recorder: FakeRecorder | null = null) {
  const screen = new FakeScreen();
  const ends: ScreenSummary[] = [];
  const clock = { at: 1_000_000 };
  const session = new ScreenSession(screen, { recorder, now: () => clock.at }, (end) => ends.push(end));
  const channel = new FakeChannel();
  return { screen, ends, session, channel, clock };
}
const chunk = (size: number) => new Uint8Array(size);
const lost = text("The connection was lost.", "La connexion est perdue.");
const hint = text("Open it again.", "Rouvrez-le.");

describe("ScreenSession", () => {
  it("holds the screen back until the channel is there, says what it is, and loses nothing", () => {
    const { screen, session, channel } = setUp();
    expect(screen.paused).toBe(true);
    screen.say(chunk(12));
    session.attach(channel);
    expect(channel.texts).toEqual([
      { type: "opened", name: "tower-a", width: 800, height: 600, route: "rfb", recording: null },
    ]);
    expect(channel.bytes).toBe(12);
  });

  it("passes the viewer's bytes on as they are", () => {
    const { screen, session, channel, ends } = setUp();
    session.attach(channel);
    channel.receive(Uint8Array.of(4, 1, 0, 0, 0, 0, 0xff, 0x0d).buffer);
    channel.receive(Uint8Array.of(5).buffer);
    expect(screen.written).toEqual([4, 1, 0, 0, 0, 0, 0xff, 0x0d, 5]);
    session.end(lost);
    expect(ends[0]?.bytesIn).toBe(9);
  });

  it("tells the first pixels once", () => {
    const { screen, session, channel, clock } = setUp();
    session.attach(channel);
    clock.at += 40;
    screen.paint();
    screen.paint();
    const pixels = channel.texts.filter((each) => JSON.stringify(each).includes("first-pixels"));
    expect(pixels).toEqual([{ type: "first-pixels", at: 1_000_040 }]);
  });

  it("stops reading while more than the window is unpainted, and goes on when it is painted", () => {
    const { screen, session, channel } = setUp();
    session.attach(channel);
    screen.say(chunk(screenWindow));
    expect(screen.paused).toBe(false);
    screen.say(chunk(1));
    expect(screen.paused).toBe(true);
    channel.command({ type: "acknowledge", bytes: 1 });
    expect(screen.paused).toBe(false);
  });

  it("stops reading while the channel's buffer is full", () => {
    const { screen, session, channel } = setUp();
    session.attach(channel);
    channel.bufferedAmount = 3 * 1024 * 1024;
    screen.say(chunk(100));
    expect(screen.paused).toBe(true);
    channel.bufferedAmount = 0;
    channel.command({ type: "acknowledge", bytes: 100 });
    expect(screen.paused).toBe(false);
  });

  it("stops reading while the recording waits for the disk, and then goes on by itself", () => {
    const recorder = new FakeRecorder();
    const { screen, session, channel } = setUp(recorder);
    session.attach(channel);
    recorder.full = true;
    screen.say(chunk(10));
    expect(screen.paused).toBe(true);
    recorder.drain();
    expect(screen.paused).toBe(false);
    expect(recorder).toMatchObject({ fromServerBytes: 10, ended: 0 });
  });

  it("never has more than the window and one piece under way, and always goes on in the end", () => {
    const piece = 1024 * 1024;
    const step = fc.oneof(
      fc.record({ say: fc.integer({ min: 1, max: piece }) }),
      fc.record({ paint: fc.integer({ min: 0, max: 2 * screenWindow }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { screen, session, channel } = setUp();
        session.attach(channel);
        let said = 0;
        let painted = 0;
        const paint = (bytes: number) => {
          const visible = Math.min(bytes, channel.bytes - painted);
          painted += visible;
          channel.command({ type: "acknowledge", bytes: visible });
        };
        for (const each of steps) {
          if ("say" in each) {
            said += each.say;
            screen.say(chunk(each.say));
          } else paint(each.paint);
          expect(channel.bytes - painted).toBeLessThanOrEqual(screenWindow + piece);
        }
        while (painted < said) paint(said);
        expect(channel.bytes).toBe(said);
        expect(screen.held).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("tells the window why the screen broke, and not what an unforeseen error held", () => {
    const known = setUp();
    known.session.attach(known.channel);
    known.clock.at += 65_400;
    known.screen.say(chunk(7));
    known.screen.finish({ error: new OpsError({ code: "rfb.lost", system: "vnc", message: lost, hint }) });
    expect(known.channel.texts.at(-1)).toEqual({ type: "ended", reason: lost, hint, returns: false });
    expect(known.channel.closedWith).toBe(1000);
    expect(known.ends).toEqual([{ reason: lost, code: "rfb.lost", seconds: 65, bytesIn: 0, bytesOut: 7 }]);
    known.channel.disappear();
    expect(known.ends).toHaveLength(1);
    const unknown = setUp();
    unknown.session.attach(unknown.channel);
    unknown.screen.finish({ error: new Error("secret details") });
    expect(JSON.stringify([unknown.channel.texts, unknown.ends])).not.toContain("secret");
  });

  it("says that a screen closed for a change of power returns", () => {
    const { screen, session, channel, ends } = setUp();
    session.attach(channel);
    screen.finish({ returns: lost });
    expect(channel.texts.at(-1)).toEqual({ type: "ended", reason: lost, hint: null, returns: true });
    expect(ends).toMatchObject([{ code: null }]);
  });

  it("tells a window that comes late that the screen has already ended", () => {
    const { screen, ends, session, channel } = setUp();
    screen.finish({ returns: lost });
    expect(ends).toEqual([]);
    session.attach(channel);
    expect(channel.texts).toMatchObject([{ type: "opened" }, { type: "ended", returns: true }]);
    expect(ends).toHaveLength(1);
  });

  it("closes the screen and ends the recording when the window goes away", () => {
    const recorder = new FakeRecorder();
    const { screen, ends, session, channel } = setUp(recorder);
    session.attach(channel);
    channel.disappear();
    expect([screen.closed, recorder.ended, ends.length]).toEqual([1, 1, 1]);
    screen.finish();
    screen.say(chunk(5));
    expect([ends.length, recorder.fromServerBytes]).toEqual([1, 0]);
  });

  it("goes on without its recording, and says why that ended", () => {
    const recorder = new FakeRecorder();
    const { screen, session, channel } = setUp(recorder);
    session.attach(channel);
    recorder.full = true;
    screen.say(chunk(3));
    recorder.full = false;
    recorder.fail("The disk is full.");
    expect(channel.texts.at(-1)).toMatchObject({
      type: "recording-ended",
      recording: { trouble: { en: "The disk is full." } },
    });
    expect(screen.paused).toBe(false);
    screen.say(chunk(4));
    expect(channel.bytes).toBe(7);
  });

  it("tells a window that comes late of a recording that could not begin", () => {
    const recorder = new FakeRecorder();
    const { session, channel } = setUp(recorder);
    recorder.fail("The disk is full.");
    session.attach(channel);
    expect(channel.texts).toMatchObject([{ type: "opened" }, { type: "recording-ended" }]);
  });

  it.each<[string, unknown, number]>([
    ["words that are not JSON", "ls", 1002],
    ["another command", JSON.stringify({ type: "kill" }), 1002],
    ["a negative acknowledgement", JSON.stringify({ type: "acknowledge", bytes: -1 }), 1002],
    ["nothing", null, 1002],
    ["a message that is too large", new ArrayBuffer(1024 * 1024 + 1), 1009],
  ])("ends on %s", (_what, message, code) => {
    const { screen, ends, session, channel } = setUp();
    session.attach(channel);
    channel.receive(message);
    expect(screen.closed).toBe(1);
    expect(screen.written).toEqual([]);
    expect(channel.closedWith).toBe(code);
    expect(channel.texts.at(-1)).toMatchObject({ type: "ended", returns: false });
    expect(ends).toHaveLength(1);
  });

  it("bounds what a viewer sends at once, and forgives it with time", () => {
    const { session, channel, clock, ends, screen } = setUp();
    screen.write = () => undefined;
    session.attach(channel);
    for (let sent = 0; sent < 4; sent += 1) channel.receive(new ArrayBuffer(1024 * 1024));
    clock.at += 1000;
    channel.receive(new ArrayBuffer(1024 * 1024));
    expect(ends).toEqual([]);
    channel.receive(new ArrayBuffer(1));
    expect(ends).toMatchObject([{ code: "screen.too-much-from-viewer", bytesIn: 5 * 1024 * 1024 }]);
  });

  it("survives a screen and a channel that throw", () => {
    const { screen, ends, session, channel } = setUp();
    session.attach(channel);
    screen.write = () => {
      throw new Error("closed");
    };
    channel.receive(new ArrayBuffer(1));
    expect(ends).toHaveLength(1);
    const other = setUp();
    other.session.attach(other.channel);
    other.channel.send = () => {
      throw new Error("closing");
    };
    other.screen.say(chunk(1));
    expect(other.screen.closed).toBe(1);
    expect(other.ends).toHaveLength(1);
  });

  it("meets whatever a window, a far side and a disk do with one end, told once", () => {
    const act = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ viewer: bytes })),
      fc.string({ maxLength: 20 }).map((words) => ({ words })),
      fc.nat(1 << 20).map((acknowledged) => ({ acknowledged })),
      fc.nat(1 << 20).map((said) => ({ said })),
      fc.constantFrom("paint", "finish", "return", "disappear", "trouble", "full", "drain", "end" as const),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), fc.nat(5), (acts, attachedAt) => {
        const recorder = new FakeRecorder();
        const { screen, ends, session, channel } = setUp(recorder);
        for (const [index, each] of acts.entries()) {
          if (index === attachedAt) session.attach(channel);
          if (typeof each === "object") {
            if ("viewer" in each) channel.receive(new Uint8Array(each.viewer).buffer);
            else if ("words" in each) channel.receive(each.words);
            else if ("said" in each) screen.say(chunk(each.said));
            else channel.command({ type: "acknowledge", bytes: each.acknowledged });
          } else if (each === "paint") screen.paint();
          else if (each === "finish") screen.finish();
          else if (each === "return") screen.finish({ returns: lost });
          else if (each === "disappear") channel.disappear();
          else if (each === "trouble") recorder.fail("x");
          else if (each === "full") recorder.full = true;
          else if (each === "drain") recorder.drain();
          else session.end(lost);
        }
        session.end(lost);
        expect([ends.length, screen.closed, recorder.ended]).toEqual([1, 1, 1]);
        expect(recorder.fromServerBytes).toBe(ends[0]?.bytesOut);
        expect(screen.written).toHaveLength(ends[0]?.bytesIn ?? -1);
        const told = channel.texts.map((message) => screenEventSchema.parse(message).type);
        expect(told.slice(1)).not.toContain("opened");
        expect(told.slice(0, -1)).not.toContain("ended");
      }),
    );
  });

  it("says only what its protocol names", () => {
    const recorder = new FakeRecorder();
    const { screen, session, channel } = setUp(recorder);
    session.attach(channel);
    screen.paint();
    recorder.fail("x");
    screen.finish();
    expect(channel.texts).toHaveLength(4);
    for (const message of channel.texts) expect(() => screenEventSchema.parse(message)).not.toThrow();
    expect(channel.readyState).toBe(channelState.closed);
  });
});
