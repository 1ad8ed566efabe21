import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Dice } from "./dice.ts";
import { judge, type Verdict } from "./verdict.ts";

const victim = fileURLToPath(new URL("./victim.ts", import.meta.url));
/** Milliseconds that a victim may take to bring everything to its end. */
const finishLimit = 120_000;
const anHour = 3_600_000;

export interface Rounds {
  kills: number;
  seed: number;
  folder: string;
  /** Where the far side keeps its log: not on the disk that gets full. */
  far: string;
  /** The disk that the folder is on, which every seventh life finds full for a while; left out, it never is. */
  disk?: { fill(): void; free(): void };
  /** Told after each kill. */
  onKill?: (kills: number) => void;
}

export interface RoundsResult extends Verdict {
  kills: number;
  /** Second consoles that tried to take the same folder, and were all turned away. */
  turnedAway: number;
  /** Lives in which the disk was full. */
  full: number;
}

/**
 * Kills a console (SIGKILL) at random points of random procedures, again and again on the same data folder; then lets
 * one bring everything to its end and judges journal and far side. In every third life the wall clock is an hour back; in
 * every tenth a second console tries to take the same runs; in every seventh the disk is full from a random moment on.
 */
export async function killRounds({ kills, seed, folder, far, disk, onKill }: Rounds): Promise<RoundsResult> {
  const dice = new Dice(seed);
  const faults: string[] = [];
  let seen = 0;
  let turnedAway = 0;
  let full = 0;
  for (let life = 1; life <= kills; life += 1) {
    const clock = life % 3 === 0 ? -anHour : 0;
    const child = start({ folder, far, seed: dice.below(2 ** 31), clock, mode: "run" });
    const heads = listen(child);
    // Some die while they still recover, most in the middle of a step.
    const gone = once(child, "close");
    await Promise.race([heads.ready, gone]);
    const second = life % 10 === 0 ? start({ folder, far, seed: 1, clock: 0, mode: "run" }) : null;
    const rival = second && { gone: once(second, "exit"), heard: listen(second) };
    await after(dice.roll() ** 2 * 250);
    if (disk !== undefined && life % 7 === 0) {
      disk.fill();
      full += 1;
      await after(dice.roll() * 100);
    }
    if (rival !== null) {
      const [code] = await rival.gone;
      if (code === 3) turnedAway += 1;
      else faults.push(`a second console got the folder: ${code} ${rival.heard.complaints()}`);
    }
    if (child.exitCode !== null)
      faults.push(`life ${life} ended by itself: ${child.exitCode} ${heads.complaints()}`);
    child.kill("SIGKILL");
    await gone;
    disk?.free();
    seen = Math.max(seen, heads.newest());
    onKill?.(life);
  }
  const last = start({ folder, far, seed, clock: 0, mode: "finish" });
  const heads = listen(last);
  const timer = setTimeout(() => last.kill("SIGKILL"), finishLimit);
  const [code] = await once(last, "close");
  clearTimeout(timer);
  if (code !== 0) faults.push(`the last console did not come to its end: ${code} ${heads.complaints()}`);
  const verdict = await judge(folder, far, Math.max(seen, heads.newest()));
  return { ...verdict, kills, turnedAway, full, faults: [...faults, ...verdict.faults] };
}

interface Life {
  folder: string;
  far: string;
  seed: number;
  clock: number;
  mode: "run" | "finish";
}

function start({ folder, far, seed, clock, mode }: Life): ChildProcess {
  return spawn(process.execPath, [victim, folder, String(seed), String(clock), mode, far], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What a victim says: that it is ready, and each event that is on disk. */
function listen(child: ChildProcess): { ready: Promise<void>; newest(): number; complaints(): string } {
  let said = "";
  let newest = 0;
  let complaints = "";
  const ready = new Promise<void>((resolve) => {
    child.stdout?.setEncoding("utf8").on("data", (words: string) => {
      const lines = (said + words).split("\n");
      said = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "ready") resolve();
        else if (line.startsWith("head ")) newest = Number(line.slice(5));
      }
    });
  });
  child.stderr?.setEncoding("utf8").on("data", (words: string) => {
    complaints = (complaints + words).slice(-2000);
  });
  return { ready, newest: () => newest, complaints: () => complaints };
}
