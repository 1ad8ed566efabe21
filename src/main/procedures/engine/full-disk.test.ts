import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeAction, fakeHost } from "../../actions/fixtures/fake-estate.ts";
import { JournalQueue } from "../../actions/journal-queue.ts";
import { ActionRegistry } from "../../actions/registry.ts";
import { ActionRunner } from "../../actions/runner.ts";
import { Journal } from "../../journal/journal.ts";
import { canMountDisks, fillUp, mountSmallDisk, unmountDisk } from "../../journal/testing/small-disk.ts";
import { ProcedureEngine } from "./engine.ts";
import { gate, planOf, poke, step } from "./fixtures/plans.ts";

const canMount = canMountDisks();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-full-"));
  if (canMount) mountSmallDisk(folder, 2);
});

afterEach(() => {
  if (canMount) unmountDisk(folder);
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(canMount)(
  "a disk that is full in the middle of a run (a small one, which takes root to mount)",
  () => {
    it("stops it before the next step is sent, and lets it go on once there is space", async () => {
      const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
      const registry = new ActionRegistry();
      const sent: string[] = [];
      const ballast = join(folder, "ballast");
      registry.register([
        fakeAction({
          apply: async (context) => {
            context.committed();
            sent.push(context.resource.id);
            if (sent.length === 2) fillUp(ballast);
            return { data: { words: "x".repeat(30_000) } };
          },
        }),
      ]);
      const queue = new JournalQueue(journal);
      const resource = (id: string) => fakeHost(id);
      const parts = { journal, queue, resource, now: Date.now, actor: "operator-a" };
      const runner = new ActionRunner({ ...parts, registry, guards: [] });
      const engine = new ProcedureEngine({
        ...parts,
        runner,
        refresh: async () => {},
        lookAt: () => {},
        expand: () => ({ items: [], nodes: [], leftOut: [] }),
        holder: "desk-1",
        report: () => {},
      });
      const names = ["t1", "t2", "t3", "t4"];
      const nodes = names.map((name, index) =>
        step(name, poke(name), { needs: index === 0 ? [] : [names[index - 1] ?? ""] }),
      );
      const plan = planOf([...nodes, gate("go", 1, { needs: ["t4"] })]);
      const id = await engine.start({ plan, reason: "", confirmation: "" });
      await vi.waitFor(() => expect(engine.run(id).reason?.fr).toContain("plein"), 10_000);
      expect(sent).toEqual(["t1", "t2"]);
      expect(engine.run(id).endedAt).toBeNull();
      rmSync(ballast);
      await vi.waitFor(() => expect(engine.run(id).status).toBe("waiting"), {
        timeout: 15_000,
        interval: 50,
      });
      expect(sent).toEqual(names);
      expect(engine.run(id).reason).toBeNull();
      expect(await journal.verify()).toMatchObject({ intact: true });
      await engine.close();
      await runner.close();
      journal.close();
    });
  },
);
