import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { largestAttachment, largestPiece } from "../../shared/people.ts";
import { codeOf } from "../actions/fixtures/started-runner.ts";
import { Attachments } from "./attachments.ts";

let folder: string;
let store: Attachments;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-attachments-"));
  store = new Attachments(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const left = () => (existsSync(join(folder, "incoming")) ? readdirSync(join(folder, "incoming")) : []);

it("keeps a file that came in pieces under its hash, for this user alone, and gives it back in pieces", async () => {
  const bytes = Buffer.alloc(largestPiece + 5, "ab");
  const { upload } = await store.receive(null, bytes.subarray(0, largestPiece));
  expect(await store.receive(upload, bytes.subarray(largestPiece))).toEqual({ upload, size: bytes.length });
  const kept = await store.keep(upload, "..\\..\\photo\u0007 of the rack.jpg");
  expect(kept).toEqual({
    name: "photo of the rack.jpg",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
  });
  expect(statSync(join(folder, kept.sha256)).mode & 0o777).toBe(0o600);
  const back = [
    await store.piece(kept, 0),
    await store.piece(kept, largestPiece),
    await store.piece(kept, bytes.length),
  ];
  expect(back.map(({ length }) => length)).toEqual([largestPiece, 5, 0]);
  expect(Buffer.concat(back).equals(bytes)).toBe(true);
  expect(left()).toEqual([]);
  expect(await codeOf(() => store.keep(upload, "again"))).toBe("attachment.gone");
});

it("takes no more than it may, from nobody it does not know, and leaves nothing of it", async () => {
  const { upload } = await store.receive(null, Buffer.alloc(largestAttachment));
  expect(await codeOf(() => store.receive(upload, Buffer.of(1)))).toBe("attachment.too-large");
  expect(left()).toEqual([]);
  expect(await codeOf(() => store.receive(upload, Buffer.of(1)))).toBe("attachment.gone");
  expect(await codeOf(() => store.piece({ name: "x", sha256: "../passerelle.db", size: 1 }, 0))).toBe(
    "attachment.gone",
  );
  for (let n = 0; n < 12; n += 1) await store.receive(null, Buffer.of(n));
  expect(left()).toHaveLength(8);
  await store.close();
  expect(left()).toEqual([]);
});

it("says when a kept file was changed or is gone, and when nothing can be written", async () => {
  const { upload } = await store.receive(null, Buffer.from("the log"));
  const kept = await store.keep(upload, "log.txt");
  writeFileSync(join(folder, kept.sha256), "another log");
  expect(await codeOf(() => store.piece(kept, 0))).toBe("attachment.changed");
  rmSync(join(folder, kept.sha256));
  expect(await codeOf(() => store.piece(kept, 0))).toBe("attachment.gone");
  rmSync(join(folder, "incoming"), { recursive: true });
  writeFileSync(join(folder, "incoming"), "a file where the folder should be");
  expect(await codeOf(() => store.receive(null, Buffer.of(1)))).toBe("files.foreign");
});

it("forgets at its start what was received in part", async () => {
  await store.receive(null, Buffer.of(1));
  const next = new Attachments(folder);
  await next.start();
  expect(left()).toEqual([]);
});
