import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader, mostOfOneLine } from "./line-reader.ts";

const stamp = "2026-05-12T08:00:00.5Z";
const at = Date.UTC(2026, 4, 12, 8, 0, 0, 500);

function read(chunks: readonly Buffer[]): { at: number | null; text: string; cut: boolean }[] {
  const reader = new LineReader();
  const lines = [...chunks.flatMap((chunk) => reader.take(chunk)), ...reader.end()];
  return lines.map((line) => ({ at: line.at, text: line.bytes.toString("utf8"), cut: line.cut }));
}

test("makes the same lines however they are broken into chunks", () => {
  const words = fc.string({ unit: "grapheme" }).map((each) => each.replace(/[\p{Cc}\u2028\u2029]/gu, ""));
  const line = fc
    .tuple(fc.boolean(), words)
    .map(([timed, text]) => (timed ? `${stamp} ${text}` : `x${text}`));
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1 }),
      fc.array(fc.nat(30)),
      fc.boolean(),
      (lines, sizes, ended) => {
        const whole = Buffer.from(lines.join("\n") + (ended ? "\n" : ""), "utf8");
        const chunks: Buffer[] = [];
        let from = 0;
        for (const size of sizes) {
          chunks.push(whole.subarray(from, from + size));
          from += size;
        }
        chunks.push(whole.subarray(from));
        expect(read(chunks)).toEqual(read([whole]));
        expect(read(chunks)).toHaveLength(lines.length);
      },
    ),
  );
});

test("takes time and line ends off, and cleans what is left", () => {
  const words = `${stamp} plain\r\n${stamp} \u001b[32mgreen\u001b[0m\nno time\n${stamp}\n`;
  expect(read([Buffer.from(words)])).toEqual([
    { at, text: "plain", cut: false },
    { at, text: "green", cut: false },
    { at: null, text: "no time", cut: false },
    { at, text: "", cut: false },
  ]);
});

test("keeps the beginning of an endless line, and no broken character of it", () => {
  const endless = Array.from({ length: 40 }, () => Buffer.from("é".repeat(1000)));
  const [first, second] = read([Buffer.from(`${stamp} x`), ...endless, Buffer.from("\nnext\n")]);
  expect(first?.cut).toBe(true);
  expect(first?.text.length).toBe(1 + Math.floor((mostOfOneLine - 1) / 2));
  expect(first?.text.endsWith("é")).toBe(true);
  expect(second).toEqual({ at: null, text: "next", cut: false });
});

test("what is no UTF-8 is shown as such and breaks nothing", () => {
  expect(read([Buffer.from([0xff, 0xfe, 0x41, 0x0a, 0x42, 0x0a])])).toEqual([
    { at: null, text: "\ufffd\ufffdA", cut: false },
    { at: null, text: "B", cut: false },
  ]);
});
