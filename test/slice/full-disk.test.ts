import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  canMountDisks,
  fillUp,
  mountSmallDisk,
  unmountDisk,
} from "../../src/main/journal/testing/small-disk.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

const canMount = canMountDisks();

let lab: SliceLab;
let open: OpenConsole;
let dataFolder: string;

beforeAll(async () => {
  if (!canMount) return;
  lab = await SliceLab.start();
  dataFolder = lab.path("small-disk");
  mkdirSync(dataFolder, { mode: 0o700 });
  mountSmallDisk(dataFolder, 2);
  open = await OpenConsole.open({ estate: lab.estate, dataFolder });
  await open.read("tower-a");
});
afterAll(async () => {
  if (!canMount) return;
  await open?.close();
  if (dataFolder) unmountDisk(dataFolder);
  await lab?.stop();
});

const ballast = () => join(dataFolder, "ballast");

const request = (command: string) => ({
  action: "ssh.run-command",
  resources: ["tower-a"],
  input: { command },
});

describe.skipIf(!canMount)(
  "a full disk under the journal (a small one of its own, which takes root to mount)",
  () => {
    it("lets no action start and no terminal open, and says so", async () => {
      fillUp(ballast());
      // What little room the journal's file still had of its own is used up by the tries themselves.
      const errors: unknown[] = [];
      for (let attempt = 0; attempt < 200 && errors.length < 3; attempt += 1) {
        const started = open.window.actions.start(request("echo ran >>/var/tmp/marks"));
        const refused = await started.then(
          ({ task }) =>
            open.parts.runner.waitFor(task).then((end) => (end.state === "verified" ? null : end.error)),
          (thrown: { data: unknown }) => thrown.data,
        );
        if (refused) errors.push(refused);
      }
      expect(errors).toHaveLength(3);
      expect(errors.at(-1)).toMatchObject({
        code: "journal.cannot-write",
        message: { en: expect.stringContaining("full"), fr: expect.stringContaining("plein") },
      });
      const marks = await marksOf();
      await expect(open.window.actions.start(request("echo ran >>/var/tmp/marks"))).rejects.toMatchObject({
        data: { code: "journal.cannot-write" },
      });
      expect(await marksOf()).toBe(marks);
      await expect(
        open.window.terminal.open({ resource: "tower-a", columns: 80, rows: 24 }),
      ).rejects.toMatchObject({ data: { code: "journal.cannot-write" } });
      const [preview] = await open.window.actions.preview(request("true"));
      expect(preview?.guards.find((guard) => guard.guard === "journal")).toMatchObject({ allowed: false });
      const status = await open.first(open.window.status.watch());
      expect(status.journal.state).toBe("failed");
    });

    it("works again once there is room, with nothing lost and the chain whole", async () => {
      rmSync(ballast());
      const marks = await marksOf();
      const task = await open.act("ssh.run-command", ["tower-a"], { command: "echo ran >>/var/tmp/marks" });
      expect(task.state).toBe("verified");
      expect(await marksOf()).toBe(marks + 1);
      expect(open.parts.runner.unwritten).toBe(0);
      // Every command that ran has its intent in the journal, and no other has.
      const intents = open.parts.journal.ofTypes(["action.intent"], 1);
      expect(intents).toHaveLength(marks + 1);
      const status = await open.first(open.window.status.watch());
      expect(status.journal.state).toBe("writing");
      expect(await open.window.journal.verify()).toMatchObject({ intact: true, fault: null });
    });
  },
);

/** How many commands have left their mark on the host, asked past the journal. */
async function marksOf(): Promise<number> {
  const target = open.parts.fleet.logins().find((each) => each.id === "tower-a");
  if (!target) throw new Error("tower-a has no log-in");
  const answer = await open.parts.reach.execute(target, "cat /var/tmp/marks | wc -l", {
    signal: AbortSignal.timeout(10_000),
    deadline: 10_000,
  });
  return Number(answer.output);
}
