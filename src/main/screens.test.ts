import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { OpsError } from "../shared/errors.ts";
import type { JournalEvent, NewJournalEvent } from "../shared/journal.ts";
import { RecordingStore } from "./recordings/recording-store.ts";
import { greet } from "./recordings/testing/greet.ts";
import { rawUpdate, serverGreeting, viewer } from "./recordings/testing/wire.ts";
import { forgetRecording, openScreen, recordingPiece, replayRecording, type ScreenParts } from "./screens.ts";
import { SessionRegistry } from "./sessions/session-registry.ts";
import { FakeChannel, FakeScreen } from "./sessions/testing/fakes.ts";
import type { ScreenSource } from "./systems/system.ts";

const broken = new OpsError({
  code: "journal.cannot-write",
  system: "journal",
  message: { en: "full", fr: "plein" },
  hint: { en: "free", fr: "libérez" },
});
const held = new OpsError({
  code: "amt.screen-held",
  system: "amt",
  message: { en: "Another viewer has it.", fr: "Un autre afficheur l'a." },
  hint: { en: "Close that one.", fr: "Fermez celui-là." },
});

let refuses: (type: string) => boolean;
beforeEach(() => {
  refuses = () => false;
});

function setUp(open: () => Promise<ScreenSource | null>) {
  const folder = mkdtempSync(join(tmpdir(), "passerelle-screens-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const written: NewJournalEvent[] = [];
  const sessions = new SessionRegistry();
  const recordings = new RecordingStore({
    folder,
    now: Date.now,
    report: () => {},
    free: async () => 2 ** 40,
  });
  onTestFinished(() => recordings.close());
  const signals: AbortSignal[] = [];
  const parts: ScreenParts = {
    journal: {
      write(event) {
        if (refuses(event.type)) throw broken;
        written.push(event);
        return event as JournalEvent;
      },
    },
    fleet: {
      openScreen: (_resource, _system, signal) => {
        signals.push(signal);
        return open();
      },
    },
    inventory: { get: () => null },
    sessions,
    recordings,
  };
  const attach = (name: string) => {
    const channel = new FakeChannel();
    expect(sessions.open(name.replace("session/", ""), channel)).toBe(true);
    return channel;
  };
  return {
    parts,
    sessions,
    recordings,
    written,
    types: () => written.map(({ type }) => type),
    attach,
    signals,
  };
}

const plain = { resource: "tower-a", system: undefined, recorded: false };

/** Records a screen to its end; gives the identifier of the recording. */
async function recorded(given: ReturnType<typeof setUp>, screen: FakeScreen): Promise<string> {
  const channel = given.attach(await openScreen(given.parts, { ...plain, recorded: true }, undefined));
  greet({
    fromServer: (bytes) => screen.say(bytes),
    fromViewer: (bytes) => channel.receive(new Uint8Array(bytes).buffer),
  });
  screen.say(rawUpdate(2, 1, 5));
  channel.disappear();
  await new Promise<void>((resolve) => {
    given.recordings.onChange(() => {
      if (given.recordings.list(null)[0]?.endedAt != null) resolve();
    });
  });
  return given.recordings.list(null)[0]?.id ?? "";
}

describe("openScreen", () => {
  it("journals before and after, and at the end with figures and no content", async () => {
    const screen = new FakeScreen();
    const given = setUp(async () => screen);
    const channel = given.attach(await openScreen(given.parts, plain, undefined));
    expect(channel.texts).toMatchObject([{ type: "opened", recording: null }]);
    screen.say(Buffer.from("shown"));
    channel.receive(new Uint8Array(Buffer.from("typed")).buffer);
    screen.finish({ error: held });
    expect(given.types()).toEqual(["screen.opening", "screen.opened", "screen.ended"]);
    expect(given.written.at(-1)).toEqual({
      type: "screen.ended",
      subject: "tower-a",
      task: null,
      data: {
        text: held.text,
        code: "amt.screen-held",
        route: "rfb",
        seconds: 0,
        bytesIn: 5,
        bytesOut: 5,
        recording: null,
      },
    });
    expect(JSON.stringify(given.written)).not.toMatch(/shown|typed/);
  });

  it("says that a resource has none, and passes on why one could not be opened", async () => {
    const none = setUp(async () => null);
    await expect(openScreen(none.parts, plain, undefined)).rejects.toMatchObject({ code: "screen.none" });
    expect(none.written.at(-1)).toMatchObject({ type: "screen.failed", data: { code: "screen.none" } });
    const refused = setUp(() => Promise.reject(held));
    await expect(openScreen(refused.parts, plain, undefined)).rejects.toBe(held);
    expect(refused.written.at(-1)?.data).toEqual({ code: "amt.screen-held" });
    expect(refused.recordings.list(null)).toEqual([]);
  });

  it("opens nothing that cannot be journalled, and closes what can no longer be", async () => {
    let opened = 0;
    const screen = new FakeScreen();
    const given = setUp(async () => {
      opened += 1;
      return screen;
    });
    refuses = () => true;
    await expect(openScreen(given.parts, plain, undefined)).rejects.toBe(broken);
    expect(opened).toBe(0);
    refuses = (type) => type === "screen.opened";
    await expect(openScreen(given.parts, plain, undefined)).rejects.toBe(broken);
    expect([opened, screen.closed, given.sessions.size]).toEqual([1, 1, 0]);
  });

  it("lets a screen end although the journal cannot be told", async () => {
    const given = setUp(async () => new FakeScreen());
    await openScreen(given.parts, plain, undefined);
    refuses = () => true;
    expect(() => given.sessions.close()).not.toThrow();
    expect(given.sessions.size).toBe(0);
  });

  it("gives up with its caller", async () => {
    const abort = new AbortController();
    const given = setUp(async () => new FakeScreen());
    await openScreen(given.parts, plain, abort.signal);
    expect(given.signals[0]?.aborted).toBe(false);
    abort.abort();
    expect(given.signals[0]?.aborted).toBe(true);
    given.sessions.close();
  });

  it("says in words that it took too long", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    // AbortSignal.timeout runs on a clock of its own.
    vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new DOMException("late", "TimeoutError")), milliseconds);
      return abort.signal;
    });
    const given = setUp(() => new Promise(() => {}));
    given.parts.fleet.openScreen = (_resource, _system, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const opening = openScreen(given.parts, plain, undefined);
    const refused = expect(opening).rejects.toMatchObject({ code: "console.open-timed-out" });
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    await refused;
    expect(given.written.at(-1)).toMatchObject({
      type: "screen.failed",
      data: { code: "console.open-timed-out" },
    });
    vi.restoreAllMocks();
  });

  it("ends the recording of a screen for which there is no place", async () => {
    const screen = new FakeScreen();
    const given = setUp(async () => screen);
    given.sessions.close();
    const opening = openScreen(given.parts, { ...plain, recorded: true }, undefined);
    await expect(opening).rejects.toMatchObject({ code: "session.too-many" });
    await given.recordings.close();
    expect([screen.closed, given.recordings.list(null).length]).toEqual([1, 0]);
  });
});

describe("recordings of screens", () => {
  it("are made, replayed, saved and removed, each journalled before", async () => {
    const screen = new FakeScreen();
    const given = setUp(async () => screen);
    const id = await recorded(given, screen);
    expect(given.written.at(-1)).toMatchObject({ type: "screen.ended", data: { recording: id } });

    const channel = given.attach(await replayRecording(given.parts, { id, from: 0, speed: 64 }));
    expect(channel.texts).toMatchObject([{ type: "opened", route: "recording", recording: { id } }]);
    channel.receive(new Uint8Array(Buffer.concat([viewer.greeting(), viewer.update()])).buffer);
    await new Promise<void>((resolve) => {
      channel.close = () => resolve();
    });
    expect(channel.bytes).toBe(serverGreeting().whole.length + rawUpdate(2, 1, 5).length);
    const ended = { type: "ended", reason: { en: "The recording ends here." }, returns: false };
    expect(channel.texts.at(-1)).toMatchObject(ended);

    const { total, piece } = await recordingPiece(given.parts, { id, offset: 0 });
    expect(Buffer.from(piece, "base64")).toHaveLength(total);
    await recordingPiece(given.parts, { id, offset: total });
    await forgetRecording(given.parts, id);
    expect(given.recordings.list(null)).toEqual([]);
    expect(given.types().slice(3)).toEqual([
      "recording.replaying",
      "recording.saving",
      "recording.removing",
      "recording.removed",
    ]);
    expect(given.written.at(-1)).toMatchObject({ subject: "tower-a", data: { recording: id } });
  });

  it("stay where the journal cannot be told, and unknown ones are not journalled", async () => {
    const screen = new FakeScreen();
    const given = setUp(async () => screen);
    const id = await recorded(given, screen);
    refuses = () => true;
    await expect(forgetRecording(given.parts, id)).rejects.toBe(broken);
    await expect(replayRecording(given.parts, { id, from: 0, speed: 1 })).rejects.toBe(broken);
    await expect(recordingPiece(given.parts, { id, offset: 0 })).rejects.toBe(broken);
    expect(given.recordings.list(null)).toHaveLength(1);
    const unknown = { code: "recording.unknown" };
    await expect(forgetRecording(given.parts, "../journal")).rejects.toMatchObject(unknown);
    await expect(replayRecording(given.parts, { id: "x", from: 0, speed: 1 })).rejects.toMatchObject(unknown);
  });
});
