import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canMountDisks, fillUp, mountSmallDisk, unmountDisk } from "../journal/testing/small-disk.ts";
import { troubles } from "./faults.ts";
import { FbsParser } from "./fbs.ts";
import { greet, subject } from "./testing/greet.ts";
import { openStore, temporaryFolder, until } from "./testing/recordings.ts";
import { rawUpdate, viewer } from "./testing/wire.ts";

const canMount = canMountDisks();

describe("a console that was killed while it recorded", () => {
  it("leaves a recording that replays up to its last whole block", async () => {
    const folder = temporaryFolder();
    const script = new URL("./fixtures/killed-while-recording.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, join(folder, "recordings")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");

    const { store, reports } = await openStore(folder);
    const [{ id = "" } = {}] = store.list("tower-a");
    const path = join(folder, "recordings", `${id}.fbs`);
    const sidecar = () => JSON.parse(readFileSync(path.replace(".fbs", ".json"), "utf8"));
    await until(store, () => sidecar().endedAt !== null);
    expect(reports).toEqual([]);
    expect(store.get(id)).toMatchObject({ trouble: troubles.killed, bytes: statSync(path).size });

    const source = await store.replay(id, { from: 2 ** 32, speed: 64 });
    let shown = 0;
    source.onData((bytes) => {
      shown += bytes.byteLength;
    });
    const ended = new Promise((resolve) => source.onEnd(resolve));
    source.resume();
    source.write(Buffer.concat([viewer.greeting(), viewer.update()]));
    expect(await ended).toEqual({ error: null, returns: null });
    expect(shown).toBeGreaterThan(rawUpdate(64, 64, 0).length);
  });
});

describe.runIf(canMount)("a full file system (a small one of its own, which takes root to mount)", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "passerelle-full-"));
    // Several times what may wait for the disk, so that some of it was taken before the end.
    mountSmallDisk(folder, 16);
  });
  afterEach(() => {
    unmountDisk(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends the recording where the disk ends, and what was written can be played", async () => {
    const { store } = await openStore(folder);
    const recorder = store.begin(subject);
    greet(recorder);
    const trouble = new Promise((resolve) => recorder.onTrouble((recording) => resolve(recording.trouble)));
    let said = 0;
    while (recorder.recording.trouble === null) {
      // As a session does: what the disk has not taken yet holds the screen back.
      if (!recorder.full) {
        recorder.fromServer(rawUpdate(128, 128, said));
        said += 1;
      }
      await new Promise(setImmediate);
    }
    expect(await trouble).toBe(troubles.diskFull);
    await store.close();
    const { id } = recorder.recording;
    const parser = new FbsParser();
    const blocks = [...parser.push(readFileSync(join(folder, "recordings", `${id}.fbs`)))];
    expect(blocks.length).toBeGreaterThan(10);
    expect(parser.wholeBytes).toBe(statSync(join(folder, "recordings", `${id}.fbs`)).size);
    expect(store.list(null)).toMatchObject([{ id, trouble: troubles.diskFull, bytes: parser.wholeBytes }]);
  });

  it("begins no recording, and leaves nothing behind", async () => {
    const { store } = await openStore(folder);
    fillUp(join(folder, "ballast"));
    const recorder = store.begin(subject);
    const trouble = new Promise((resolve) => recorder.onTrouble((recording) => resolve(recording.trouble)));
    greet(recorder);
    expect(await trouble).toBe(troubles.diskFull);
    await store.close();
    expect(store.list(null)).toEqual([]);
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".fbs") || name.endsWith(".json"))).toEqual([]);
  });
});
