import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../src/shared/action.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

const sound = ["bounce", "tower-a", "tower-b", "web-1", "build-1"];

let lab: SliceLab;
let open: OpenConsole;

beforeAll(async () => {
  lab = await SliceLab.start();
  await lab.control.fault("garbage", "mail-1");
  await lab.control.fault("endless-banner", "backup-1");
  await lab.control.fault("link-slow", "staging-1", "1");
  await lab.control.fault("wrong-password", "db-1");
  await lab.control.fault("wrong-host-key", "db-2");
  const estate = lab.estateWith("read-often.yaml", (words) =>
    // Hosts alone: the towers' management engines would be read besides, and take their own time.
    words.replace("every: 15s", "every: 6s").replace(/\n {2}atelier-amt:\n(?: {4}.*\n)*/, "\n"),
  );
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data") });
});
afterAll(async () => {
  await open?.close();
  await lab?.stop();
});

/** The error that keeps a host from being read, once there is one. */
async function errorOf(id: string) {
  await open.until(`${id} has an error`, () => open.errorOf(id) !== null);
  const error = Object.values(open.resource(id).sources).find((source) => source.error)?.error;
  if (!error) throw new Error("the error is gone");
  return error;
}

function events(type: string, subject: string) {
  const filter = { text: "", types: [type], subject, task: null, before: null, limit: 500 };
  return open.parts.journal.page(filter).events;
}

describe("a site where some hosts misbehave", () => {
  it("reads every sound host while the bad ones still keep it waiting", async () => {
    for (const id of sound) await open.read(id);
    // The handshake with a host of one byte a second takes until its deadline: it has said nothing so far.
    expect(open.errorOf("staging-1")).toBeNull();
    expect(open.resource("staging-1")).toMatchObject({ seenAt: null, health: "unknown" });
    for (const id of sound) expect(open.resource(id).health).not.toBe("unknown");
  });

  it("says what is wrong with bytes that are no SSH, in both languages and with a hint", async () => {
    const error = await errorOf("mail-1");
    expect(error.code).toBe("reach.garbage");
    expect(error.message.en).toContain("not valid SSH");
    expect(error.message.fr).toContain("autre chose que du SSH valide");
    expect(error.hint.en).toContain("address and port");
    expect(open.resource("mail-1").health).toBe("unknown");
  });

  it("gives up on a greeting without end", async () => {
    const error = await errorOf("backup-1");
    expect(error.code).toBe("reach.garbage");
    expect(error.hint.fr).toContain("serveur SSH");
  });

  it("refuses a changed host key aloud, asks nobody and sends no credential", async () => {
    const error = await errorOf("db-2");
    expect(error.code).toBe("reach.host-key-changed");
    expect(error.message.en).toContain("somebody may be in between");
    expect(error.hint.en).toMatch(/^Nothing was sent; .* remove line \d+ of .*known_hosts/);
    expect(await lab.logIns("db-2")).toBe(0);
    expect(open.parts.questions.list().map((question) => question.target)).toEqual(["web-2"]);
    expect(events("host-key.changed", "db-2")).toHaveLength(1);
    const { needs } = await open.first(open.window.overview.watch());
    expect(needs.find((need) => need.resource === "db-2")?.text.fr).toContain("interposé");
  });

  it("sends nothing to a host that nobody has accepted, and goes on once a person has", async () => {
    const [question] = open.parts.questions.list();
    if (question?.kind !== "host-key") throw new Error("no question");
    expect(await lab.logIns("web-2")).toBe(0);
    expect(question.fingerprint).toMatch(/^SHA256:/);
    await open.window.questions.answer({ id: question.id, accept: true });
    await open.read("web-2");
    expect(await lab.logIns("web-2")).toBe(1);
    expect(events("host-key.stored", "web-2")).toHaveLength(1);
    await expect(open.window.questions.answer({ id: question.id, accept: true })).rejects.toMatchObject({
      data: { code: "questions.gone" },
    });
  });

  it("sends a wrong password once, and once more each time that a person asks", async () => {
    await errorOf("db-1");
    expect(await lab.logIns("db-1")).toBe(1);
    await open.parts.fleet.observe(["db-1"], AbortSignal.timeout(20_000));
    expect(open.errorOf("db-1")).toBe("reach.login-refused-before");
    expect(await lab.logIns("db-1")).toBe(1);
    for (const attempts of [2, 3, 4]) {
      await open.window.resources.refresh({ ids: ["db-1"] });
      expect(open.errorOf("db-1")).toBe("reach.login-refused");
      expect(await lab.logIns("db-1")).toBe(attempts);
    }
    expect(events("login.intent", "db-1")).toHaveLength(4);
    expect(events("login.refused", "db-1")).toHaveLength(4);
  });

  it("lets no action run on what it could not read", async () => {
    const task: Task = await open.act("ssh.run-command", ["db-1"], { command: "true" });
    expect(task.state).toBe("refused");
    expect(task.error?.hint.en).not.toBe("");
    expect(await lab.logIns("db-1")).toBe(4);
  });

  it("notices a cut link, lets what it knew grow stale, and gives up on the slow host", async () => {
    await lab.control.fault("link-cut", "web-1");
    const before = open.resource("web-1").seenAt;
    await errorOf("web-1");
    expect(open.resource("web-1")).toMatchObject({ health: "unknown", seenAt: before });
    await open.until("web-1 is stale", () => open.resource("web-1").stale);
    // What was read before is still shown, as old.
    expect(open.resource("web-1").facts["os.hostname"]?.value).toBe("web-1");
    expect((await errorOf("staging-1")).code).toBe("reach.too-slow");
    for (const id of ["tower-a", "tower-b"]) expect(open.resource(id)).toMatchObject({ stale: false });
  });

  it("comes back by itself to everything once the faults are mended", async () => {
    await lab.control.clear();
    await open.read("web-1");
    expect(open.resource("web-1")).toMatchObject({ stale: false });
    expect(open.resource("web-1").health).not.toBe("unknown");
    for (const id of ["mail-1", "backup-1", "db-2", "staging-1"]) await open.read(id);
    // The right password was never locked out: it takes one more try, which a person has to ask for.
    expect(open.errorOf("db-1")).toBe("reach.login-refused-before");
    await open.window.resources.refresh({ ids: ["db-1"] });
    await open.read("db-1");
    expect(await lab.logIns("db-1")).toBe(5);
    expect(await open.parts.journal.verify()).toMatchObject({ intact: true });
  });
});
