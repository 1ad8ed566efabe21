import { createHash } from "node:crypto";
import { type Duplex, duplexPair } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { TestEngine, testPassword } from "../testing.ts";
import { SerialPort } from "./serial-port.ts";
import { serveRedirection } from "./session.ts";

const start = { kvm: "100100004b564d52", sol: "10000000534f4c20", ider: "1000000049444552" };
const serialStart = `20000000${"00".repeat(4)}e8036400000010270000000000000000`;
const open: { near: Duplex; serial: SerialPort }[] = [];

afterEach(() => {
  for (const { near, serial } of open.splice(0)) {
    near.destroy();
    serial.close();
  }
});

/** A console's side of a connection: what has come, and a way to wait for it. */
class Talk {
  readonly near: Duplex;
  readonly screens: Buffer[] = [];
  readonly done: Promise<void>;
  heard = Buffer.alloc(0);
  private wake: () => void = () => {};

  constructor(test: TestEngine, isLetIn: boolean) {
    const [near, far] = duplexPair();
    const { world, machine } = test;
    const onFailure = (error: unknown) => {
      throw error;
    };
    const serial = new SerialPort({ world, machine, password: "visit", onFailure });
    open.push({ near, serial });
    this.near = near;
    near.on("data", (bytes: Buffer) => {
      this.heard = Buffer.concat([this.heard, bytes]);
      this.wake();
    });
    this.done = serveRedirection(far, {
      engine: test.engine,
      serial,
      isLetIn,
      serveScreen: (stream) => {
        stream.on("data", (bytes: Buffer) => this.screens.push(bytes));
        stream.write("RFB 003.008\n");
      },
    });
  }

  send(hex: string | Buffer): this {
    this.near.write(typeof hex === "string" ? Buffer.from(hex.replaceAll(" ", ""), "hex") : hex);
    return this;
  }

  /** The next so many bytes. */
  async take(length: number): Promise<Buffer> {
    while (this.heard.length < length) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const taken = this.heard.subarray(0, length);
    this.heard = this.heard.subarray(length);
    return taken;
  }

  /** The text of the serial line until it holds these words. */
  async serialUntil(words: string): Promise<string> {
    let text = "";
    while (!text.includes(words)) {
      const [type = 0] = await this.take(1);
      const head = await this.take(type === 0x29 ? 9 : 7);
      if (type === 0x2a) {
        const length = (await this.take(2)).readUInt16LE();
        text += (await this.take(length)).toString();
      }
      expect([0x29, 0x2a, 0x2b]).toContain(type);
      expect(head.length).toBeGreaterThan(0);
    }
    return text;
  }
}

const type = (words: string) => {
  const head = Buffer.alloc(10);
  head.writeUInt8(0x28, 0);
  head.writeUInt16LE(words.length, 8);
  return Buffer.concat([head, Buffer.from(words)]);
};
const words = (...parts: string[]) =>
  Buffer.concat(parts.flatMap((part) => [Buffer.from([part.length]), Buffer.from(part)]));
const logIn = (way: number, content: Buffer) => {
  const head = Buffer.from([0x13, 0, 0, 0, way, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  return Buffer.concat([head, content]);
};

describe("a redirection session", () => {
  it("over the web port needs no second log-in and hands the screen over", async () => {
    const test = new TestEngine();
    const talk = new Talk(test, true).send(start.kvm);
    expect((await talk.take(13)).toString("hex")).toMatch(/^110000000000\w{4}0000000000$/);
    talk.send("130000000200000000");
    expect((await talk.take(9)).toString("hex")).toBe("140000000200000000");
    talk.send("4000000000000000").send(Buffer.from("RFB 003.008\n"));
    expect((await talk.take(20)).toString("latin1")).toBe("\u0041\0\0\0\0\0\0\0RFB 003.008\n");
    await expect.poll(() => Buffer.concat(talk.screens).toString()).toBe("RFB 003.008\n");
    expect([...test.management.open]).toEqual(["kvm"]);
    const second = new Talk(test, true).send(start.kvm);
    expect((await second.take(4)).toString("hex")).toBe("11020000");
    talk.near.end();
    talk.near.destroy();
    test.engine.endSession("kvm");
    await talk.done;
    expect([...test.management.open]).toEqual([]);
  });

  it.each([
    ["a screen that is switched off", start.kvm, "kvmEnabled", "11030000"],
    ["a serial line that is switched off", start.sol, "solEnabled", "11030000"],
    ["anything while the listener is off", start.sol, "listenerEnabled", "11030000"],
  ] as const)("refuses %s", async (_what, hex, setting, answer) => {
    const test = new TestEngine();
    test.management[setting] = false;
    const talk = new Talk(test, true).send(hex);
    expect((await talk.take(4)).toString("hex")).toBe(answer);
    await talk.done;
  });

  it("refuses storage, which the lab does not have, and a kind that nobody knows", async () => {
    const test = new TestEngine();
    expect((await new Talk(test, true).send(start.ider).take(4)).toString("hex")).toBe("11030000");
    expect((await new Talk(test, true).send("1000000041424344").take(4)).toString("hex")).toBe("11010000");
  });

  it("asks for consent instead of showing a screen that wants it, and shows it once it is given", async () => {
    const test = new TestEngine("tower-b");
    const ask = () =>
      new Talk(test, true).send(start.kvm).send("130000000200000000").send("4000000000000000");
    await ask().done;
    expect(test.management.consent).toMatchObject({ state: 2, code: expect.stringMatching(/^\d{6}$/) });
    const code = `<p:OptInCode>${test.management.consent.code}</p:OptInCode>`;
    expect(test.returned("IPS_OptInService", "SendOptInCode", code)).toBe(0);
    const talk = ask();
    await talk.take(22);
    expect((await talk.take(8))[0]).toBe(0x41);
    expect(test.management.consent.state).toBe(4);
  });

  it("takes a password or a digest on its own port, and no wrong one", async () => {
    const test = new TestEngine();
    const begin = async () => {
      const talk = new Talk(test, false).send(start.sol);
      await talk.take(13);
      return talk;
    };
    const asked = (await begin()).send(logIn(0, Buffer.alloc(0)));
    expect((await asked.take(11)).toString("hex")).toBe("1400000000020000000104");
    const plain = (await begin()).send(logIn(1, words("admin", testPassword)));
    expect((await plain.take(9))[1]).toBe(0);
    test.engine.endSession("sol");
    await plain.done;
    const wrong = (await begin()).send(logIn(1, words("admin", "Wrong-Words-1")));
    expect((await wrong.take(9))[1]).toBe(1);
    await wrong.done;
    for (const [password, status] of [
      [testPassword, 0],
      ["Wrong-Words-1", 1],
    ] as const) {
      const digest = (await begin()).send(
        logIn(4, words("admin", "", "", "/RedirectionService", "", "", "", "")),
      );
      const head = await digest.take(9);
      expect([head[1], head[4]]).toEqual([1, 4]);
      const content = await digest.take(head.readUInt32LE(5));
      const realm = content.toString("latin1", 1, 1 + (content[0] ?? 0));
      const nonce = content.toString("latin1", 2 + realm.length, 34 + realm.length);
      const md5 = (text: string) => createHash("md5").update(text).digest("hex");
      const secret = md5(`admin:${realm}:${password}`);
      const answer = md5(`${secret}:${nonce}:00000002:mine:auth:${md5("POST:/RedirectionService")}`);
      digest.send(
        logIn(4, words("admin", realm, nonce, "/RedirectionService", "mine", "00000002", answer, "auth")),
      );
      expect((await digest.take(9))[1]).toBe(status);
      test.engine.endSession("sol");
      await digest.done;
    }
  });

  it("shows the serial line from the first test on and lets the visitor in", async () => {
    const test = new TestEngine();
    const talk = new Talk(test, true).send(start.sol);
    talk.send("130000000100000000").send(serialStart);
    expect((await talk.take(45)).subarray(22).toString("hex")).toMatch(/^21000000\w{8}e803/);
    expect(await talk.serialUntil("login: ")).toContain("Debian GNU/Linux 12 tower-a ttyS0");
    talk.send(type("ops\r"));
    await talk.serialUntil("Password: ");
    talk.send(type("visit\r"));
    await talk.serialUntil("ops@tower-a:~$ ");
    talk.send(type("echo $((6*7))\r"));
    expect(await talk.serialUntil("42\r\n")).not.toContain("not found");
    test.world.reset("tower-a");
    const moving = setInterval(() => test.clock.advance(500), 1);
    const text = await talk.serialUntil("login: ");
    clearInterval(moving);
    expect(text).toContain("Memory     65536 MB tested");
    expect(text).toContain("Linux version 6.1.0-27-amd64");
    talk.send("2200000000000000");
    await talk.done;
    expect([...test.management.open]).toEqual([]);
  });

  it("ends, whatever comes instead of the protocol", async () => {
    const test = new TestEngine();
    const beginnings = ["", start.sol, `${start.sol}130000000200000000`, start.kvm];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 64 }),
        async (before, noise) => {
          const talk = new Talk(test, true).send(before).send(Buffer.from(noise));
          talk.near.end();
          await talk.done;
          expect([...test.management.open]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
