import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../src/shared/action.ts";
import type { JournalEvent } from "../../src/shared/journal.ts";
import { SliceLab } from "./support/lab.ts";
import { passerelle, startPasserelle } from "./support/programs.ts";

let lab: SliceLab;

beforeAll(async () => {
  lab = await SliceLab.start();
});
afterAll(async () => {
  await lab?.stop();
});
afterEach(async () => {
  await lab.control.clear();
});

const where = () => ["--estate", lab.estate, "--data", lab.path("data")];
const french = { LANG: "fr_FR.UTF-8" };

function act(action: string, resource: string, ...more: string[]) {
  return passerelle(["act", action, resource, ...where(), "--reason", "trial", ...more]);
}

describe("passerelle act", () => {
  it("ends with 0 for a reboot that is proven by another boot identifier", async () => {
    const before = (await lab.machine("db-1")).bootId;
    const { code, output, error } = await act("ssh.reboot", "db-1", "--yes", "--json");
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const task = JSON.parse(output) as Task;
    expect(task).toMatchObject({ action: "ssh.reboot", resource: "db-1", state: "verified", error: null });
    const after = (await lab.machine("db-1")).bootId;
    expect(after).not.toBe(before);
    const listed = await passerelle([
      "journal",
      "list",
      "--json",
      "--type",
      "action.verified",
      "--data",
      lab.path("data"),
    ]);
    const [proof] = JSON.parse(listed.output) as JournalEvent[];
    expect(proof).toMatchObject({
      task: task.id,
      data: { data: { bootIdBefore: before, bootIdAfter: after } },
    });
  });

  it("ends with 0 for a command that ends well, and shows what it says", async () => {
    const words = ["--yes", "--input", JSON.stringify({ command: "echo out; echo err >&2" })];
    const { code, output, error } = await act("ssh.run-command", "web-1", ...words);
    expect(code).toBe(0);
    expect(output).toBe("out\nverified: The command ended with exit code 0.\n");
    expect(error).toContain("err\n");
    expect(error).toContain("+ No earlier action is left unsettled.");
  });

  it("ends with 1 for a command that fails, a refusal, a wrong word and a missing yes", async () => {
    const failed = await act(
      "ssh.run-command",
      "web-1",
      "--yes",
      "--json",
      "--input",
      '{"command":"exit 3"}',
    );
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.output)).toMatchObject({ state: "failed" });

    const unconfirmed = await act(
      "ssh.run-command",
      "web-1",
      "--input",
      '{"command":"echo ran >/var/tmp/ran"}',
    );
    expect(unconfirmed.code).toBe(1);
    expect(unconfirmed.error).toContain("Nothing was done: --yes was not given.");
    const looked = await act(
      "ssh.run-command",
      "web-1",
      "--yes",
      "--input",
      '{"command":"test ! -e /var/tmp/ran"}',
    );
    expect(looked.code).toBe(0);

    await lab.control.fault("machine-dead", "mail-1");
    const refused = await act("ssh.reboot", "mail-1", "--yes", "--json");
    await lab.control.clear();
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.output)).toMatchObject({
      state: "refused",
      error: { code: expect.stringMatching(/^action\./) },
    });
  });

  it.each([
    [["ssh.nothing", "web-1", "--yes"], "[action.not-offered]"],
    [["ssh.reboot", "nothing", "--yes"], "[action.unknown-resource]"],
    [["ssh.run-command", "web-1", "--yes", "--input", '{"cmd":"true"}'], "[action.bad-input]"],
  ])("ends with 1 for %j", async (words, code) => {
    const end = await passerelle(["act", ...words, ...where()]);
    expect(end).toMatchObject({ code: 1, output: "" });
    expect(end.error).toContain(code);
  });

  it("ends with 2 when it is interrupted after the command was sent, without waiting", async () => {
    const input = JSON.stringify({ command: "echo begun; sleep 3000", deadlineSeconds: 36_000 });
    const running = startPasserelle([
      "act",
      "ssh.run-command",
      "tower-b",
      ...where(),
      "--yes",
      "--input",
      input,
    ]);
    await running.says("begun");
    running.child.kill("SIGINT");
    const { code, output } = await running.ended;
    expect(code).toBe(2);
    expect(output).toMatch(/^begun\nunknown-effect: /);
    const after = await act("ssh.run-command", "tower-b", "--yes", "--input", '{"command":"true"}');
    expect(after.code).toBe(0);
  });

  it("does nothing when it is interrupted before", async () => {
    await lab.control.fault("link-slow", "web-1", "1");
    const { bootId } = await lab.machine("web-1");
    const before = await lab.logIns("bounce");
    const running = startPasserelle(["act", "ssh.reboot", "web-1", ...where(), "--yes"]);
    // Once the bounce has let it in, it waits for the slow host behind.
    while ((await lab.logIns("bounce")) === before) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill("SIGTERM");
    const { code, error } = await running.ended;
    await lab.control.clear();
    expect(code).toBe(1);
    expect(error).toContain("[general.cancelled]");
    expect((await lab.machine("web-1")).bootId).toBe(bootId);
  });
});

describe("passerelle journal", () => {
  const data = () => ["--data", lab.path("data")];

  it("lists and verifies what was done, in both languages", async () => {
    const listed = await passerelle(["journal", "list", "--limit", "5", ...data()]);
    expect(listed.code).toBe(0);
    expect(listed.output.trim().split("\n")).toHaveLength(5);
    expect(listed.output).toContain("console.stopped");
    const verified = await passerelle(["journal", "verify", "--json", ...data()]);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.output)).toMatchObject({ intact: true, brokenAt: null, fault: null });
    const inFrench = await passerelle(["journal", "verify", ...data()], french);
    expect(inFrench.output).toMatch(
      /^Le journal est intact : \d+ événements, dernier maillon [0-9a-f]{64}\.\n$/,
    );
  });

  it("says that there is none in another folder, and makes none", async () => {
    const end = await passerelle(["journal", "verify", "--data", lab.path("nowhere")]);
    expect(end.code).toBe(1);
    expect(end.error).toContain("[journal.not-found]");
  });

  it("ends with 1 and names the line that was changed", async () => {
    const database = new DatabaseSync(lab.path("data", "journal.sqlite"));
    database
      .prepare("UPDATE entries SET value = replace(value, '\"actor\":', '\"actor\" :') WHERE revision = 7")
      .run();
    database.close();
    const end = await passerelle(["journal", "verify", ...data()]);
    expect(end).toMatchObject({ code: 1, output: "The journal is broken: event 7 was changed.\n" });
    const verdict = await passerelle(["journal", "verify", "--json", ...data()]);
    expect(JSON.parse(verdict.output)).toMatchObject({ intact: false, brokenAt: 7, fault: "changed" });
  });
});
