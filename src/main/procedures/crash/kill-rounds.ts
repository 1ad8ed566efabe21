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
  /** Told after each kill. */
  onKill?: (kills: number) => void;
}

export interface RoundsResult extends Verdict {
  kills: number;
  /** Second consoles that tried to take the same folder, and were all turned away. */
  turnedAway: number;
}

/**
 * Kills a console (SIGKILL) at random points of random procedures, again and again on the same data folder; then lets
 * one bring everything to its end and judges journal and far side. In every third life the wall clock is an hour back; in
 * every tenth a second console tries to take the same runs.
 */
export async function killRounds({ kills, seed, folder, onKill }: Rounds): Promise<RoundsResult> {
  const dice = new Dice(seed);
  const faults: string[] = [];
  let seen = 0;
  let turnedAway = 0;
  for (let life = 1; life <= kills; life += 1) {
    const clock = life % 3 === 0 ? -anHour : 0;
    const child = start(folder, dice.below(2 ** 31), clock, "run");
    const heads = listen(child);
    // Some die while they still recover, most in the middle of a step.
    const gone = once(child, "close");
    await Promise.race([heads.ready, gone]);
    const second = life % 10 === 0 ? start(folder, 1, 0, "run") : null;
    const rival = second && { gone: once(second, "exit"), heard: listen(second) };
    await new Promise((resolve) => setTimeout(resolve, dice.roll() ** 2 * 250));
    if (rival !== null) {
      const [code] = await rival.gone;
      if (code === 3) turnedAway += 1;
      else faults.push(`a second console got the folder: ${code} ${rival.heard.complaints()}`);
    }
    if (child.exitCode !== null)
      faults.push(`life ${life} ended by itself: ${child.exitCode} ${heads.complaints()}`);
    child.kill("SIGKILL");
    await gone;
    seen = Math.max(seen, heads.newest());
    onKill?.(life);
  }
  const last = start(folder, seed, 0, "finish");
  const heads = listen(last);
  const timer = setTimeout(() => last.kill("SIGKILL"), finishLimit);
  const [code] = await once(last, "close");
  clearTimeout(timer);
  if (code !== 0) faults.push(`the last console did not come to its end: ${code} ${heads.complaints()}`);
  const verdict = await judge(folder, Math.max(seen, heads.newest()));
  return { ...verdict, kills, turnedAway, faults: [...faults, ...verdict.faults] };
}

function start(folder: string, seed: number, clock: number, mode: string): ChildProcess {
  return spawn(process.execPath, [victim, folder, String(seed), String(clock), mode], {
    stdio: ["ignore", "pipe", "pipe"],
  });
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
