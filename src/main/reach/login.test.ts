import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import ssh2, { type AuthContext } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blobOf, makeKey, TestServer } from "./testing/ssh-server.ts";
import { faultOf, Surroundings, within } from "./testing/surroundings.ts";

let around: Surroundings;
let server: TestServer;

beforeEach(async () => {
  around = new Surroundings({ interactive: true });
  server = await TestServer.start();
});
afterEach(async () => {
  await around.close();
  await server.close();
});

const run = (more: Parameters<Surroundings["target"]>[1] = {}) =>
  around.reach.execute(around.target(server, more), "x", within());

/** Writes a private key beside the estate; returns its path. */
function keyFile(content: string, mode = 0o600): string {
  const path = join(around.folder, `key-${Math.random()}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** Lets in whoever proves to hold this public key. */
const acceptKey = (publicLine: string) => (context: AuthContext) => {
  const allowed = ssh2.utils.parseKey(publicLine);
  if (allowed instanceof Error) throw allowed;
  if (context.method !== "publickey") return context.reject(["publickey"]);
  if (!context.key.data.equals(blobOf(publicLine))) return context.reject(["publickey"]);
  if (!context.signature) return context.accept();
  const good = context.blob && allowed.verify(context.blob, context.signature, context.hashAlgo);
  if (good) context.accept();
  else context.reject(["publickey"]);
};

describe("a password", () => {
  it("that was refused is not sent again until it changes", async () => {
    around.secrets.set("keychain:right", "old");
    expect((await faultOf(run())).code).toBe("reach.login-refused");
    const again = await faultOf(run());
    expect(again.code).toBe("reach.login-refused-before");
    expect(again.message).not.toContain("old");
    expect(server.attempts).toEqual(["password old"]);
    around.secrets.set("keychain:right", "right");
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(around.types()).toEqual(["login.intent", "login.refused", "login.intent", "login.accepted"]);
    expect(JSON.stringify(around.events)).not.toMatch(/"(old|right)"/);
  });

  it("that was refused is sent once more when a person asks", async () => {
    around.secrets.set("keychain:right", "old");
    await faultOf(run());
    around.reach.askAgain("tower-a");
    expect((await faultOf(run())).code).toBe("reach.login-refused");
    expect((await faultOf(run())).code).toBe("reach.login-refused-before");
    expect(server.attempts).toHaveLength(2);
  });

  it("is not offered to a server that takes none, and the methods it takes are named", async () => {
    server.behaviour.authenticate = (context) => context.reject(["publickey"]);
    const fault = await faultOf(run());
    expect(fault.code).toBe("reach.no-common-login");
    expect(fault.message).toContain("publickey");
    expect(server.attempts).toEqual([]);
    expect(around.resolved).toBe(0);
  });

  it("that is not stored leaves its own error when nothing else could be tried", async () => {
    const fault = await faultOf(run({ authentication: [{ password: "keychain:missing" }] }));
    expect(fault.code).toBe("secrets.unknown");
  });

  it("is tried by a trial log-in with the value handed in, on a connection of its own", async () => {
    const target = around.target(server);
    const signal = new AbortController().signal;
    const override = new Map([["keychain:right", "wrong"]]);
    expect((await faultOf(around.reach.tryLogin(target, override, signal))).code).toBe("reach.login-refused");
    expect((await faultOf(around.reach.tryLogin(target, override, signal))).code).toBe("reach.login-refused");
    await around.reach.tryLogin(target, new Map(), signal);
    expect(server.attempts).toEqual(["password wrong", "password wrong", "password right"]);
    await expect.poll(() => server.connections.size).toBe(0);
  });
});

describe("a journal that fails in the middle of a log-in", () => {
  it.each([
    ["before the credential is sent", "login.intent", []],
    ["after it was accepted", "login.accepted", ["password right"]],
  ])("closes the connection: %s", async (_when, failing, attempts) => {
    around.failingType = failing;
    expect((await faultOf(run())).code).toBe("journal.cannot-write");
    expect(server.attempts).toEqual(attempts);
    expect(server.commands).toEqual([]);
    await expect.poll(() => server.connections.size).toBe(0);
  });

  it("remembers a refused password all the same", async () => {
    around.secrets.set("keychain:right", "old");
    around.failingType = "login.refused";
    expect((await faultOf(run())).code).toBe("journal.cannot-write");
    around.failingType = null;
    expect((await faultOf(run())).code).toBe("reach.login-refused-before");
    expect(server.attempts).toEqual(["password old"]);
  });
});

describe("the ways to log in", () => {
  it("are tried in the order of the estate, each at most once", async () => {
    server.behaviour.authenticate = (context) =>
      context.method === "password" && context.password === "second"
        ? context.accept()
        : context.reject(["password", "publickey"]);
    around.secrets.set("keychain:first", "first").set("keychain:second", "second");
    const key = keyFile(makeKey().private);
    await run({
      authentication: [
        { password: "keychain:first" },
        { key },
        { password: "keychain:first" },
        { password: "keychain:second" },
      ],
    });
    expect(server.attempts).toEqual(["password first", "publickey", "password second"]);
    const refused = around.events.filter(({ type }) => type === "login.refused");
    expect(refused.map(({ data }) => data.credential)).toEqual(["keychain:first", key]);
  });

  it("go on after a step that the server wants followed by another", async () => {
    let steps = 0;
    server.behaviour.authenticate = (context) => {
      if (context.method !== "password") return context.reject(["password"]);
      if (steps++ === 0) context.reject(["password"], true);
      else context.accept();
    };
    around.secrets.set("keychain:first", "first").set("keychain:second", "second");
    await run({ authentication: [{ password: "keychain:first" }, { password: "keychain:second" }] });
    expect(around.types()).toEqual(["login.intent", "login.step-accepted", "login.intent", "login.accepted"]);
  });
});

describe("a key file", () => {
  it("logs in, with its passphrase where it has one", async () => {
    const key = makeKey("open sesame");
    server.behaviour.authenticate = acceptKey(key.public);
    around.secrets.set("keychain:passphrase", "open sesame");
    const path = keyFile(key.private);
    expect(await run({ authentication: [{ key: path, passphrase: "keychain:passphrase" }] })).toMatchObject({
      exitCode: 0,
    });
  });

  it("is found beside the estate file", async () => {
    await around.close();
    around = new Surroundings({ estateFolder: () => around.folder });
    const key = makeKey();
    server.behaviour.authenticate = acceptKey(key.public);
    const path = keyFile(key.private);
    const name = path.slice(around.folder.length + 1);
    expect(await run({ authentication: [{ key: name }] })).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ["encrypted without a passphrase", () => ({ key: keyFile(makeKey("x").private) }), "key-encrypted"],
    [
      "with a wrong passphrase",
      () => ({ key: keyFile(makeKey("x").private), passphrase: "keychain:right" as const }),
      "key-passphrase-wrong",
    ],
    ["that others can read", () => ({ key: keyFile(makeKey().private, 0o644) }), "key-too-open"],
    ["that is not there", () => ({ key: "/nonexistent/key" }), "key-unreadable"],
    ["that is too big", () => ({ key: keyFile("x".repeat(100_000)) }), "key-unreadable"],
    ["that holds nonsense", () => ({ key: keyFile("nonsense") }), "key-invalid"],
    ["that holds only the public half", () => ({ key: keyFile(makeKey().public) }), "key-invalid"],
  ])("%s ends in a clear error and sends nothing", async (_what, entry, code) => {
    server.behaviour.authenticate = (context) => context.reject(["publickey"]);
    const fault = await faultOf(run({ authentication: [entry()] }));
    expect(fault.code).toBe(`reach.${code}`);
    expect(server.attempts).toEqual([]);
  });
});

describe("the agent", () => {
  let agent: Server | null = null;
  afterEach(() => agent?.close());

  /** A real agent over a socket, in this process (ssh2's own server side of the protocol). */
  function startAgent(keys: string[], refuse = false): string {
    const path = join(around.folder, "agent");
    const parsed = keys.map((key) => {
      const made = ssh2.utils.parseKey(key);
      if (made instanceof Error) throw made;
      return made;
    });
    agent = createServer((socket) => {
      const protocol = new ssh2.AgentProtocol(false);
      protocol.on("identities", (request) => protocol.getIdentitiesReply(request, parsed));
      protocol.on("sign", (request, publicKey, data) => {
        const key = parsed.find(
          (candidate) =>
            candidate.equals(publicKey.getPublicSSH()) ||
            candidate.getPublicSSH().equals(publicKey.getPublicSSH()),
        );
        if (refuse || !key) protocol.failureReply(request);
        else protocol.signReply(request, key.sign(data));
      });
      socket.on("error", () => undefined);
      protocol.pipe(socket).pipe(protocol);
    }).listen(path);
    return path;
  }

  it("logs in with the key that the server takes", async () => {
    const [other, right] = [makeKey(), makeKey()];
    server.behaviour.authenticate = acceptKey(right.public);
    const socket = startAgent([other.private, right.private]);
    expect(await run({ authentication: [{ agent: socket }] })).toMatchObject({ exitCode: 0 });
  });

  it("offers first the key that was taken before", async () => {
    const [other, right] = [makeKey(), makeKey()];
    const offered: Buffer[] = [];
    const accept = acceptKey(right.public);
    server.behaviour.authenticate = (context) => {
      if (context.method === "publickey") offered.push(context.key.data);
      accept(context);
    };
    const authentication = [{ agent: startAgent([other.private, right.private]) }];
    await run({ authentication });
    expect(offered.some((blob) => blob.equals(other.blob))).toBe(true);
    offered.length = 0;
    server.kill();
    await expect.poll(() => server.connections.size).toBe(0);
    await around.reach.tryLogin(
      around.target(server, { authentication }),
      new Map(),
      new AbortController().signal,
    );
    expect(offered.some((blob) => blob.equals(other.blob))).toBe(true);
    offered.length = 0;
    await run({ id: "tower-a", authentication });
    expect(offered.every((blob) => blob.equals(right.blob))).toBe(true);
  });

  it("does not offer keys again that the server refused", async () => {
    server.behaviour.authenticate = (context) => context.reject(["publickey"]);
    const socket = startAgent([makeKey().private, makeKey().private]);
    expect((await faultOf(run({ authentication: [{ agent: socket }] }))).code).toBe("reach.login-refused");
    expect((await faultOf(run({ authentication: [{ agent: socket }] }))).code).toBe(
      "reach.login-refused-before",
    );
    expect(server.attempts).toHaveLength(2);
  });

  it("that will not sign is no refusal by the server", async () => {
    const key = makeKey();
    server.behaviour.authenticate = acceptKey(key.public);
    const socket = startAgent([key.private], true);
    await faultOf(run({ authentication: [{ agent: socket }] }));
    agent?.close();
    agent = null;
    const willing = startAgent([key.private]);
    expect(await run({ authentication: [{ agent: willing }] })).toMatchObject({ exitCode: 0 });
  });

  it("ends in a clear error when it is not there or empty", async () => {
    server.behaviour.authenticate = (context) => context.reject(["publickey"]);
    expect((await faultOf(run({ authentication: [{ agent: true }] }))).code).toBe("reach.agent-unavailable");
    const gone = join(around.folder, "gone");
    expect((await faultOf(run({ authentication: [{ agent: gone }] }))).code).toBe("reach.agent-unavailable");
    const empty = startAgent([]);
    expect((await faultOf(run({ authentication: [{ agent: empty }] }))).code).toBe("reach.agent-empty");
  });
});

describe("keyboard-interactive", () => {
  /** Asks once for `code`; a wrong answer is asked for again up to three times, as PAM does on some servers. */
  const askFor =
    (code: string, prompts = 1) =>
    (context: AuthContext) => {
      if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
      let tries = 0;
      const ask = () =>
        context.prompt(
          Array.from({ length: prompts }, (_, index) => ({
            prompt: `Code ${index}\u001b[2J:`,
            echo: index > 0,
          })),
          (answers) => {
            server.attempts.push(`answers ${answers.join(" ")}`);
            if (answers[0] === code) context.accept();
            else if (++tries < 3) ask();
            else context.reject(["keyboard-interactive"]);
          },
        );
      ask();
    };
  const secret = { authentication: [{ keyboardInteractive: "keychain:right" as const }] };
  const ask = { authentication: [{ keyboardInteractive: "ask" as const }] };

  it("answers from a secret", async () => {
    server.behaviour.authenticate = askFor("right");
    expect(await run(secret)).toMatchObject({ exitCode: 0 });
  });

  it("sends a wrong secret once, though the server asks again", async () => {
    server.behaviour.authenticate = askFor("123456");
    expect((await faultOf(run(secret))).code).toBe("reach.login-refused");
    expect((await faultOf(run(secret))).code).toBe("reach.login-refused-before");
    expect(server.attempts).toEqual(["keyboard-interactive", "answers right"]);
  });

  it("says so when a secret cannot answer what is asked", async () => {
    server.behaviour.authenticate = askFor("right", 2);
    expect((await faultOf(run(secret))).code).toBe("reach.prompts-not-answerable");
  });

  it("asks a person, with the server's words made harmless", async () => {
    server.behaviour.authenticate = askFor("123456", 2);
    const running = run(ask);
    await expect.poll(() => around.questions.list().length).toBe(1);
    const [question] = around.questions.list();
    expect(question).toMatchObject({
      kind: "prompts",
      prompts: [
        { text: "Code 0[2J:", echo: false },
        { text: "Code 1[2J:", echo: true },
      ],
    });
    around.questions.answer(question?.id ?? "", { accept: true, answers: ["123456", "x"] });
    expect(await running).toMatchObject({ exitCode: 0 });
  });

  it("gives a person more time than the handshake has, and outlives the caller who began it", async () => {
    await around.close();
    around = new Surroundings({ times: { handshake: 1500 } });
    server.behaviour.authenticate = askFor("123456");
    const target = around.target(server, ask);
    const impatient = new AbortController();
    const given = around.reach.execute(target, "x", { signal: impatient.signal, deadline: 10_000 });
    await expect.poll(() => around.questions.list().length).toBe(1);
    impatient.abort();
    expect((await faultOf(given)).code).toBe("general.cancelled");
    await new Promise((resolve) => setTimeout(resolve, 1600));
    const [question] = around.questions.list();
    around.questions.answer(question?.id ?? "", { accept: true, answers: ["123456"] });
    expect(await around.reach.execute(target, "x", within())).toMatchObject({ exitCode: 0 });
    expect(server.connected).toBe(1);
  });

  it("does not ask again by itself when nobody answers", async () => {
    await around.close();
    around = new Surroundings({ times: { answer: 30 } });
    server.behaviour.authenticate = askFor("123456");
    expect((await faultOf(run(ask))).code).toBe("reach.question-unanswered");
    expect((await faultOf(run(ask))).code).toBe("reach.login-refused-before");
    expect(around.questions.list()).toEqual([]);
  });

  it("refuses at once where nobody can be asked", async () => {
    await around.close();
    around = new Surroundings({ interactive: false });
    server.behaviour.authenticate = askFor("123456");
    expect((await faultOf(run(ask))).code).toBe("reach.nobody-to-ask");
  });
});
