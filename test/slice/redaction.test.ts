import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { passerelle, plainEnvironment, run } from "./support/programs.ts";
import { filesBelow, findSecrets, type Haystack, markedSecret, shapesOf } from "./support/secret-search.ts";

const crashingConsole = fileURLToPath(new URL("fixtures/crashing-console.ts", import.meta.url));

/** Every secret that is used, typed or guessed in this file. */
const secrets = {
  hostPassword: markedSecret("host-password"),
  bouncePassphrase: markedSecret("bounce-passphrase"),
  filePassphrase: markedSecret("file-passphrase"),
  wrongPassphrase: markedSecret("wrong-passphrase"),
  wrongPassword: markedSecret("wrong-password"),
  rotatedPassword: markedSecret("rotated-password"),
  wrongAnswer: markedSecret("wrong-answer"),
  wrongVariable: markedSecret("wrong-variable"),
};
/** Words that are no secret: each must be found wherever its kind of trace is looked through. */
const ordinary = { reason: "ordinary-reason", output: "ordinary-output", screen: "ordinary-screen" };

let lab: SliceLab;
let open: OpenConsole;
let estate: string;
const looking = new AbortController();

beforeAll(async () => {
  lab = await SliceLab.start(secrets);
  estate = lab.estateWith("marked.yaml", (words) =>
    words
      .replace(
        "        address: 192.0.2.22\n",
        "        address: 192.0.2.22\n        authentication:\n          - password: keychain:db-password\n",
      )
      .replace(
        "        address: 192.0.2.23\n",
        "        address: 192.0.2.23\n        authentication:\n          - keyboardInteractive: ask\n",
      )
      .replace(
        "        address: 192.0.2.33\n",
        "        address: 192.0.2.33\n        authentication:\n          - keyboardInteractive: file:secrets/host-password\n",
      )
      .replace(
        "        address: 192.0.2.24\n",
        "        address: 192.0.2.24\n        authentication:\n          - password: env:STAGING_PASSWORD\n",
      ),
  );
  process.env.STAGING_PASSWORD = secrets.wrongVariable;
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data") });
  lookAtEverything();
});
afterAll(async () => {
  delete process.env.STAGING_PASSWORD;
  await open?.close();
  await lab?.stop();
});

/** Keeps every page open that there is, so that whatever happens is shown on one. */
function lookAtEverything(): void {
  const { window } = open;
  const options = { signal: looking.signal };
  const look = async (watch: Promise<AsyncIterable<unknown>>) => {
    for await (const _frame of await watch) if (looking.signal.aborted) return;
  };
  for (const watch of [
    window.status.watch(undefined, options),
    window.overview.watch(undefined, options),
    window.secrets.watch(undefined, options),
    window.questions.watch(undefined, options),
    window.estate.watch(undefined, options),
    window.tasks.watch(undefined, options),
    window.journal.watch(undefined, options),
    window.resources.watch({ id: "db-1" }, options),
    window.resources.list({ columns: ["os.kernel", "reach.address"] }, options),
  ]) {
    // The pages are closed together at the end, which ends each of them in the middle.
    look(watch).catch(() => {});
  }
}

async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ data: { code } });
}

/** Waits for a log-in prompt of a host and answers it. */
async function answerPrompt(host: string, answer: string): Promise<void> {
  const prompt = () =>
    open.parts.questions.list().find((each) => each.kind === "prompts" && each.target.startsWith(host));
  await open.until(`${host} prompts`, () => prompt() !== undefined);
  await open.window.questions.answer({ id: prompt()?.id ?? "", accept: true, answers: [answer] });
}

/** Opens a terminal, types a line and waits until the screen shows the words. */
async function useTerminal(host: string, line: string, shown: string): Promise<void> {
  const { channel } = await open.window.terminal.open({ resource: host, columns: 80, rows: 24 });
  const { main, window } = open.recorder.pair();
  let screen = "";
  const done = new Promise<void>((resolve) => {
    window.onmessage = ({ data }) => {
      screen += typeof data === "string" ? data : Buffer.from(data as ArrayBuffer).toString();
      if (screen.includes(shown)) resolve();
    };
  });
  expect(open.console.openSession(channel.replace("session/", ""), main)).toBe(true);
  window.send(JSON.stringify({ type: "resize", columns: 100, rows: 30 }));
  window.send(JSON.stringify({ type: "input", data: `${line}\r` }));
  await done;
  window.close();
}

describe("secrets, through everything that a day brings", () => {
  it("log-ins: right, wrong, typed, changed and prompted for", async () => {
    for (const id of ["tower-a", "tower-b", "web-1", "backup-1"]) await open.read(id);
    await open.until("the variable is refused", () => open.errorOf("staging-1") === "reach.login-refused");
    await answerPrompt("mail-1", secrets.wrongAnswer);
    await open.until(
      "the answer is refused",
      () => open.errorOf("mail-1")?.startsWith("reach.login-refused") === true,
    );
    await open.window.secrets.unlock({ passphrase: secrets.filePassphrase });
    await refused(
      open.window.secrets.unlock({ passphrase: secrets.wrongPassphrase }),
      "secrets.wrong-passphrase",
    );
    await open.window.secrets.set({ name: "db-password", value: secrets.wrongPassword });
    await open.until("it is refused", () => open.errorOf("db-1") === "reach.login-refused");
    const tried = await open.window.secrets.test({ name: "db-password" });
    expect(tried).toMatchObject([{ subject: "db-1", accepted: false }]);
    const kept = await open.window.secrets.rotate({ name: "db-password", value: secrets.rotatedPassword });
    expect(kept.rotated).toBe(false);
    const rotated = await open.window.secrets.rotate({ name: "db-password", value: secrets.hostPassword });
    expect(rotated).toMatchObject({ rotated: true, trials: [{ accepted: true }] });
    await open.window.resources.refresh({ ids: ["db-1"] });
    await open.read("db-1");
    const asking = open.window.resources.refresh({ ids: ["mail-1"] });
    await answerPrompt("mail-1", secrets.hostPassword);
    await asking;
    await open.read("mail-1");
  });

  it("work: host keys, terminals, commands on many, a reboot, refusals and errors", async () => {
    const [question] = open.parts.questions.list();
    await open.window.questions.answer({ id: question?.id ?? "", accept: true });
    await open.read("web-2");
    await useTerminal("web-1", `echo ${ordinary.screen}`, `${ordinary.screen}\r\n`);
    const many = await open.act(
      "ssh.run-command",
      ["tower-a", "web-1", "db-1", "mail-1"],
      // What a person pastes into a command is a secret all the same where the journal keeps the command.
      { command: `echo ${ordinary.output}; : '${secrets.hostPassword}'` },
      ordinary.reason,
    );
    expect(many.children).toMatchObject({ total: 4, verified: 4 });
    for await (const pieces of await open.window.tasks.output({ id: many.id })) {
      expect(pieces.map((piece) => piece.text).join("")).toContain(ordinary.output);
      break;
    }
    expect((await open.act("ssh.reboot", ["tower-b"], {}, ordinary.reason)).state).toBe("verified");
    expect((await open.act("ssh.run-command", ["web-1"], { command: "exit 3" })).state).toBe("failed");
    await lab.control.fault("wrong-password", "web-2");
    await open.window.resources.refresh({ ids: ["web-2", "staging-1"] });
    await refused(open.act("ssh.reboot", ["nothing"]), "action.unknown-resource");
    await refused(open.act("ssh.run-command", ["web-1"], { cmd: secrets.hostPassword }), "action.bad-input");
    await refused(open.window.terminal.open({ resource: "atelier", columns: 1, rows: 1 }), "terminal.none");
    await refused(open.window.secrets.test({ name: "nothing" }), "secrets.unknown");
  });

  it("pages: what is asked for once, and what was to be seen all along", async () => {
    const { window } = open;
    const { events } = await window.journal.page({ limit: 500 });
    expect(events.length).toBeGreaterThan(50);
    expect(await window.journal.verify()).toMatchObject({ intact: true });
    expect((await window.search({ text: "db" })).rows.map((row) => row.id)).toContain("db-1");
    expect(await window.actions.offers({ resources: ["db-1"] })).not.toEqual([]);
    const preview = { action: "ssh.reboot", resources: ["db-1"], input: {} };
    expect((await window.actions.preview(preview))[0]?.probe.state).toBe("needed");
    const secretsPage = await open.first(window.secrets.watch());
    expect(secretsPage.secrets.find((secret) => secret.name === "db-password")).toMatchObject({
      present: true,
      usedBy: ["db-1"],
      lastUsedAt: expect.any(Number),
    });
    looking.abort();
  });
});

describe("no trace of them", () => {
  const found = (haystacks: readonly Haystack[], words: string) =>
    haystacks.some(({ bytes }) => bytes.includes(Buffer.from(words)));
  const total = (name: string, frames: readonly Buffer[]): Haystack[] =>
    frames.map((bytes, index) => ({ name: `${name} ${index}`, bytes }));

  it("can be overlooked: the search finds each secret in every shape, in text and among bytes", () => {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const [shape, form] of shapesOf(secret)) {
        const bytes = Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from(`x${form}y`), Buffer.from([0])]);
        const hits = findSecrets([{ name: "planted", bytes }], secrets);
        expect(hits).toContain(`planted: ${name} as ${shape}`);
      }
      const header = Buffer.from(`Authorization: Basic ${Buffer.from(`ops:${secret}`).toString("base64")}`);
      expect(findSecrets([{ name: "header", bytes: header }], secrets)).not.toEqual([]);
      expect(findSecrets([{ name: "wide", bytes: Buffer.from(secret, "utf16le") }], secrets)).not.toEqual([]);
    }
    expect(
      findSecrets([{ name: "ordinary", bytes: Buffer.from(JSON.stringify(ordinary)) }], secrets),
    ).toEqual([]);
  });

  it("in any frame that main sent, on the calls channel and on a terminal's", () => {
    const frames = total("frame", open.recorder.fromMain);
    expect(frames.length).toBeGreaterThan(100);
    for (const words of Object.values(ordinary)) expect(found(frames, words)).toBe(true);
    expect(findSecrets(frames, secrets)).toEqual([]);
    // What a person typed did cross, the other way: the recorder would have seen it.
    const typed = findSecrets(total("frame", open.recorder.toMain), secrets);
    expect(typed.some((hit) => hit.includes("rotatedPassword as JSON"))).toBe(true);
    expect(typed.some((hit) => hit.includes("bouncePassphrase"))).toBe(false);
  });

  it("in any file of the data folder, the sealed one included", async () => {
    expect(await open.parts.journal.verify()).toMatchObject({ intact: true });
    await open.close();
    const files = filesBelow(lab.path("data"));
    const names = files.map((file) => file.name);
    expect(names).toEqual(
      expect.arrayContaining(["journal.sqlite", "journal.head", "known_hosts", "secrets.passphrase"]),
    );
    expect(found(files, ordinary.reason)).toBe(true);
    expect(found(files, "keychain:db-password")).toBe(true);
    expect(found(files, "; : '[secret]'")).toBe(true);
    expect(findSecrets(files, secrets)).toEqual([]);
  });

  it("in what a crash leaves: its file, the log, the journal and the terminal", async () => {
    const dataFolder = lab.path("crashed");
    const words = [lab.estate, dataFolder, "file:secrets/host-password", "ordinary-crash"];
    const { code, output, error } = await run(crashingConsole, words, plainEnvironment()).ended;
    expect(code).toBe(70);
    const files = filesBelow(dataFolder);
    const crash = files.find((file) => file.name.startsWith("crashes/"));
    const log = files.find((file) => file.name.startsWith("logs/"));
    for (const trace of [crash, log]) {
      expect(trace?.bytes.toString()).toContain("ordinary-crash");
      expect(trace?.bytes.toString()).toContain("[secret]");
    }
    expect(error).toContain(crash?.name.split("/").at(-1));
    const said = { name: "standard output and error", bytes: Buffer.from(output + error) };
    expect(findSecrets([...files, said], secrets)).toEqual([]);
  });

  it("in what the command line prints and leaves", async () => {
    const dataFolder = lab.path("script");
    const environment = {
      STAGING_PASSWORD: secrets.wrongVariable,
      PASSERELLE_PASSPHRASE: secrets.filePassphrase,
    };
    const where = ["--estate", estate, "--data", dataFolder];
    const act = ["act", "ssh.run-command", "tower-a", "--yes", "--reason", ordinary.reason, "--input"];
    const said: Haystack[] = [];
    for (const words of [
      ["inventory", "--json", ...where],
      ["inventory", ...where],
      [...act, JSON.stringify({ command: `echo ${ordinary.output}` }), ...where],
      [...act, JSON.stringify({ command: `: '${secrets.hostPassword}'` }), "--json", ...where],
      ["act", "ssh.reboot", "staging-1", "--yes", "--reason", ordinary.reason, ...where],
      ["inventory", `--password=${secrets.hostPassword}`, ...where],
      ["journal", "list", "--json", "--limit", "500", "--data", dataFolder],
    ]) {
      const { output, error } = await passerelle(words, environment);
      said.push({ name: words.slice(0, 2).join(" "), bytes: Buffer.from(output + error) });
    }
    expect(found(said, ordinary.output)).toBe(true);
    expect(found(said, ordinary.reason)).toBe(true);
    expect(found(said, "reach.login-refused")).toBe(true);
    const files = filesBelow(dataFolder);
    expect(found(files, ordinary.reason)).toBe(true);
    expect(findSecrets([...said, ...files], secrets)).toEqual([]);
    expect(readFileSync(lab.path("lab", "secrets", "host-password"), "utf8")).toBe(secrets.hostPassword);
  });
});
