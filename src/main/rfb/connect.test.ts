import { afterEach, describe, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { type ConnectRfbOptions, connectRfb } from "./connect.ts";
import {
  answer,
  challenge,
  goodDialogue,
  lengthy,
  password,
  playFarSide,
  serverInit,
  smallUpdate,
  type Turn,
  word,
} from "./testing/dialogue.ts";
import { TestViewer } from "./testing/viewer.ts";

const options: ConnectRfbOptions = {
  name: "Tower A",
  system: "screens",
  route: "rfb",
  password: async () => ({ reveal: () => password }),
  signal: new AbortController().signal,
};
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

async function open(turns: readonly Turn[], more: Partial<ConnectRfbOptions> = {}) {
  const farSide = playFarSide(turns);
  const source = await connectRfb(farSide.console, { ...options, ...more });
  opened.push(source);
  return { farSide, source, viewer: new TestViewer(source) };
}

async function failure(turns: readonly Turn[], more: Partial<ConnectRfbOptions> = {}) {
  const farSide = playFarSide(turns);
  const error: unknown = await connectRfb(farSide.console, { ...options, ...more }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OpsError)) throw new Error("no OpsError", { cause: error });
  expect(farSide.console.destroyed).toBe(true);
  expect(error.system).toBe("screens");
  const words = JSON.stringify(error.toWire());
  expect(words).not.toContain(password);
  return { code: error.code, words, farSide };
}

describe("a log-in", () => {
  test("with VNC authentication, as a shared viewer of RFB 3.8", async () => {
    const { farSide, source } = await open(goodDialogue);
    expect(farSide.heard).toEqual(
      Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.of(2), answer, Buffer.of(1)]),
    );
    expect(source).toMatchObject({ name: "Tower A", width: 640, height: 480, route: "rfb" });
  });

  test.each([
    ["RFB 003.003\n", "RFB 003.003\n"],
    ["RFB 003.005\n", "RFB 003.003\n"],
    ["RFB 003.006\n", "RFB 003.003\n"],
  ])("takes the type that a server of %j tells", async (greeting, answered) => {
    const turns = [
      greeting,
      { hear: 12 },
      word(2),
      challenge,
      { hear: 16 },
      word(0),
      { hear: 1 },
      serverInit(),
    ];
    const { farSide } = await open(turns);
    expect(farSide.heard.subarray(0, 12).toString()).toBe(answered);
    expect(farSide.heard.subarray(12)).toEqual(Buffer.concat([answer, Buffer.of(1)]));
  });

  test("hears no result after None before RFB 3.8", async () => {
    const old = await open(["RFB 003.003\n", { hear: 12 }, word(1), { hear: 1 }, serverInit()], {
      password: null,
    });
    expect(old.source.width).toBe(640);
    const { farSide } = await open(
      ["RFB 003.007\n", { hear: 12 }, Buffer.of(1, 1), { hear: 2 }, serverInit()],
      { password: null },
    );
    expect(farSide.heard.toString("latin1")).toBe("RFB 003.007\n\x01\x01");
  });

  test.each(["003.008", "003.889", "004.000", "004.001", "005.000"])("speaks 3.8 to %s", async (version) => {
    const [, ...rest] = goodDialogue;
    const { farSide } = await open([`RFB ${version}\n`, ...rest]);
    expect(farSide.heard.subarray(0, 12).toString()).toBe("RFB 003.008\n");
  });

  test("prefers the password where one is known, and None where none is", async () => {
    const turns: Turn[] = [
      "RFB 003.008\n",
      { hear: 12 },
      Buffer.of(2, 2, 1),
      { hear: 1 },
      word(0),
      { hear: 1 },
      serverInit(),
    ];
    const { farSide } = await open(turns, { password: null });
    expect(farSide.heard.subarray(12)).toEqual(Buffer.of(1, 1));
  });

  test("fetches the password only when it is asked for", async () => {
    const turns: Turn[] = [
      "RFB 003.008\n",
      { hear: 12 },
      Buffer.of(1, 1),
      { hear: 1 },
      word(0),
      { hear: 1 },
      serverInit(),
    ];
    await open(turns, {
      password: async () => {
        throw new Error("was fetched");
      },
    });
  });

  test("shows a name that has no letters under the machine's", async () => {
    const { source } = await open([...goodDialogue.slice(0, -1), serverInit(1, 1, "\u001b\u0007 \u202e")]);
    expect(source.name).toBe("Tower A");
    const odd = await open([...goodDialogue.slice(0, -1), serverInit(16_384, 16_384, "a\u001b[31m\nb")]);
    expect(odd.source.name).toBe("a [31m b");
  });
});

describe("a refusal", () => {
  const upToResult = goodDialogue.slice(0, 6);

  test("of the password says so, with the server's reason as plain words", async () => {
    const reason = lengthy("Authentication\u0000 failed\u001b[2J");
    const { code, words } = await failure([...upToResult, word(1), reason]);
    expect(code).toBe("rfb.log-in-refused");
    expect(words).toContain("Authentication failed [2J");
    expect(words).not.toContain("\\u001b");
  });

  test("without a reason, or with one that never comes, is a refusal all the same", async () => {
    expect((await failure([...upToResult, word(1), "hang up"])).code).toBe("rfb.log-in-refused");
    expect((await failure([...upToResult, word(1)], { deadline: 20 })).code).toBe("rfb.log-in-refused");
    const endless = await failure([...upToResult, word(1), word(0xffffffff), "x".repeat(100_000)]);
    expect(endless.code).toBe("rfb.log-in-refused");
    expect(endless.words.length).toBeLessThan(2000);
  });

  test.each<[string, Turn[]]>([
    ["by its number", [...upToResult, word(2)]],
    ["by its words", [...upToResult, word(1), lengthy("Too many authentication failures")]],
    [
      "before any log-in",
      ["RFB 003.008\n", { hear: 12 }, Buffer.of(0), lengthy("Too many security failures")],
    ],
    ["in RFB 3.3", ["RFB 003.003\n", { hear: 12 }, word(0), lengthy("Too many security failures")]],
  ])("after too many failures is told %s", async (_how, turns) => {
    expect((await failure(turns)).code).toBe("rfb.too-many-failures");
  });

  test("of the connection gives the server's reason", async () => {
    const turns = ["RFB 003.008\n", { hear: 12 }, Buffer.of(0), lengthy("Server is not configured properly")];
    const { code, words } = await failure(turns);
    expect(code).toBe("rfb.refused");
    expect(words).toContain("Server is not configured properly");
  });

  test("of ours: no password, no type that we know, TLS that is demanded and not offered", async () => {
    const offering = (...types: number[]): Turn[] => [
      "RFB 003.008\n",
      { hear: 12 },
      Buffer.of(types.length, ...types),
    ];
    expect((await failure(offering(2), { password: null })).code).toBe("rfb.password-needed");
    const unknown = await failure(offering(16, 30, 77));
    expect(unknown.code).toBe("rfb.no-common-security");
    expect(unknown.words).toContain("Tight, Apple, 77");
    const demanding = await failure(offering(1, 2), { protection: { demand: "certificate" } });
    expect(demanding.code).toBe("rfb.tls-missing");
    expect(demanding.farSide.heard.length).toBe(12);
  });

  test("does not repeat a password that went out in clear, nor does the screen's name", async () => {
    const plain = { user: "operator", protection: { demand: "anonymous", already: "anonymous" } } as const;
    const login: Turn[] = [
      "RFB 003.008\n",
      { hear: 12 },
      Buffer.of(1, 19),
      { hear: 1 },
      Buffer.of(0, 2),
      { hear: 2 },
    ];
    const types: Turn[] = [Buffer.concat([Buffer.of(0, 1), word(256)]), { hear: 4 + 8 + 16 }];
    const refused = await failure([...login, ...types, word(1), lengthy(`no, not ${password}`)], plain);
    expect(refused.code).toBe("rfb.log-in-refused");
    const opened = await open([...login, ...types, word(0), { hear: 1 }, serverInit(1, 1, password)], plain);
    expect(opened.source.name).toBe("Tower A");
    expect(opened.farSide.heard.subarray(-17).toString()).toBe(`operator${password}\u0001`);
  });

  test("of the secret store is passed on as it is", async () => {
    const locked = new OpsError({
      code: "secrets.locked",
      system: "screens",
      message: { en: "Locked.", fr: "Verrouillé." },
      hint: { en: "Unlock.", fr: "Déverrouillez." },
    });
    const { code } = await failure(goodDialogue, { password: () => Promise.reject(locked) });
    expect(code).toBe("secrets.locked");
  });
});

describe("a far side that is no good RFB server", () => {
  test.each<[string, Turn[], string]>([
    ["another protocol", ["SSH-2.0-OpenSSH_9.2\r\n"], "rfb.not-rfb"],
    ["a web server", ["HTTP/1.1 400 Bad Request\r\n\r\n"], "rfb.not-rfb"],
    ["a version that is no number", ["RFB 00x.008\n"], "rfb.not-rfb"],
    ["a version before all", ["RFB 002.000\n"], "rfb.not-rfb"],
    ["a repeater that wants a name", ["RFB 000.000\n"], "rfb.not-rfb"],
    ["a result that is none", [...goodDialogue.slice(0, 6), word(77)], "rfb.garbage"],
    ["a screen of 0 × 0", [...goodDialogue.slice(0, -1), serverInit(0, 0)], "rfb.absurd-screen"],
    ["a screen too wide", [...goodDialogue.slice(0, -1), serverInit(16_385, 1)], "rfb.absurd-screen"],
    [
      "a name of 4 GiB",
      [...goodDialogue.slice(0, -1), serverInit().subarray(0, 20), word(0xffffffff)],
      "rfb.garbage",
    ],
    ["pixels of 77 bits", [...goodDialogue.slice(0, -1), Buffer.alloc(24, 77)], "rfb.garbage"],
  ])("%s", async (_what, turns, code) => {
    expect((await failure(turns)).code).toBe(code);
  });

  test("that ends at any point of the dialogue", async () => {
    for (let length = 0; length < goodDialogue.length; length++) {
      const farSide = playFarSide(goodDialogue.slice(0, length));
      const opening = connectRfb(farSide.console, options);
      farSide.far.on("data", () => setImmediate(() => farSide.far.end()));
      if (length === 0) farSide.far.end();
      await expect(opening).rejects.toMatchObject({ code: "rfb.closed-early" });
      expect(farSide.console.destroyed).toBe(true);
    }
  });

  test("that breaks hands on why it broke", async () => {
    const lost = new OpsError({
      code: "reach.connection-lost",
      system: "reach",
      message: { en: "Lost.", fr: "Perdue." },
      hint: { en: "Again.", fr: "Encore." },
    });
    const farSide = playFarSide(["RFB 003.008\n"]);
    const opening = connectRfb(farSide.console, options);
    setImmediate(() => farSide.console.destroy(lost));
    await expect(opening).rejects.toBe(lost);
  });

  test("that says nothing, or one byte now and then, is given up at the deadline", async () => {
    expect((await failure([], { deadline: 20 })).code).toBe("rfb.timed-out");
    const farSide = playFarSide([]);
    const drip = setInterval(() => farSide.far.write("R"), 10);
    await expect(connectRfb(farSide.console, { ...options, deadline: 25 })).rejects.toBeInstanceOf(OpsError);
    clearInterval(drip);
  });

  test("a secret store that never answers does not keep the screen waiting", async () => {
    const { code } = await failure(goodDialogue, {
      deadline: 20,
      password: () => new Promise(() => undefined),
    });
    expect(code).toBe("rfb.timed-out");
  });

  test("a log-in is given up when its caller gives up", async () => {
    const caller = new AbortController();
    const farSide = playFarSide(["RFB 003.008\n"]);
    const opening = connectRfb(farSide.console, { ...options, signal: caller.signal });
    caller.abort();
    await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
    expect(farSide.console.destroyed).toBe(true);
  });
});

test("after the log-in nothing is read and nothing said before the viewer is there", async () => {
  const { farSide, viewer } = await open([...goodDialogue, smallUpdate]);
  expect(viewer.shown.length).toBe(0);
  const init = await viewer.greet();
  expect(init).toEqual(serverInit());
  await viewer.until(() => viewer.firstPixels > 0);
  expect(viewer.shown.subarray(-smallUpdate.length)).toEqual(smallUpdate);
  expect(farSide.heard.subarray(-1)).toEqual(Buffer.of(1));
});
