import fc from "fast-check";
import { expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { type ConnectRfbOptions, connectRfb } from "./connect.ts";
import { answer, goodDialogue, password, playFarSide, smallUpdate, type Turn } from "./testing/dialogue.ts";
import { TestViewer } from "./testing/viewer.ts";

const options: ConnectRfbOptions = {
  name: "Tower A",
  system: "screens",
  route: "rfb",
  password: async () => ({ reveal: () => password }),
  signal: new AbortController().signal,
};
const spoken = goodDialogue.filter(
  (turn): turn is Uint8Array | string => typeof turn !== "object" || "length" in turn,
);
const script = Buffer.concat(spoken.map((words) => Buffer.from(words)));

/** Everything that can come out of a log-in: a screen, or an error in words that holds no secret. */
async function outcome(turns: readonly Turn[], split: readonly number[] = []): Promise<string> {
  const farSide = playFarSide([...turns, "hang up"], split);
  const opening = connectRfb(farSide.console, options);
  const source = await opening.catch((thrown: unknown) => {
    if (!(thrown instanceof OpsError)) throw thrown;
    const words = JSON.stringify(thrown.toWire());
    expect(words).not.toContain(password);
    expect(words.length).toBeLessThan(4000);
    expect(farSide.console.destroyed).toBe(true);
    return thrown.code;
  });
  if (typeof source === "string") return source;
  source.close();
  return "opened";
}

test("noise ends in an error in words", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), async (pieces) => {
      expect(await outcome(pieces)).toMatch(/^rfb\./);
    }),
  );
});

test("noise behind a good greeting ends in an error in words, or opens what it describes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (noise) => {
      expect(await outcome(["RFB 003.008\n", noise])).toMatch(/^(rfb\..+|opened)$/);
    }),
  );
});

test("a dialogue with any byte changed, taken out or added ends in a screen or an error in words", async () => {
  const change = fc.record({
    at: fc.nat({ max: script.length - 1 }),
    removed: fc.nat({ max: 3 }),
    added: fc.uint8Array({ maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, removed, added }) => {
      const changed = Buffer.concat([script.subarray(0, at), added, script.subarray(at + removed)]);
      expect(await outcome([changed])).toMatch(/^(rfb\..+|opened)$/);
    }),
    { numRuns: 300 },
  );
});

test("a dialogue that ends early says that it was closed", async () => {
  for (let length = 0; length < script.length; length++) {
    expect(await outcome([script.subarray(0, length)])).toBe("rfb.closed-early");
  }
});

test("however a good dialogue is cut, the viewer sees the same", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
  const cut = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 10 });
  const updates = Buffer.concat([smallUpdate, Buffer.of(2), smallUpdate]);
  const told = Buffer.from("RFB 003.008\n\x01\x00wishes", "latin1");
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(sizes, cut, async (split, viewerCuts) => {
      const farSide = playFarSide([...goodDialogue, { hear: 6 }, updates], split);
      const viewer = new TestViewer(await connectRfb(farSide.console, options));
      viewer.source.resume();
      for (let at = 0, piece = 0; at < told.length; piece++) {
        const size = viewerCuts[piece % viewerCuts.length] ?? 1;
        viewer.source.write(told.subarray(at, at + size));
        at += size;
      }
      await viewer.until(() => viewer.shown.length >= 18 + 31 + updates.length);
      expect(viewer.firstPixels).toBe(1);
      expect(farSide.heard.subarray(12).toString("latin1")).toBe(
        `\x02${answer.toString("latin1")}\x01wishes`,
      );
      seen.add(viewer.shown.toString("hex"));
      viewer.source.close();
    }),
    { numRuns: 60 },
  );
  expect(seen.size).toBe(1);
});
