import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findProgram } from "../test/real/counterpart.ts";
import { type FanOutOrder, fanOutAnswerSchema } from "./fan-out-console.ts";
import { alone, compared, type Row } from "./row.ts";
import { type SshFleet, startSshFleet } from "./support/ssh-fleet.ts";
import { median, type TimedRun, timedRun } from "./support/timed-run.ts";

const sessions = 200;
const servers = 8;
const rounds = 5;
const deadline = 120_000;
const command = "echo ready";

/** One way to run the command everywhere: a round of it, measured. */
interface Side {
  name: string;
  run(fleet: SshFleet): Promise<Measured>;
}

interface Measured {
  /** From spawn to exit, CPU seconds of the client's side included. */
  whole: TimedRun;
  /** Of a console that runs already: from the order to the last answer, each time. */
  times: number[];
}

type Figure = (one: Measured) => number | null | undefined;

/**
 * Runs one command on 200 SSH sessions at once: our reach, and our journalled bulk action, in a console process of
 * their own, against clush and pssh over OpenSSH's client; medians of rounds taken in turns. Each of our processes is
 * as fresh as theirs: no connection stands, and nothing has been compiled before.
 */
export default async function fanOut(): Promise<Row[]> {
  const fleet = await startSshFleet(servers, sessions);
  try {
    const reach = consoleSide("reach", 2);
    const action = consoleSide("action", 1);
    const peers = [clush(), parallelSsh()].filter((peer) => peer !== null);
    const measured = new Map<Side, Measured[]>();
    for (let round = 0; round < rounds; round++) {
      for (const side of [reach, action, ...peers]) {
        measured.set(side, [...(measured.get(side) ?? []), await side.run(fleet)]);
        // The servers' processes of this round end before the next side begins.
        await setTimeout(500);
      }
    }
    const figure = (side: Side, of: Figure) =>
      median((measured.get(side) ?? []).map((one) => of(one) ?? Number.NaN));
    const wall = (one: Measured) => one.whole.seconds - (one.times[1] ?? 0);
    const first = (one: Measured) => one.times[0];
    const again = (one: Measured) => one.times[1];
    const cpu = (one: Measured) => one.whole.cpuSeconds;

    const rows: Row[] = [];
    const add = (name: string, side: Side, ours: Figure, peer: Side | null, theirs: Figure) => {
      const value = figure(side, ours);
      if (!Number.isFinite(value)) return;
      rows.push(peer ? compared(name, "s", value, figure(peer, theirs), peer.name) : alone(name, "s", value));
    };
    for (const peer of peers.length > 0 ? peers : [null]) {
      add(`${sessions} sessions at once`, reach, first, peer, wall);
      add("the same as a journalled bulk action", action, first, peer, wall);
      add("the same, start of the program included", reach, wall, peer, wall);
      add("again, while connections stand", reach, again, peer, wall);
      add("CPU of the client's side, start included", action, cpu, peer, cpu);
    }
    return rows;
  } finally {
    await fleet.close();
  }
}

function consoleSide(way: FanOutOrder["way"], times: number): Side {
  return {
    name: way,
    async run(fleet) {
      const folder = mkdtempSync(join(fleet.folder, "console-"));
      const order: FanOutOrder = {
        targets: fleet.targets,
        knownHosts: fleet.knownHosts,
        folder,
        command,
        expected: "ready\n",
        concurrency: sessions,
        way,
        times,
      };
      const file = join(folder, "order.json");
      writeFileSync(file, JSON.stringify(order));
      const script = join(import.meta.dirname, "fan-out-console.ts");
      const whole = await timedRun(process.execPath, [script, file], deadline);
      return { whole, times: fanOutAnswerSchema.parse(JSON.parse(whole.output)) };
    },
  };
}

function clush(): Side | null {
  return peer("clush", ["clush"], (fleet) => [
    "-q",
    ...["-f", String(sessions), "-w", fleet.targets.map(({ name }) => name).join(",")],
    ...["-o", `-F ${fleet.clientConfiguration}`, command],
  ]);
}

function parallelSsh(): Side | null {
  return peer("pssh", ["parallel-ssh", "pssh"], (fleet) => [
    ...["-P", "-t", "0", "-p", String(sessions), "-H", fleet.targets.map(({ name }) => name).join(" ")],
    ...["-x", `-F ${fleet.clientConfiguration}`, command],
  ]);
}

/** Another program of the same purpose; null, and a line that says so, when it is not installed. */
function peer(name: string, programs: string[], words: (fleet: SshFleet) => string[]): Side | null {
  const program = programs.map(findProgram).find((path) => path !== null);
  if (!program) {
    process.stdout.write(`fan-out: without ${name}: ${programs.join(" or ")} is not installed\n`);
    return null;
  }
  return {
    name,
    async run(fleet) {
      const whole = await timedRun(program, words(fleet), deadline);
      const answers = whole.output.split("\n").filter((line) => line.endsWith(": ready")).length;
      if (answers !== sessions) throw new Error(`${name} had ${answers} answers of ${sessions}`);
      return { whole, times: [] };
    },
  };
}

if (import.meta.main) console.table(await fanOut());
