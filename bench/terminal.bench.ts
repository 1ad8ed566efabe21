import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { findProgram } from "../test/real/counterpart.ts";
import { compared, type Row } from "./row.ts";
import { withConsoleSessions } from "./support/console-sessions.ts";
import { type SshFleet, startSshFleet } from "./support/ssh-fleet.ts";
import { MarkWatch, type TerminalJob, type TerminalJobResult } from "./support/terminal-jobs.ts";
import { median } from "./support/timed-run.ts";

const rounds = 5;
const mebibyte = 1024 * 1024;
const outputSize = 32 * mebibyte;
const keystrokes = 200;
const peerName = "ssh -tt";

/** Types and reads on an open shell, one job after the other. */
type Terminal = (jobs: TerminalJob[]) => Promise<TerminalJobResult[]>;

/**
 * Measures a terminal from the shell on a real sshd to a reader in a thread of its own that acknowledges what it takes
 * (ssh2, terminal session, WebSocket), against `ssh -tt` on the same server read from a pipe: how fast a large file
 * is shown, and how long the echo of a key takes there and back.
 */
export default async function terminal(): Promise<Row[]> {
  const fleet = await startSshFleet(1, 1);
  try {
    const file = join(fleet.folder, "output");
    writeFileSync(file, logLines(outputSize));
    return await withOurs(fleet, (ours) => withPeer(fleet, (peer) => measure(ours, peer, file)));
  } finally {
    await fleet.close();
  }
}

async function measure(ours: Terminal, peer: Terminal, file: string): Promise<Row[]> {
  // The typed line must not hold the mark, and the shell must not draw its prompt after it.
  const ready: TerminalJob = { input: "PS1= PS2=; stty -echo; printf '<%s>\\n' ready\n", mark: "<ready>" };
  const show: TerminalJob = { input: `cat ${file}; printf '<%s>\\n' shown\n`, mark: "<shown>" };
  const echo: TerminalJob = { input: "stty echo; printf '<%s>\\n' echo; cat > /dev/null\n", mark: "<echo>" };
  const keys = Array.from({ length: keystrokes }, (_, index): TerminalJob => {
    const key = String.fromCharCode(97 + (index % 26));
    return { input: key, mark: key };
  });
  const speeds = { ours: [] as number[], peer: [] as number[] };
  const delays = { ours: [] as number[], peer: [] as number[] };
  const sides = [
    { name: "ours", run: ours },
    { name: "peer", run: peer },
  ] as const;
  for (const { run } of sides) await run([ready]);
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of sides) {
      const [shown] = await run([show]);
      if (!shown || shown.bytes < outputSize) throw new Error(`${name} lost bytes: ${shown?.bytes}`);
      speeds[name].push((shown.bytes / mebibyte / shown.milliseconds) * 1000);
    }
  }
  for (const { run } of sides) await run([echo]);
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of sides) {
      delays[name].push(...(await run(keys)).map(({ milliseconds }) => milliseconds));
      // A line of a terminal in line mode holds 4096 characters at most (termios(3)).
      await run([{ input: "\n", mark: "\n" }]);
    }
  }
  return [
    compared("a file shown by cat", "MiB/s", median(speeds.ours), median(speeds.peer), peerName),
    compared("echo of a key, median", "ms", median(delays.ours), median(delays.peer), peerName),
    compared("echo of a key, 99 of 100", "ms", most(delays.ours), most(delays.peer), peerName),
  ];
}

async function withOurs<T>(fleet: SshFleet, use: (terminal: Terminal) => Promise<T>): Promise<T> {
  const [target] = fleet.targets;
  if (!target) throw new Error("a fleet without a target");
  return withConsoleSessions(fleet.knownHosts, async ({ reach, sessions, url }) => {
    const shell = await reach.shell(target, { columns: 120, rows: 40 }, AbortSignal.timeout(30_000));
    const channel = url(sessions.offerTerminal(shell));
    const reader = new Worker(new URL("./terminal-reader.ts", import.meta.url), {
      workerData: { url: channel },
    });
    try {
      await once(reader, "message");
      return await use(async (jobs) => {
        reader.postMessage(jobs);
        const [results]: [TerminalJobResult[]] = (await once(reader, "message")) as [TerminalJobResult[]];
        return results;
      });
    } finally {
      await reader.terminate();
    }
  });
}

async function withPeer<T>(fleet: SshFleet, use: (terminal: Terminal) => Promise<T>): Promise<T> {
  const words = ["-tt", "-q", "-F", fleet.clientConfiguration, fleet.targets[0]?.name ?? ""];
  const ssh = spawn(findProgram("ssh") ?? "ssh", words);
  const gone = once(ssh, "close");
  try {
    return await use((jobs) => inTurn(ssh, jobs));
  } finally {
    ssh.kill();
    await gone;
  }
}

async function inTurn(
  ssh: ChildProcessWithoutNullStreams,
  jobs: TerminalJob[],
): Promise<TerminalJobResult[]> {
  const results: TerminalJobResult[] = [];
  for (const { input, mark } of jobs) {
    const watch = new MarkWatch(mark);
    const startedAt = performance.now();
    ssh.stdin.write(input);
    await new Promise<void>((resolve) => {
      const take = (bytes: Buffer) => {
        if (!watch.saw(bytes)) return;
        ssh.stdout.off("data", take);
        resolve();
      };
      ssh.stdout.on("data", take);
    });
    results.push({ milliseconds: performance.now() - startedAt, bytes: watch.bytes });
  }
  return results;
}

/** Lines as a log has them, of exactly so many bytes. */
function logLines(bytes: number): Buffer {
  const lines = Array.from(
    { length: 500 },
    (_, index) =>
      `2026-01-01T00:00:${String(index % 60).padStart(2, "0")}Z service[${index}]: request ${index * 7919} done\n`,
  );
  return Buffer.alloc(bytes, lines.join(""));
}

/** What 99 of 100 stay below. */
function most(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

if (import.meta.main) console.table(await terminal());
