import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { OpsError } from "../../../shared/errors.ts";
import { RecordingStore, type RecordingStoreOptions } from "../recording-store.ts";

/** A folder for one test, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "passerelle-recordings-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store over a folder, closed after the test; its clock stands where the test sets it. */
export async function openStore(
  folder: string,
  options: Partial<RecordingStoreOptions> = {},
): Promise<{ store: RecordingStore; clock: { at: number }; reports: OpsError[] }> {
  const clock = { at: Date.UTC(2026, 4, 12, 8, 0, 0) };
  const reports: OpsError[] = [];
  const store = new RecordingStore({
    folder: join(folder, "recordings"),
    now: () => clock.at,
    report: (error) => reports.push(error),
    free: async () => 2 ** 40,
    ...options,
  });
  await store.start();
  onTestFinished(() => store.close());
  return { store, clock, reports };
}

/** Resolves once the condition holds; looks whenever the store tells of a change. */
export function until(store: RecordingStore, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds()) return;
      forget();
      resolve();
    };
    const forget = store.onChange(look);
    look();
  });
}
