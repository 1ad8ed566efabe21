import { afterEach, describe, expect, test } from "vitest";
import type { OpsError } from "../../shared/errors.ts";
import { sameText } from "../../shared/text.ts";
import { rfbFault } from "./faults.ts";
import { ScreenStream } from "./screen-stream.ts";
import type { StallTimes } from "./stall-watch.ts";
import { playFarSide, serverInit, smallUpdate } from "./testing/dialogue.ts";
import { TestViewer } from "./testing/viewer.ts";
import type { Translator } from "./translator.ts";

const farSide = { name: "Tower A", system: "screens" };
const init = {
  width: 640,
  height: 480,
  pixelFormat: new Uint8Array(serverInit().subarray(4, 20)),
  name: "Tower A",
};
const opened: ScreenStream[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

function open(translator: Translator | null = null, stallTimes: Partial<StallTimes> = {}) {
  const played = playFarSide([]);
  const stream = new ScreenStream({
    stream: played.console,
    farSide,
    route: "rfb",
    init,
    translator,
    stallTimes,
  });
  opened.push(stream);
  return { far: played.far, played, stream, viewer: new TestViewer(stream) };
}

const codeOf = (error: Error | null) => (error as OpsError | null)?.code;

describe("the viewer's log-in", () => {
  test("is played as RFB 3.8 without security, in one piece or byte by byte", async () => {
    const whole = open();
    whole.stream.resume();
    whole.stream.write(Buffer.from("RFB 003.008\n\x01\x01\x04more", "latin1"));
    const slow = open();
    slow.stream.resume();
    for (const byte of Buffer.from("RFB 003.008\n\x01\x01\x04more", "latin1"))
      slow.stream.write(Buffer.of(byte));
    const expected = Buffer.concat([Buffer.from("RFB 003.008\n\x01\x01\0\0\0\0", "latin1"), serverInit()]);
    expect(whole.viewer.shown).toEqual(expected);
    expect(slow.viewer.shown).toEqual(expected);
    await new Promise(setImmediate);
    expect(whole.played.heard.toString()).toBe("\x04more");
    expect(slow.played.heard.toString()).toBe("\x04more");
  });

  test.each([
    ["another version", "RFB 003.003\n"],
    ["another security type", "RFB 003.008\n\x02"],
    ["something else", "GET / HTTP/1.1\r\n"],
  ])("with %s ends the screen", (_what, words) => {
    const { stream, viewer, played } = open();
    stream.resume();
    stream.write(Buffer.from(words, "latin1"));
    expect(viewer.ends.map(({ error }) => codeOf(error))).toEqual(["rfb.viewer-broke-protocol"]);
    expect(played.console.destroyed).toBe(true);
  });

  test("says nothing while the screen is paused, and all of it afterwards", () => {
    const { stream, viewer } = open();
    stream.write(Buffer.from("RFB 003.008\n\x01\x01", "latin1"));
    expect(viewer.shown.length).toBe(0);
    stream.resume();
    expect(viewer.shown.length).toBe(18 + serverInit().length);
  });
});

describe("pixels", () => {
  test("are held back by a paused viewer and by the far side's own buffer, and none is lost", async () => {
    const { far, stream, viewer } = open();
    await viewer.greet();
    stream.pause();
    const before = viewer.shown.length;
    const block = Buffer.alloc(64 * 1024, 7);
    let written = 0;
    const writeUntilFull = () => {
      while (written < 64 * block.length && far.write(block)) written += block.length;
      if (written < 64 * block.length) written += block.length;
    };
    writeUntilFull();
    await new Promise(setImmediate);
    expect(written).toBeLessThan(8 * block.length);
    expect(viewer.shown.length).toBe(before);
    stream.resume();
    await viewer.until(() => viewer.shown.length === before + written);
    expect(viewer.ends).toEqual([]);
  });

  test("are told once, after the bytes that hold them", async () => {
    const { far, viewer } = open();
    await viewer.greet();
    far.write(Buffer.of(2));
    far.write(smallUpdate);
    far.write(smallUpdate);
    await viewer.until(() => viewer.shown.length === 18 + serverInit().length + 1 + 2 * smallUpdate.length);
    expect(viewer.firstPixels).toBe(1);
  });

  test("may be stopped by the viewer in the middle of being shown", async () => {
    const { far, stream, viewer } = open();
    await viewer.greet();
    let pieces = 0;
    stream.onData(() => {
      pieces += 1;
      stream.pause();
    });
    far.write(smallUpdate);
    await viewer.until(() => pieces === 1);
    far.write(smallUpdate);
    await new Promise(setImmediate);
    expect(pieces).toBe(1);
    stream.resume();
    await viewer.until(() => pieces === 2);
  });
});

describe("the end", () => {
  test("of the far side is told once, also to who asks late", async () => {
    const { far, stream, viewer } = open();
    await viewer.greet();
    far.end();
    await viewer.until(() => viewer.ends.length > 0);
    const late: unknown[] = [];
    stream.onEnd(({ error }) => late.push(codeOf(error)));
    expect(viewer.ends.map(({ error }) => codeOf(error))).toEqual(["rfb.ended"]);
    expect(late).toEqual(["rfb.ended"]);
    stream.write(Buffer.of(1));
    stream.close();
    expect(viewer.ends).toHaveLength(1);
  });

  test("of the connection says why, when that is known", async () => {
    const bounce = rfbFault("reach", "test", sameText("Gone."), sameText("Again."));
    const known = open();
    known.stream.resume();
    known.played.console.destroy(bounce);
    await known.viewer.until(() => known.viewer.ends.length > 0);
    expect(known.viewer.ends[0]?.error).toBe(bounce);
    const unknown = open();
    unknown.played.console.destroy(new Error("ECONNRESET"));
    await unknown.viewer.until(() => unknown.viewer.ends.length > 0);
    expect(codeOf(unknown.viewer.ends[0]?.error ?? null)).toBe("rfb.lost");
  });

  test("by the console closes the connection and is no error", () => {
    const { stream, viewer, played } = open();
    stream.close();
    expect(viewer.ends).toEqual([{ error: null, returns: null }]);
    expect(played.console.destroyed).toBe(true);
  });

  test("comes for a far side that takes nothing any more, before memory is full of what it was sent", async () => {
    const { far, stream, viewer } = open();
    far.pause();
    await viewer.greet();
    const paste = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 40 && viewer.ends.length === 0; count++) stream.write(paste);
    expect(viewer.ends.map(({ error }) => codeOf(error))).toEqual(["rfb.not-reading"]);
    expect(stream).toMatchObject({ name: "Tower A" });
  });
});

const request = Buffer.from("03010000000002800190", "hex");
const onePixel = Buffer.from("03000000000000010001", "hex");

describe("a picture that does not become whole", () => {
  const briefly = { silence: 5, answer: 5 };

  test("ends the screen in words, after the far side was asked for one pixel in vain", async () => {
    const { far, played, viewer } = open(null, briefly);
    await viewer.greet(request);
    far.write(smallUpdate.subarray(0, 20));
    await viewer.until(() => viewer.ends.length > 0);
    expect(viewer.ends.map(({ error }) => codeOf(error))).toEqual(["rfb.stalled"]);
    expect(viewer.ends[0]?.error).toMatchObject({
      text: {
        en: expect.stringContaining("in the middle of a picture"),
        fr: expect.stringContaining("au milieu d'une image"),
      },
    });
    expect(played.heard).toEqual(Buffer.concat([request, onePixel]));
    expect(played.console.destroyed).toBe(true);
  });

  test("is not guessed of a viewer that goes on by that pixel", async () => {
    const { far, played, stream, viewer } = open(null, { silence: 5, answer: 600_000 });
    await viewer.greet(request);
    const bell = Buffer.of(2);
    far.write(bell);
    const pixelsAsked = () => (played.heard.length - request.length) / onePixel.length;
    await expect.poll(pixelsAsked).toBe(1);
    far.write(smallUpdate);
    await viewer.until(() => viewer.shown.length === 18 + serverInit().length + 1 + smallUpdate.length);
    stream.write(request);
    far.write(bell);
    // The clock of a doubt runs anew: the far side is asked again because of the second bell.
    await expect.poll(() => played.heard.subarray(-10)).toEqual(onePixel);
    expect(viewer.ends).toEqual([]);
  });

  test("is asked about between two messages of the viewer, never within one", async () => {
    const { far, played, stream, viewer } = open(null, briefly);
    const key = Buffer.from("0401000000000061", "hex");
    await viewer.greet(Buffer.concat([request, key.subarray(0, 3)]));
    far.write(smallUpdate.subarray(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(played.heard).toEqual(Buffer.concat([request, key.subarray(0, 3)]));
    stream.write(key.subarray(3));
    await viewer.until(() => viewer.ends.length > 0);
    expect(played.heard).toEqual(Buffer.concat([request, key, onePixel]));
  });
});

describe("a dialect", () => {
  const translator = (parts: Partial<Translator> = {}): Translator => ({
    begin: () => Buffer.from("begin"),
    serverInit: serverInit(1, 1, "translated"),
    fromFarSide: (bytes) => ({ toViewer: [Buffer.from("<"), bytes], toFarSide: [Buffer.from("!")] }),
    fromViewer: (bytes) => ({ toViewer: [], toFarSide: [Buffer.from(">"), bytes] }),
    unfinished: () => null,
    ...parts,
  });

  test("is translated both ways, and the far side is told first what it must know", async () => {
    const { far, played, viewer } = open(translator());
    expect(await viewer.greet(Buffer.from("input"))).toEqual(serverInit(1, 1, "translated"));
    far.write("pixels");
    await viewer.until(() => viewer.shown.subarray(-7).toString() === "<pixels");
    await new Promise(setImmediate);
    expect(played.heard.toString()).toBe("begin>input!");
  });

  test("that is in the middle of a picture says what is missing when it is cut off or stands still", async () => {
    const half = translator({ unfinished: () => ({ missing: 4123 }) });
    const cut = open(half);
    await cut.viewer.greet();
    cut.far.end("pixels");
    await cut.viewer.until(() => cut.viewer.ends.length > 0);
    const missing = { en: expect.stringContaining("4,123"), fr: expect.stringMatching(/4\s123/) };
    expect(cut.viewer.ends[0]?.error).toMatchObject({ code: "rfb.cut-off", text: missing });
    const still = open(half, { silence: 5 });
    await still.viewer.greet(request);
    still.far.write("pixels");
    await still.viewer.until(() => still.viewer.ends.length > 0);
    expect(still.viewer.ends[0]?.error).toMatchObject({ code: "rfb.stalled", text: missing });
    expect(still.played.heard.includes(onePixel)).toBe(false);
  });

  test("that is broken ends the screen with its error", async () => {
    const broken = rfbFault("screens", "dialect", sameText("Broken."), sameText("Again."));
    const { far, viewer } = open(
      translator({
        fromFarSide() {
          throw broken;
        },
      }),
    );
    await viewer.greet();
    far.write("pixels");
    await viewer.until(() => viewer.ends.length > 0);
    expect(viewer.ends[0]?.error).toBe(broken);
  });
});
