import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";

const keychainModule = resolve("src/main/secrets/keychain.ts");
const pinnedNode = process.execPath;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-keychain-"));
  for (const name of ["data", "run", "config"]) mkdirSync(join(folder, name), { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(): NodeJS.ProcessEnv {
  const {
    DBUS_SESSION_BUS_ADDRESS: _bus,
    DISPLAY: _display,
    WAYLAND_DISPLAY: _wayland,
    ...rest
  } = process.env;
  return {
    ...rest,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_RUNTIME_DIR: join(folder, "run"),
    XDG_CONFIG_HOME: join(folder, "config"),
  };
}

/** A Node process of its own that uses our keychain and prints one JSON value per step. */
function program(steps: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(
    path,
    `import { NativeKeychain } from ${JSON.stringify(keychainModule)};
     const keychain = new NativeKeychain({ deadline: 20_000 });
     const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
     const code = (work) => work.then(() => "done", (error) => error.code);
     ${steps}`,
  );
  return `${pinnedNode} ${path}`;
}

/** Runs a shell script in a session bus of its own; nothing of it outlives the call. Gives the lines it printed. */
function inSession(script: string): Promise<unknown[]> {
  return new Promise((settle, refuse) => {
    const child = spawn(findProgram("dbus-run-session") ?? "", ["--", "bash", "-ec", script], {
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let errors = "";
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), "SIGKILL"), 50_000);
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
    child.once("error", refuse);
    child.once("close", (exitCode) => {
      clearTimeout(timer);
      if (exitCode !== 0) refuse(new Error(`exit code ${exitCode}: ${errors}`));
      else
        settle(
          output
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line)),
        );
    });
  });
}

const unlocked = `eval "$(printf pass | gnome-keyring-daemon --unlock --components=secrets)" >&2;`;
const locked = "gnome-keyring-daemon --start --components=secrets >&2;";

const gnomeKeyring = findCounterpart(
  ["gnome-keyring-daemon", "dbus-run-session", "dbus-send", "secret-tool"],
  ["--version"],
  /gnome-keyring[^\d]*([\d.]+)/,
);

describeCounterpart("gnome-keyring", gnomeKeyring, () => {
  test("keeps a secret for another process, and another program finds it in the Secret Service", async () => {
    const write = program(
      `say(await keychain.probe()); await keychain.write("bounce", "marked é \\u{1f511}"); say("written");`,
    );
    const read = program(
      `say(await keychain.read("bounce")); say(await keychain.remove("bounce"));
       say(await keychain.remove("bounce")); say(await keychain.read("bounce"));`,
    );
    const lookup = "secret-tool lookup service passerelle username bounce | sed 's/.*/\"&\"/'; echo;";
    expect(await inSession(`${unlocked} ${write}; ${lookup} ${read}`)).toEqual([
      { state: "ready" },
      "written",
      "marked é \u{1f511}",
      "marked é \u{1f511}",
      true,
      false,
      null,
    ]);
  });

  test("holds nothing of a probe afterwards", async () => {
    const probe = program("say(await keychain.probe());");
    const search = "secret-tool search --all service passerelle 2>&1 | wc -l;";
    expect(await inSession(`${unlocked} ${probe}; ${search}`)).toEqual([{ state: "ready" }, 0]);
  });

  test("locked and with nobody to ask, it is locked in every verb, not empty", async () => {
    await inSession(`${unlocked} ${program(`await keychain.write("kept", "marked"); say("written");`)}`);
    const closed = program(
      `say(await keychain.probe()); say(await code(keychain.read("kept")));
       say(await code(keychain.write("kept", "other"))); say(await code(keychain.remove("kept")));`,
    );
    expect(await inSession(`${locked} ${closed}`)).toEqual([
      { state: "locked" },
      "secrets.locked",
      "secrets.locked",
      "secrets.locked",
    ]);
    const after = program(`say(await keychain.read("kept"));`);
    expect(await inSession(`${unlocked} ${after}`)).toEqual(["marked"]);
  });

  test("that dies between two calls is reported, and the next session has what was stored", async () => {
    const cut = program(
      `import { execFileSync } from "node:child_process";
       await keychain.write("kept", "marked");
       const bus = "org.freedesktop.DBus";
       const owner = execFileSync("dbus-send", ["--session", "--print-reply=literal", "--dest=" + bus, "/",
         bus + ".GetConnectionUnixProcessID", "string:org.freedesktop.secrets"], { encoding: "utf8" });
       process.kill(Number(owner.trim().split(" ").at(-1)), "SIGKILL");
       say(await code(keychain.write("kept", "other")));`,
    );
    const lines = await inSession(`${unlocked} ${cut}`);
    expect(lines).toHaveLength(1);
    expect(["secrets.locked", "secrets.cannot-write"]).toContain(lines[0]);
    const after = program(`say(await keychain.read("kept"));`);
    expect(await inSession(`${unlocked} ${after}`)).toEqual(["marked"]);
  });

  test("a session bus whose Secret Service has no collection to write to is no keychain", async () => {
    expect(await inSession(program("say(await keychain.probe());"))).toEqual([{ state: "absent" }]);
  });

  test("without a session bus there is no keychain, and nothing goes into the kernel's key ring", () => {
    const [node = "", script = ""] = program(
      `import { AsyncEntry } from ${JSON.stringify(resolve("node_modules/@napi-rs/keyring/index.js"))};
       say(await keychain.probe());
       say(await code(keychain.write("one", "marked"))); say(await code(keychain.read("one")));
       const kernel = new AsyncEntry("passerelle", "one", { linux: { store: "keyutils" } });
       say(await kernel.getPassword().catch(() => null));`,
    ).split(" ");
    const ended = spawnSync(node, [script], { env: environment(), encoding: "utf8", timeout: 40_000 });
    const lines = ended.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([{ state: "absent" }, "secrets.cannot-write", "secrets.unreadable", null]);
  });
});
