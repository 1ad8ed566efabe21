import { describe, expect, it } from "vitest";
import { troubles } from "./faults.ts";
import { FbsParser, fbsHeader, longestWritten } from "./fbs.ts";
import { readRecordedGreeting } from "./greeting.ts";
import type { GrowingFile } from "./growing-file.ts";
import { Recorder } from "./recorder.ts";
import { greet } from "./testing/greet.ts";
import { formatOf, rawUpdate, serverGreeting, viewer } from "./testing/wire.ts";

/** A recorder over a file in memory. */
function setUp({ most = 2 ** 31 } = {}) {
  const pieces: Buffer[] = [];
  const clock = { at: 5_000 };
  const told: (object | null)[] = [];
  const file = {
    append: (piece: Buffer) => pieces.push(piece),
    full: false,
    get bytes() {
      return pieces.reduce((sum, piece) => sum + piece.length, 0);
    },
  } as unknown as GrowingFile;
  let ended = 0;
  const recorder = new Recorder({
    recording: {
      id: "20260512-080000-00000001",
      resource: "tower-a",
      resourceName: "tower-a",
      startedAt: 5_000,
      endedAt: null,
      bytes: 0,
      width: 0,
      height: 0,
      trouble: null,
    },
    file,
    most,
    now: () => clock.at,
    onChange: () => {},
    onEnded: () => {
      ended += 1;
    },
  });
  recorder.onTrouble((recording) => told.push(recording.trouble));
  const blocks = () => {
    const found = [...new FbsParser().push(Buffer.concat(pieces))];
    return found.map(({ at, data }) => ({ at, data: Buffer.from(data) }));
  };
  return { recorder, clock, told, pieces, blocks, ended: () => ended };
}

describe("Recorder", () => {
  it("writes nothing before the viewer has asked for a picture, and then the greeting in its format", () => {
    const { recorder, pieces, blocks } = setUp();
    const greeting = serverGreeting("salle", { width: 640, height: 480, format: formatOf(8, 6) });
    recorder.fromServer(greeting.whole);
    recorder.fromViewer(viewer.greeting());
    recorder.fromViewer(viewer.pixelFormat(formatOf(32, 24)));
    expect(pieces).toEqual([]);
    expect(recorder.begun).toBe(false);
    recorder.fromViewer(viewer.update());
    expect(pieces[0]).toEqual(fbsHeader);
    const init = readRecordedGreeting(blocks()[0]?.data ?? Buffer.alloc(0))?.init;
    expect(init).toEqual({
      width: 640,
      height: 480,
      pixelFormat: formatOf(32, 24),
      name: Buffer.from("salle"),
    });
    expect(recorder.recording).toMatchObject({ width: 640, height: 480 });
  });

  it("keeps the server's own format when the viewer names none", () => {
    const { recorder, blocks } = setUp();
    greet(recorder, { greeting: serverGreeting("x", { format: formatOf(16, 15) }) });
    const init = readRecordedGreeting(blocks()[0]?.data ?? Buffer.alloc(0))?.init;
    expect(init?.pixelFormat).toEqual(formatOf(16, 15));
  });

  it("keeps what the server said early, and copies what it is given", () => {
    const { recorder, blocks } = setUp();
    const bell = Buffer.from([2]);
    recorder.fromServer(Buffer.concat([serverGreeting().whole, bell]));
    recorder.fromViewer(Buffer.concat([viewer.greeting(), viewer.update()]));
    const reused = Buffer.from(rawUpdate(2, 1, 7));
    recorder.fromServer(reused);
    reused.fill(0xee);
    expect(blocks().slice(1)).toMatchObject([{ data: bell }, { data: rawUpdate(2, 1, 7) }]);
  });

  it("cuts what is long, and says one time for all of it", () => {
    const { recorder, clock, blocks } = setUp();
    greet(recorder);
    clock.at += 12;
    recorder.fromServer(Buffer.alloc(2 * longestWritten + 5, 1));
    expect(
      blocks()
        .slice(1)
        .map(({ at, data }) => [at, data.length]),
    ).toEqual([
      [12, longestWritten],
      [12, longestWritten],
      [12, 5],
    ]);
  });

  it("does not follow a clock that is set back", () => {
    const { recorder, clock, blocks } = setUp();
    greet(recorder);
    clock.at += 900;
    recorder.fromServer(Buffer.from([2]));
    clock.at -= 50_000;
    recorder.fromServer(Buffer.from([2]));
    recorder.end();
    expect(blocks().map(({ at }) => at)).toEqual([0, 900, 900, 900]);
    expect(recorder.recording.endedAt).toBe(5_900);
  });

  it.each<[string, (recorder: Recorder) => void]>([
    ["a server that greets in another way", (recorder) => greet(recorder, { greeting: strange() })],
    ["a server that talks before it may", (recorder) => recorder.fromServer(Buffer.alloc(1024 * 1024 + 1))],
    ["a viewer that is not understood", (recorder) => recorder.fromViewer(unknownMessage())],
    [
      "another pixel format in the middle",
      (recorder) => {
        greet(recorder, { wants: formatOf(32, 24) });
        recorder.fromViewer(viewer.pixelFormat(formatOf(8, 6)));
      },
    ],
  ])("ends on %s", (_what, happens) => {
    const { recorder, told, ended, pieces } = setUp();
    happens(recorder);
    expect(told).toEqual([troubles.notUnderstood]);
    expect(ended()).toBe(1);
    const before = pieces.length;
    recorder.fromServer(rawUpdate(2, 1, 7));
    recorder.fromViewer(viewer.update());
    recorder.end();
    expect(pieces).toHaveLength(before);
    expect(ended()).toBe(1);
  });

  it("goes on although a viewer is no longer understood once its format is known", () => {
    const { recorder, told, blocks } = setUp();
    greet(recorder);
    recorder.fromViewer(Buffer.from([99, 1, 2, 3]));
    recorder.fromServer(rawUpdate(2, 1, 7));
    expect(told).toEqual([]);
    expect(blocks()).toHaveLength(2);
  });

  it("ends when its times no longer fit", () => {
    const { recorder, clock, told } = setUp();
    greet(recorder);
    clock.at += 50 * 86_400_000;
    recorder.fromServer(rawUpdate(2, 1, 7));
    expect(told).toEqual([troubles.longest]);
  });
});

function strange(): ReturnType<typeof serverGreeting> {
  return { ...serverGreeting(), version: Buffer.from("RFB 009.009\n") };
}

function unknownMessage(): Buffer {
  return Buffer.concat([viewer.greeting(), Buffer.from([99])]);
}
