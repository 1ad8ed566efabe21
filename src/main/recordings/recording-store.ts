import { randomBytes } from "node:crypto";
import { type FileHandle, rm } from "node:fs/promises";
import { join } from "node:path";
import type { OpsError } from "../../shared/errors.ts";
import type { Recording } from "../../shared/screen.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import type { ScreenSource } from "../systems/system.ts";
import { cannotRemove, recordingUnderWay, unknownRecording, unreadableRecording } from "./faults.ts";
import { GrowingFile, troubleOf } from "./growing-file.ts";
import { keptRecordings, mendRecording } from "./kept-recordings.ts";
import { Recorder } from "./recorder.ts";
import { ReplaySource } from "./replay-source.ts";
import { writeSidecar } from "./sidecar.ts";

/** The most bytes of one recording, of one piece of it; and how long closing waits for a disk, in milliseconds. */
const defaultMost = 2 * 1024 ** 3;
const largestPiece = 512 * 1024;
const closingLimit = 5_000;
/** Milliseconds between two tellings of a recording that grows. */
const tellEvery = 1000;

export interface RecordingStoreOptions {
  /** The folder of the recordings; made when the first one begins. */
  folder: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Told what went wrong in the background. */
  report: (error: OpsError) => void;
  most?: number;
  /** Bytes that are free on the disk of a folder. */
  free?: (folder: string) => Promise<number>;
}

/** Of what a recording is made, as far as is known before its first byte. */
export type RecordingSubject = Pick<Recording, "resource" | "resourceName" | "width" | "height">;

/**
 * The recordings of screens: each a file of its own (`<id>.fbs`, see fbs.ts) with what is known of it beside it
 * (`<id>.json`). Files that are not of this kind are left alone and not listed.
 */
export class RecordingStore {
  readonly #options: RecordingStoreOptions;
  readonly #kept = new Map<string, Recording>();
  readonly #underWay = new Map<string, Recorder>();
  readonly #finishing = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #toldAt = 0;

  constructor(options: RecordingStoreOptions) {
    this.#options = options;
  }

  /** Finds what is there; mends in the background what a killed console left. */
  async start(): Promise<void> {
    const { folder, report } = this.#options;
    try {
      const { recordings, killed } = await keptRecordings(folder);
      for (const recording of [...recordings, ...killed]) this.#kept.set(recording.id, recording);
      this.#inBackground(this.#mend(killed));
    } catch (thrown) {
      report(unreadableRecording(thrown));
    }
  }

  /** The recordings of a resource, or all (null): newest first, those under way too. */
  list(resource: string | null): Recording[] {
    const begun = [...this.#underWay].flatMap(([id, { begun }]) => (begun ? [this.get(id)] : []));
    const kept = [...this.#kept.values()].filter(({ id }) => !this.#underWay.has(id));
    return [...kept, ...begun]
      .filter((each) => resource === null || each.resource === resource)
      .sort((one, other) => other.startedAt - one.startedAt || (one.id < other.id ? 1 : -1));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * What is known of a recording, kept or under way; the latter has ended only once it is on the disk. Throws OpsError
   * `recording.unknown`.
   */
  get(id: string): Recording {
    const underWay = this.#underWay.get(id);
    if (underWay) return { ...underWay.recording, endedAt: null };
    const kept = this.#kept.get(id);
    if (!kept) throw unknownRecording();
    return kept;
  }

  /** Begins a recording; that its file cannot be made is told as its trouble. */
  begin(subject: RecordingSubject): Recorder {
    const { folder, now, free, most = defaultMost } = this.#options;
    const startedAt = now();
    const id = newId(startedAt);
    const recording = { ...subject, id, startedAt, endedAt: null, bytes: 0, trouble: null };
    const onChange = () => this.#tellOfGrowth();
    const file = new GrowingFile(this.#create(recording), {
      folder,
      free,
      onRoom: () => recorder.hasRoom(),
      onWritten: onChange,
      onTrouble: (trouble) => recorder.stop(trouble),
    });
    const onEnded = () => this.#inBackground(this.#finish(recorder, file));
    const recorder = new Recorder({ recording, file, most, now, onChange, onEnded });
    this.#underWay.set(id, recorder);
    if (this.#closing.signal.aborted) recorder.end();
    return recorder;
  }

  /** A kept recording as a screen. Throws OpsErrors `recording.unknown`, `.under-way`, `.damaged`, `.cannot-read`. */
  async replay(id: string, pace: { from: number; speed: number }): Promise<ScreenSource> {
    if (this.#underWay.has(id)) throw recordingUnderWay();
    const file = await this.#open(id);
    return ReplaySource.open(file, { ...pace, now: () => performance.now() });
  }

  /** A piece of a recording's file. Throws OpsErrors `recording.unknown` and `recording.cannot-read`. */
  async piece(id: string, offset: number): Promise<{ total: number; piece: Buffer }> {
    const file = await this.#open(id);
    try {
      const { size: total } = await file.stat();
      const wanted = Math.max(0, Math.min(largestPiece, total - offset));
      const piece = Buffer.alloc(wanted);
      const { bytesRead } = await file.read(piece, 0, wanted, offset);
      return { total, piece: piece.subarray(0, bytesRead) };
    } catch (thrown) {
      throw unreadableRecording(thrown);
    } finally {
      await file.close();
    }
  }

  /** Removes a recording. Throws OpsErrors `recording.unknown`, `.under-way`, `.cannot-remove`. */
  async forget(id: string): Promise<void> {
    if (this.#underWay.has(id)) throw recordingUnderWay();
    if (!this.#kept.has(id)) throw unknownRecording();
    try {
      await this.#remove(id);
    } catch (thrown) {
      throw cannotRemove(thrown);
    }
    this.#kept.delete(id);
    this.#tell();
  }

  /** Ends every recording; resolves once all are on the disk, or the disk has taken too long. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const recorder of this.#underWay.values()) recorder.end();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closingLimit);
    });
    await Promise.race([Promise.all(this.#finishing), limit]);
    clearTimeout(timer);
  }

  async #create(recording: Recording): Promise<FileHandle> {
    makePrivateFolder(this.#options.folder);
    await writeSidecar(this.#path(recording.id, "json"), recording);
    return openPrivateFile(this.#path(recording.id, "fbs"), "make");
  }

  async #finish(recorder: Recorder, file: GrowingFile): Promise<void> {
    let { recording } = recorder;
    try {
      await file.end();
    } catch (thrown) {
      recording = { ...recording, trouble: recording.trouble ?? troubleOf(thrown) };
    }
    const { id } = recording;
    try {
      if (recorder.begun) {
        const kept = { ...recording, bytes: file.bytes };
        this.#kept.set(id, kept);
        await writeSidecar(this.#path(id, "json"), kept);
      } else await this.#remove(id);
    } finally {
      this.#underWay.delete(id);
      this.#tell();
    }
  }

  async #mend(killed: readonly Recording[]): Promise<void> {
    const { folder, report } = this.#options;
    const { signal } = this.#closing;
    for (const recording of killed) {
      if (signal.aborted) return;
      try {
        const whole = await mendRecording(folder, recording, signal);
        if (whole && this.#kept.has(whole.id)) this.#kept.set(whole.id, whole);
        if (!whole) this.#kept.delete(recording.id);
      } catch (thrown) {
        if (!signal.aborted) report(unreadableRecording(thrown));
      }
      this.#tell();
    }
  }

  async #remove(id: string): Promise<void> {
    await rm(this.#path(id, "fbs"), { force: true });
    await rm(this.#path(id, "json"), { force: true });
  }

  async #open(id: string) {
    this.get(id);
    try {
      return await openPrivateFile(this.#path(id, "fbs"), "read");
    } catch (thrown) {
      throw unreadableRecording(thrown);
    }
  }

  /** Only identifiers that the store knows get here, so that none leads out of the folder. */
  #path(id: string, kind: "fbs" | "json"): string {
    return join(this.#options.folder, `${id}.${kind}`);
  }

  #inBackground(work: Promise<void>): void {
    const done = work
      .catch((thrown: unknown) => this.#options.report(unreadableRecording(thrown)))
      .finally(() => this.#finishing.delete(done));
    this.#finishing.add(done);
  }

  #tellOfGrowth(): void {
    const now = this.#options.now();
    if (Math.abs(now - this.#toldAt) < tellEvery) return;
    this.#toldAt = now;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The time, to be read by people, and what makes it the only one. */
function newId(at: number): string {
  const time = new Date(at).toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-");
  return `${time}-${randomBytes(4).toString("hex")}`;
}
