import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import { openDataFolder } from "./data-folder.ts";
import { Journal } from "./journal.ts";
import { canMountDisks, fillUp, mountSmallDisk, unmountDisk } from "./testing/small-disk.ts";

const canMount = canMountDisks();
const event: NewJournalEvent = {
  type: "test.said",
  subject: null,
  task: null,
  data: { words: "x".repeat(3000) },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-full-"));
  if (canMount) mountSmallDisk(folder, 1);
});

afterEach(() => {
  if (canMount) unmountDisk(folder);
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(canMount)("a full file system (a small one of its own, which takes root to mount)", () => {
  it("stops the journal cleanly; once there is space again it goes on and verifies", async () => {
    const data = openDataFolder(folder);
    const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    journal.write(event);
    fillUp(join(folder, "ballast"));
    const errors: unknown[] = [];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      try {
        journal.write(event);
      } catch (thrown) {
        errors.push(thrown);
      }
    }
    const written = journal.head;
    expect(errors.length).toBeGreaterThan(20);
    for (const error of errors) {
      expect(error).toBeInstanceOf(OpsError);
      expect(error).toMatchObject({ code: "journal.cannot-write" });
      expect((error as OpsError).text.en).toContain("full");
    }
    expect(journal.state()).toMatchObject({ state: "failed", events: written });
    expect(await journal.verify()).toMatchObject({ intact: true, events: written });

    rmSync(join(folder, "ballast"));
    expect(journal.write(event).sequence).toBe(written + 1);
    expect(journal.state().state).toBe("writing");
    expect(await journal.verify()).toMatchObject({ intact: true, events: written + 1 });
    journal.close();
    data.release();
  });

  it("is survived by a console that starts on it: the folder opens, and the journal opens or says why not", async () => {
    const before = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    before.write(event);
    before.close();
    openDataFolder(folder).release();
    fillUp(join(folder, "ballast"));
    const data = openDataFolder(folder);
    let refusal: unknown = null;
    try {
      const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
      try {
        for (;;) journal.write(event);
      } catch (thrown) {
        refusal = thrown;
      } finally {
        journal.close();
      }
    } catch (thrown) {
      refusal = thrown;
    }
    expect(refusal).toBeInstanceOf(OpsError);
    expect((refusal as OpsError).code).toMatch(/^journal\.cannot-(open|write)$/);
    expect((refusal as OpsError).text.fr).toContain("plein");
    rmSync(join(folder, "ballast"));
    const after = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
    after.write(event);
    expect(await after.verify()).toMatchObject({ intact: true, events: after.head });
    after.close();
    data.release();
  });
});
