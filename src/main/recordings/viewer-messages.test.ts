import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOf, viewer } from "./testing/wire.ts";
import { samePixels, ViewerMessages } from "./viewer-messages.ts";

function follow(bytes: Buffer, cuts: number[] = []): ViewerMessages {
  const messages = new ViewerMessages();
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other),
    bytes.length,
  ];
  for (let index = 1; index < places.length; index += 1) {
    messages.push(bytes.subarray(places[index - 1], places[index]));
  }
  return messages;
}

const bytesOf = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
/** Everything that a viewer may say besides pixel formats and update requests. */
const chatter = fc.oneof(
  fc.array(fc.integer(), { maxLength: 30 }).map(viewer.encodings),
  fc.tuple(fc.boolean(), fc.nat(0xffff)).map(([down, key]) => viewer.key(down, key)),
  fc.nat(0x7f).map(viewer.pointer),
  fc.nat(0x7f).map(viewer.extendedPointer),
  bytesOf(100).map(viewer.cutText),
  bytesOf(100).map(viewer.extendedCutText),
  bytesOf(60).map(viewer.fence),
  fc.constantFrom(viewer.continuousUpdates(), viewer.xvp(), viewer.desktopSize(), viewer.qemuKey()),
);

describe("ViewerMessages", () => {
  it("finds the pixel format among whatever else is said, however it is cut", () => {
    const cuts = fc.array(fc.nat(), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(chatter), fc.array(chatter), cuts, (before, after, places) => {
        const format = formatOf(32, 24);
        const said = [viewer.greeting(), ...before, viewer.pixelFormat(format), ...after, viewer.update()];
        const messages = follow(Buffer.concat(said), places);
        expect(messages).toMatchObject({ asked: true, changed: false, lost: false });
        expect(messages.pixelFormat).toEqual(format);
      }),
    );
  });

  it("takes the last format before the first request, and sees a change after it", () => {
    const first = follow(
      Buffer.concat([
        viewer.greeting(),
        viewer.pixelFormat(formatOf(8, 6)),
        viewer.pixelFormat(formatOf(32, 24)),
        viewer.update(),
        viewer.pixelFormat(formatOf(32, 24)),
      ]),
    );
    expect(first.pixelFormat).toEqual(formatOf(32, 24));
    expect(first.changed).toBe(false);
    first.push(viewer.pixelFormat(formatOf(16, 16)));
    expect(first.changed).toBe(true);
    const none = follow(Buffer.concat([viewer.greeting(), viewer.update()]));
    expect(none.pixelFormat).toBeNull();
    none.push(viewer.pixelFormat(formatOf(16, 16)));
    expect(none.changed).toBe(true);
  });

  it("knows when it no longer understands, and stays so", () => {
    const lost = follow(Buffer.concat([viewer.greeting(), Buffer.from([99]), viewer.update()]));
    expect(lost).toMatchObject({ lost: true, asked: false });
    const audio = follow(
      Buffer.concat([viewer.greeting(), Buffer.from([255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])]),
    );
    expect(audio.lost).toBe(true);
  });

  it("follows noise without a throw and without holding it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(() => follow(Buffer.concat([viewer.greeting(), noise]))).not.toThrow();
      }),
    );
  });

  it("compares pixel formats without their padding", () => {
    const padded = Buffer.from(formatOf(32, 24));
    padded[15] = 9;
    expect(samePixels(padded, formatOf(32, 24))).toBe(true);
    expect(samePixels(formatOf(16, 16), formatOf(32, 24))).toBe(false);
  });
});
