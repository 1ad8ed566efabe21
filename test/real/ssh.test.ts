import { appendFileSync, chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { KnownHosts } from "../../src/main/reach/known-hosts.ts";
import { Questions } from "../../src/main/reach/questions.ts";
import type { SshTarget } from "../../src/main/reach/reach.ts";
import { SshReach } from "../../src/main/reach/ssh-reach.ts";
import { OpsError } from "../../src/shared/errors.ts";
import type { Hop } from "../../src/shared/estate-access.ts";
import type { NewJournalEvent } from "../../src/shared/journal.ts";
import { describeCounterpart, type Found, findCounterpart } from "./counterpart.ts";
import { OpenSsh, openssh, type Sshd, stop } from "./sshd.ts";

const passphrase = "a passphrase of the test";
const never = new AbortController().signal;
const within = (deadline = 20_000) => ({ signal: never, deadline });

function findOpenSsh(): Found {
  if (process.getuid?.() !== 0) return { absent: "sshd needs root to take log-ins" };
  const programs: [string, ...string[]] = ["ssh", "sshd", "ssh-keygen", "ssh-agent", "ssh-add"];
  return findCounterpart(programs, ["-V"], /OpenSSH_(\S+?),? /);
}

describeCounterpart("OpenSSH server", findOpenSsh(), () => {
  let ssh: OpenSsh;
  let key: string;
  let lockedKey: string;
  let host: Sshd;
  let bounce: Sshd;
  let inner: Sshd;

  let data: string;
  let knownHosts: KnownHosts;
  let questions: Questions;
  let reach: SshReach;
  let events: NewJournalEvent[];

  beforeAll(async () => {
    ssh = new OpenSsh();
    key = await ssh.userKey("user");
    lockedKey = await ssh.userKey("locked", passphrase);
    [host, bounce, inner] = await Promise.all([
      ssh.start(["AllowTcpForwarding no"]),
      ssh.start(["AllowTcpForwarding yes"]),
      ssh.start(["AllowTcpForwarding yes"]),
    ]);
  });
  afterAll(() => ssh.close());

  beforeEach(() => {
    data = join(ssh.folder, `data-${Math.random().toString(36).slice(2)}`);
    writeFileSync(data, "");
    knownHosts = new KnownHosts({ own: data });
    questions = new Questions({ interactive: true, now: Date.now });
    events = [];
    reach = new SshReach({
      knownHosts,
      questions,
      now: Date.now,
      environment: {},
      secrets: {
        resolve: async (reference) => ({
          reveal: () => (reference === "keychain:passphrase" ? passphrase : "wrong"),
        }),
      },
      journal: {
        write: (event) => {
          events.push(event);
          return {
            ...event,
            sequence: events.length,
            at: 0,
            actor: "",
            workstation: "",
            previousHash: "",
            hash: "",
          };
        },
      },
    });
  });
  afterEach(() => reach.close());

  /** Writes the server's key into known_hosts as ssh-keyscan would. */
  const know = (server: Sshd, publicKey = server.publicKey) =>
    appendFileSync(data, `[127.0.0.1]:${server.port} ${publicKey}`);

  const target = (server: Sshd, more: Partial<SshTarget> = {}): SshTarget => ({
    id: "host",
    name: "host.example",
    address: "127.0.0.1",
    port: server.port,
    user: "root",
    authentication: [{ key }],
    via: null,
    allowlist: null,
    hostKey: null,
    ...more,
  });
  const hop = (server: Sshd, more: Partial<Hop> = {}): Hop => ({
    address: "127.0.0.1",
    port: server.port,
    user: "root",
    authentication: [{ key }],
    ...more,
  });
  const faultOf = (work: Promise<unknown>): Promise<OpsError> =>
    work.then(
      () => Promise.reject(new Error("should have failed")),
      (error: unknown) => (error instanceof OpsError ? error : Promise.reject(error)),
    );

  test("runs commands with input, exit codes, signals and both streams", async () => {
    know(host);
    const done = await reach.execute(target(host), "cat; echo wrong >&2; exit 3", {
      ...within(),
      input: "été",
    });
    expect(done).toEqual({ exitCode: 3, signal: null, output: "été", error: "wrong\n", truncated: false });
    const killed = await reach.execute(target(host), "kill -TERM $$", within());
    expect(killed).toMatchObject({ exitCode: null, signal: "SIGTERM" });
    expect(events.map(({ type }) => type)).toEqual(["login.intent", "login.accepted"]);
  });

  test("bounds endless output and cuts a command off at its deadline", async () => {
    know(host);
    const fault = await faultOf(reach.execute(target(host), "yes", { ...within(1500), limit: 10_000 }));
    expect(fault.code).toBe("reach.deadline");
    expect(await reach.execute(target(host), "echo on", within())).toMatchObject({ output: "on\n" });
  });

  test("jumps through one bounce and through two", async () => {
    for (const server of [host, bounce, inner]) know(server);
    reach.update({
      hops: { bounce: hop(bounce), inner: hop(inner, { via: "bounce" }) },
      allowlists: {},
    });
    const one = await reach.execute(target(host, { via: "bounce" }), "echo $SSH_CONNECTION", within());
    expect(one.output).toMatch(/^127\.0\.0\.1 \d+ 127\.0\.0\.1 /);
    const two = await reach.execute(target(host, { via: "inner" }), "echo two", within());
    expect(two.output).toBe("two\n");
    expect(reach.status().hops.map(({ state }) => state)).toEqual(["connected", "connected"]);
  });

  test("asks the bounce from where it sees us, and keeps to the allowlist", async () => {
    for (const server of [host, bounce]) know(server);
    const allowlists = { here: ["127.0.0.0/8"], elsewhere: ["198.51.100.0/24"] };
    reach.update({ hops: { bounce: hop(bounce) }, allowlists });
    const inside = target(host, { via: "bounce", allowlist: "here" });
    expect(await reach.execute(inside, "true", within())).toMatchObject({ exitCode: 0 });
    expect(await reach.checkAllowlist(inside)).toMatchObject({ state: "inside", address: "127.0.0.1" });
    const outside = target(host, { via: "bounce", allowlist: "elsewhere" });
    expect((await faultOf(reach.execute(outside, "true", within()))).code).toBe("reach.outside-allowlist");
  });

  test("says that a forward is administratively prohibited, and which hop said so", async () => {
    for (const server of [host, bounce]) know(server);
    reach.update({ hops: { closed: hop(host, { name: "closed.example" }) }, allowlists: {} });
    const fault = await faultOf(reach.execute(target(bounce, { via: "closed" }), "true", within()));
    expect(fault.code).toBe("reach.forward-refused");
    expect(fault.message).toContain("closed.example");
    expect(fault.message).toContain("administratively prohibited");
  });

  test("says that the bounce could not reach a dead machine", async () => {
    know(bounce);
    reach.update({ hops: { bounce: hop(bounce) }, allowlists: {} });
    const dead = target(host, { via: "bounce", port: 1 });
    expect((await faultOf(reach.execute(dead, "true", within()))).code).toBe("reach.forward-failed");
  });

  test("carries a local forward through the bounce", async () => {
    for (const server of [host, bounce]) know(server);
    reach.update({ hops: { bounce: hop(bounce) }, allowlists: {} });
    const place = { via: "bounce", address: "127.0.0.1", port: host.port };
    const forward = await reach.forward(place, never);
    const scanned = await openssh("ssh-keyscan", ["-t", "ed25519", "-p", String(forward.port), "127.0.0.1"]);
    expect(scanned).toContain(host.publicKey.split(" ")[1]);
    forward.release();
  });

  test("refuses a changed host key and names the line", async () => {
    know(bounce);
    know(host, bounce.publicKey);
    const fault = await faultOf(reach.execute(target(host), "true", within()));
    expect(fault.code).toBe("reach.host-key-changed");
    expect(fault.hint.en).toContain(`line 2 of ${data}`);
    expect(events.map(({ type }) => type)).toEqual(["host-key.changed"]);
    expect(questions.list()).toEqual([]);
  });

  test("asks about an unknown host key by the fingerprint that ssh-keygen prints", async () => {
    const fault = await faultOf(reach.execute(target(host), "true", within()));
    expect(fault.code).toBe("reach.host-key-unknown");
    const described = await openssh("ssh-keygen", ["-l", "-f", `${host.hostKey}.pub`]);
    const fingerprint = described.split(" ")[1];
    const [question] = questions.list();
    expect(question).toMatchObject({ kind: "host-key", fingerprint });
    questions.answer(question?.id ?? "", { accept: true, answers: [] });
    expect(await reach.execute(target(host), "true", within())).toMatchObject({ exitCode: 0 });
    const found = await openssh("ssh-keygen", ["-F", `[127.0.0.1]:${host.port}`, "-f", data]);
    expect(found).toContain(host.publicKey.split(" ")[1]);
  });

  test("reads known_hosts that ssh-keygen -H has hashed", async () => {
    know(host);
    await openssh("ssh-keygen", ["-H", "-f", data]);
    const content = readFileSync(data, "utf8");
    expect(content).toMatch(/^\|1\|/);
    expect(await reach.execute(target(host), "true", within())).toMatchObject({ exitCode: 0 });
    // The hashed line speaks of that one port; another server on this address is still a stranger.
    expect((await faultOf(reach.execute(target(bounce), "true", within()))).code).toBe(
      "reach.host-key-unknown",
    );
  });

  test("accepts RSA and ECDSA host keys", async () => {
    for (const type of ["rsa", "ecdsa"]) {
      const server = await ssh.start([], type);
      know(server);
      const done = await reach.execute(target(server, { id: type }), "echo ok", within());
      expect(done.output).toBe("ok\n");
      await stop(server.process);
    }
  });

  test("keeps to MaxSessions 2, with every command served", async () => {
    const server = await ssh.start(["MaxSessions 2"]);
    know(server);
    const all = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        reach.execute(target(server), `sleep 0.3; echo ${index}`, within()),
      ),
    );
    expect(all.map(({ output }) => output)).toEqual(Array.from({ length: 6 }, (_, index) => `${index}\n`));
    await stop(server.process);
  });

  test("opens a key with its passphrase, and says what is wrong without it or with another", async () => {
    know(host);
    const log = (authentication: SshTarget["authentication"], id: string) =>
      reach.execute(target(host, { id, authentication }), "echo in", within());
    const opened = await log([{ key: lockedKey, passphrase: "keychain:passphrase" }], "one");
    expect(opened.output).toBe("in\n");
    expect((await faultOf(log([{ key: lockedKey }], "two"))).code).toBe("reach.key-encrypted");
    const wrong = await faultOf(log([{ key: lockedKey, passphrase: "keychain:other" }], "three"));
    expect(wrong.code).toBe("reach.key-passphrase-wrong");
    const open = join(ssh.folder, "too-open");
    copyFileSync(key, open);
    chmodSync(open, 0o644);
    expect((await faultOf(log([{ key: open }], "four"))).code).toBe("reach.key-too-open");
  });

  test("logs in with a real agent, RSA keys included", async () => {
    know(host);
    const rsa = await ssh.userKey("rsa", "", "rsa");
    const agent = await ssh.agent(rsa);
    const done = await reach.execute(target(host, { authentication: [{ agent }] }), "echo agent", within());
    expect(done.output).toBe("agent\n");
  });

  test("counts an agent with too many keys as refused, and offers none of them again", async () => {
    know(host);
    const strangers = await Promise.all(
      Array.from({ length: 7 }, (_, index) => ssh.strangeKey(`stranger-${index}`)),
    );
    const agent = await ssh.agent(...strangers);
    const log = () => reach.execute(target(host, { authentication: [{ agent }] }), "true", within());
    expect((await faultOf(log())).code).toBe("reach.login-refused");
    expect((await faultOf(log())).code).toBe("reach.login-refused-before");
    expect(events.map(({ type }) => type)).toEqual(["login.intent", "login.refused"]);
  });

  test("names the methods of a server that takes no password", async () => {
    know(host);
    const fault = await faultOf(
      reach.execute(
        target(host, { user: "nobody-here", authentication: [{ password: "keychain:wrong" }] }),
        "true",
        within(),
      ),
    );
    expect(fault.code).toMatch(/^reach\.(no-common-login|login-refused)$/);
    expect(fault.message).toContain("nobody-here");
  });

  test("opens a shell with a size that follows", async () => {
    know(host);
    const shell = await reach.shell(target(host), { columns: 90, rows: 30 }, never);
    let heard = "";
    shell.onData((bytes) => {
      heard += Buffer.from(bytes).toString();
    });
    const ended = new Promise<{ exitCode: number | null }>((resolve) => shell.onEnd(resolve));
    shell.write("stty size\n");
    await expect.poll(() => heard, { timeout: 10_000 }).toContain("30 90");
    shell.resize(120, 40);
    shell.write("stty size; exit 5\n");
    expect((await ended).exitCode).toBe(5);
    expect(heard).toContain("40 120");
  });

  test("reports a bounce that dies in the middle of a command as a lost connection", async () => {
    const dying = await ssh.start(["AllowTcpForwarding yes"]);
    for (const server of [host, dying]) know(server);
    reach.update({ hops: { dying: hop(dying) }, allowlists: {} });
    let started = false;
    const running = faultOf(
      reach.execute(target(host, { via: "dying" }), `kill -9 $(pgrep -P ${dying.process.pid}); sleep 5`, {
        ...within(),
        onStarted: () => {
          started = true;
        },
      }),
    );
    expect((await running).code).toBe("reach.connection-lost");
    expect(started).toBe(true);
    await stop(dying.process);
  });

  test("serves sixty commands at once on few connections", async () => {
    know(host);
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, index) => reach.execute(target(host), `echo ${index}`, within(60_000))),
    );
    expect(all.map(({ output }) => output.trim())).toEqual(
      Array.from({ length: 60 }, (_, index) => `${index}`),
    );
  });
});
