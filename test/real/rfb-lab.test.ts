import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LabControl } from "../../src/lab/control.ts";
import { screenOf } from "../../src/lab/screen/screens.ts";
import { serveRfb } from "../../src/lab/servers/rfb/serve.ts";
import { answerChallenge } from "../../src/lab/servers/rfb/vnc-authentication.ts";
import { ManualClock } from "../../src/lab/world/clock.ts";
import { World } from "../../src/lab/world/world.ts";
import { describeCounterpart, findCounterpart } from "./counterpart.ts";
import { readPng } from "./png-picture.ts";

const limit = 30_000;
/** The first RFB port; clients name a server by what is beyond it. */
const firstPort = 5900;

/** Runs a program to its end; resolves to its exit status and what it said. */
function run(program: string, words: string[]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], timeout: limit });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        said += bytes;
      });
    }
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, said }));
  });
}

describeCounterpart(
  "gvnccapture against the lab",
  findCounterpart(["dpkg-query", "gvnccapture"], ["-W", "gvncviewer"], /\t(\S+)/),
  () => {
    let folder: string;
    let server: Server;
    const clock = new ManualClock();
    const world = new World({ seed: 4, clock });
    const machine = world.machine("tower-a");
    const failures: unknown[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "passerelle-screen-"));
      server = createServer((socket) => {
        serveRfb(socket, {
          world,
          machine,
          dialect: "standard",
          password: null,
          name: "tower-a",
          onFailure: (error) => failures.push(error),
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(async () => {
      await new Promise((resolve) => server.close(resolve));
      world.close();
      rmSync(folder, { recursive: true, force: true });
      expect(failures).toEqual([]);
    });

    const stages: [string, () => void, string][] = [
      ["a log-in", () => {}, "1024x768"],
      ["no signal", () => world.powerOff("tower-a"), "640x400"],
      [
        "the firmware's tests",
        () => {
          world.powerOn("tower-a");
          clock.advance(3_000);
        },
        "800x600",
      ],
      [
        "the set-up",
        () => {
          machine.nextBoot = "setup";
          clock.advance(3_000);
        },
        "1024x768",
      ],
    ];
    test.each(stages)(
      "takes a picture of %s that is the machine's own, to the pixel",
      async (_, go, size) => {
        go();
        const file = join(folder, "picture.png");
        const { port } = server.address() as AddressInfo;
        const { status, said } = await run("gvnccapture", ["-q", `127.0.0.1:${port - firstPort}`, file]);
        expect([status, said]).toEqual([0, ""]);
        const picture = readPng(readFileSync(file));
        const { framebuffer } = screenOf(world, machine);
        expect(`${picture.width}x${picture.height}`).toBe(size);
        const bytes = (pixels: Uint32Array) => Buffer.from(pixels.buffer);
        expect(bytes(picture.pixels).equals(bytes(framebuffer.pixels))).toBe(true);
        expect(new Set(picture.pixels).size).toBeGreaterThan(1);
      },
      limit,
    );
  },
);

/** A password as VNC programs keep it in a file: enciphered with a key that everybody knows. */
function passwordFile(password: string): Buffer {
  const knownKey = Buffer.from([23, 82, 107, 6, 35, 78, 88, 7]).toString("latin1");
  return answerChallenge(Buffer.from(password.padEnd(16, "\0"), "latin1"), knownKey).subarray(0, 8);
}

/** Width and height of a JPEG, from the head of its frame. */
function jpegSize(bytes: Buffer): string {
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    if (marker >= 0xc0 && marker <= 0xc2)
      return `${bytes.readUInt16BE(at + 7)}x${bytes.readUInt16BE(at + 5)}`;
  }
  throw new RangeError("no JPEG");
}

describeCounterpart(
  "vncsnapshot against the lab",
  findCounterpart(["vncsnapshot"], ["-h"], /version (\S+)/),
  () => {
    let folder: string;
    let lab: ChildProcess;
    let control: LabControl;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "passerelle-screen-"));
      const entry = new URL("../../src/lab/index.ts", import.meta.url).pathname;
      const state = join(folder, "state");
      lab = spawn(process.execPath, [entry, "start", "--folder", state, "--speed", "20", "--with-parent"], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      if (!lab.stdout) throw new Error("no output");
      for await (const line of createInterface({ input: lab.stdout })) {
        control = new LabControl(JSON.parse(line).control);
        break;
      }
      const password = readFileSync(join(state, "secrets/vnc-password"), "utf8");
      writeFileSync(join(folder, "right"), passwordFile(password));
      writeFileSync(join(folder, "wrong"), passwordFile("no-match"));
    }, limit);
    afterAll(async () => {
      const ended = new Promise((resolve) => lab.once("exit", resolve));
      lab.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    });

    const snapshot = async (words: string[], screen: string) => {
      const { ports } = await control.status();
      const file = join(folder, "picture.jpg");
      rmSync(file, { force: true });
      const display = `127.0.0.1:${(ports[screen] ?? 0) - firstPort}`;
      const ended = await run("vncsnapshot", [...words, display, file]);
      return { ...ended, size: ended.status === 0 ? jpegSize(readFileSync(file)) : null };
    };

    test.each(["raw", "hextile", "copyrect hextile"])(
      "logs in with the password of the lab and takes a picture (%s)",
      async (encodings) => {
        const words = ["-passwd", join(folder, "right"), "-encodings", encodings];
        const { status, size, said } = await snapshot(words, "rfb web-1");
        expect([status, size]).toEqual([0, "1024x768"]);
        expect(said).toContain("QEMU (web-1)");
      },
      limit,
    );

    test(
      "is not let in with another password",
      async () => {
        const { status, said } = await snapshot(["-passwd", join(folder, "wrong")], "rfb web-2");
        expect(status).not.toBe(0);
        expect(said).toMatch(/authentication failed/i);
      },
      limit,
    );

    test(
      "finds nobody once the VM is off",
      async () => {
        await control.power("off", "web-1");
        const { status } = await snapshot(["-passwd", join(folder, "right")], "rfb web-1");
        expect(status).not.toBe(0);
      },
      limit,
    );
  },
);
