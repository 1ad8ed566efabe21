import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readRelease } from "./release-payload.ts";

const release = { info: {}, chart: { metadata: { name: "shop", version: "1.2.3", appVersion: "4" } } };
const secret = (packed: Uint8Array) => ({
  data: { release: Buffer.from(Buffer.from(packed).toString("base64")).toString("base64") },
});

test("the chart of a release is read, packed or not", async () => {
  const words = Buffer.from(JSON.stringify(release));
  for (const packed of [words, gzipSync(words)])
    expect(await readRelease(secret(packed))).toMatchObject({ chart: "shop", version: "1.2.3" });
});

test("a release that unpacks to more than any has is none", async () => {
  const filled = Buffer.from(
    `${JSON.stringify(release).slice(0, -1)},"filling":"${" ".repeat(17 * 1024 * 1024)}"}`,
  );
  expect(await readRelease(secret(gzipSync(filled)))).toBeNull();
});

test("what is no release, cut off or packed wrongly is none", async () => {
  const packed = gzipSync(JSON.stringify(release));
  for (const odd of [
    packed.subarray(0, packed.length - 9),
    Buffer.of(0x1f, 0x8b, 1),
    Buffer.from("[]"),
    Buffer.of(),
  ])
    expect(await readRelease(secret(odd))).toBeNull();
  expect(await readRelease({ data: { release: 1 } })).toBeNull();
});
