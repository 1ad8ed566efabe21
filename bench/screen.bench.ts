import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { connectRfb } from "../src/main/rfb/connect.ts";
import { findProgram } from "../test/real/counterpart.ts";
import { freePort } from "../test/real/free-port.ts";
import { compared, type Row } from "./row.ts";
import { withConsoleSessions } from "./support/console-sessions.ts";
import { startScript } from "./support/program.ts";
import type { ScreenJob, ScreenResult } from "./support/screen-jobs.ts";
import { type SshFleet, startSshFleet } from "./support/ssh-fleet.ts";
import { median } from "./support/timed-run.ts";

const rounds = 5;
const tunnelled = "websockify behind ssh -L";
const mebibyte = 1024 * 1024;
const whole: ScreenJob = { updates: 120, square: null };
const tile: ScreenJob = { updates: 400, square: 16 };
/** Bytes a second of a link of 200 Mbit/s, and screens read over it a round. */
const linkRate = 25_000_000;
const overLink: ScreenJob = { updates: 16, square: null };
const readerScript = fileURLToPath(new URL("./screen-reader.ts", import.meta.url));

/** A way from the server to a viewer: reads by it, and the CPU seconds that the programs between the two have used. */
interface Way {
  name: string;
  run(job: ScreenJob): Promise<ScreenResult>;
  cpuSeconds(): number;
  close(): Promise<void>;
}

/**
 * Reads one screen by several ways in turns: straight from the server; through a bounce host and the console's screen
 * session; through websockify, straight and behind `ssh -L` over the same bounce. The server's screen is all new at each
 * request (1024×768, Raw, 3 MiB), one request at a time, as a browser's viewer reads.
 */
export default async function screen(): Promise<Row[]> {
  if (findProgram("websockify") === null)
    throw new Error("websockify, which this measures against, is not installed");
  const fleet = await startSshFleet(1, 1);
  const script = fileURLToPath(new URL("./support/frame-server.ts", import.meta.url));
  const server = await startScript(script, []);
  const linked = await startScript(script, [String(linkRate)]);
  const port = Number(server.firstLine);
  try {
    return await withConsoleSessions(fleet.knownHosts, async ({ reach, sessions, url }) => {
      const [hop] = fleet.targets;
      if (!hop) throw new Error("a fleet without a target");
      const { address, user, authentication } = hop;
      reach.update({ hops: { bounce: { address, port: hop.port, user, authentication } }, allowlists: {} });
      const open = async (at: number) => {
        const signal = AbortSignal.timeout(30_000);
        const stream = await reach.dial({ via: "bounce", address: "127.0.0.1", port: at }, signal);
        const options = { name: "screen", system: "bench", route: "rfb", password: null, signal } as const;
        const channel = url(sessions.offerScreen(await connectRfb(stream, options)));
        return readerBy("ours", ["channel", channel], [process]);
      };
      const ways: Way[] = [];
      const byLink: Way[] = [];
      try {
        byLink.push(
          await readerBy("direct", ["tcp", linked.firstLine], []),
          await open(Number(linked.firstLine)),
        );
        ways.push(await readerBy("direct", ["tcp", String(port)], []), await open(port));
        byLink.push(await websockifyBehindSsh(fleet, Number(linked.firstLine)));
        ways.push(await websockify("websockify", port));
        ways.push(await websockifyBehindSsh(fleet, port));
        return [...(await measureLink(byLink)), ...(await measure(ways))];
      } finally {
        for (const way of [...byLink, ...ways]) await way.close();
      }
    });
  } finally {
    await server.stop();
    await linked.stop();
    await fleet.close();
  }
}

/** The same over a link that carries what a site's may: what the way itself takes off it. */
async function measureLink(ways: readonly Way[]): Promise<Row[]> {
  const speeds = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) speeds.get(way.name)?.push(speedOf(await way.run(overLink)));
  }
  const speed = (name: string) => median(speeds.get(name) ?? []);
  const name = "whole screens, link of 200 Mbit/s";
  return ["direct", tunnelled].map((peer) => compared(name, "MiB/s", speed("ours"), speed(peer), peer));
}

function speedOf({ milliseconds, bytes }: ScreenResult): number {
  return bytes / mebibyte / (milliseconds.reduce((sum, each) => sum + each, 0) / 1000);
}

async function measure(ways: readonly Way[]): Promise<Row[]> {
  const speeds = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const delays = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const costs = new Map<string, number>();
  for (const way of ways) await way.run({ updates: 10, square: null });
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      const before = way.cpuSeconds();
      const result = await way.run(whole);
      speeds.get(way.name)?.push(speedOf(result));
      const cost = (way.cpuSeconds() - before) / (result.bytes / mebibyte);
      costs.set(way.name, (costs.get(way.name) ?? 0) + cost);
    }
    for (const way of ways) delays.get(way.name)?.push(...(await way.run(tile)).milliseconds);
  }
  const speed = (name: string) => median(speeds.get(name) ?? []);
  const delay = (name: string) => median(delays.get(name) ?? []);
  const cost = (name: string) => ((costs.get(name) ?? 0) / rounds) * 1024;
  const frame = (3 * mebibyte) / mebibyte;
  const added = (name: string) => delay(name) - delay("direct");
  return [
    compared("whole screens", "frames/s", speed("ours") / frame, speed("direct") / frame, "direct"),
    compared("whole screens", "frames/s", speed("ours") / frame, speed("websockify") / frame, "websockify"),
    compared("whole screens", "frames/s", speed("ours") / frame, speed(tunnelled) / frame, tunnelled),
    compared("whole screens", "MiB/s", speed("ours"), speed(tunnelled), tunnelled),
    compared("a small update, there and back", "ms", delay("ours"), delay("direct"), "direct"),
    compared("added to direct by the way", "ms", added("ours"), added(tunnelled), tunnelled),
    compared("CPU for a GiB, both ends of the way", "s", cost("ours"), cost(tunnelled), tunnelled),
    compared("CPU for a GiB, both ends of the way", "s", cost("ours"), cost("websockify"), "websockify"),
  ];
}

/** A viewer in a process of its own; `between` are the programs whose CPU time the way costs. */
async function readerBy(
  name: string,
  words: string[],
  between: readonly { pid?: number | undefined }[],
  close: () => Promise<void> = async () => undefined,
): Promise<Way> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    [readerScript, ...words],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const gone = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the viewer "${name}" ended`);
    return value;
  };
  await next();
  return {
    name,
    async run(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      return JSON.parse(await next()) as ScreenResult;
    },
    cpuSeconds: () => between.reduce((sum, { pid }) => sum + (pid === undefined ? 0 : usedSeconds(pid)), 0),
    async close() {
      child.stdin.end();
      await gone;
      await close();
    },
  };
}

async function websockify(name: string, port: number, before: readonly ChildProcess[] = []): Promise<Way> {
  const own = await freePort();
  const program = findProgram("websockify") ?? "websockify";
  // One process for one viewer, which is the process that carries its bytes.
  const words = ["--run-once", `127.0.0.1:${own}`, `127.0.0.1:${port}`];
  const child = spawn(program, words, { stdio: "ignore" });
  await listens(own, child);
  const between = [child, ...before];
  return readerBy(name, ["websocket", `ws://127.0.0.1:${own}/`], between, async () => {
    for (const each of between) await end(each);
  });
}

async function websockifyBehindSsh(fleet: SshFleet, port: number): Promise<Way> {
  const own = await freePort();
  const words = ["-N", "-F", fleet.clientConfiguration, "-L", `127.0.0.1:${own}:127.0.0.1:${port}`];
  const ssh = spawn(findProgram("ssh") ?? "ssh", [...words, fleet.targets[0]?.name ?? ""], {
    stdio: "ignore",
  });
  await listens(own, ssh);
  return websockify(tunnelled, own, [ssh]);
}

/** Waits until a port is taken, which is looked for by taking it: a connection would use up a server for one viewer. */
async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (!free) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on the port for ${child.spawnfile}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(late);
}

const ticksPerSecond = 100;

/** CPU seconds of a process and its children that have not ended (proc(5)). */
function usedSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  const own = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return pid === process.pid ? own : children.reduce((sum, child) => sum + usedSeconds(Number(child)), own);
}

if (import.meta.main) console.table(await screen());
