import { join } from "node:path";
import { type KillResult, killAt } from "./reference-kills.ts";
import { referenceWays, type Way } from "./reference-plans.ts";

/** What became of the kills on one way through the plan. */
export interface WayResult {
  name: string;
  /** Events of a run that nobody disturbs. */
  boundaries: number;
  kills: number;
  takenOver: number;
  effects: number;
  /** How often each end was come to. */
  ends: Record<string, number>;
  faults: string[];
}

export interface ReferenceRounds {
  folder: string;
  /** 1 kills at every event; 50 at every fiftieth, each way beginning elsewhere. */
  every: number;
  /** How many consoles are killed side by side. */
  lanes: number;
  /** The first and the last point to kill at, counted from 1 through the events of all ways in their order; all when left out. */
  from?: number;
  to?: number;
  onWay?: (result: WayResult) => void;
  /** Told after each kill, with the number of its point. */
  onPoint?: (point: number) => void;
}

/** Goes each way of the reference plan again and again, the console killed after another event each time. */
export async function referenceRounds(rounds: ReferenceRounds): Promise<WayResult[]> {
  const results: WayResult[] = [];
  let before = 0;
  for (const [index, way] of referenceWays().entries()) {
    if (before >= (rounds.to ?? Number.POSITIVE_INFINITY)) break;
    const result = await killsOn(way, index, before, rounds);
    before += result.boundaries;
    rounds.onWay?.(result);
    results.push(result);
  }
  return results;
}

async function killsOn(
  way: Way,
  index: number,
  before: number,
  { folder, every, lanes, from = 1, to = Number.POSITIVE_INFINITY, onPoint }: ReferenceRounds,
): Promise<WayResult> {
  const own = (at: number) => join(folder, `${index}-${at}`);
  const whole = await killAt({ way, at: 0, folder: own(0) });
  const sum: WayResult = {
    name: way.name,
    boundaries: whole.events,
    kills: 0,
    takenOver: 0,
    effects: 0,
    ends: {},
    faults: whole.faults.map((fault) => `undisturbed: ${fault}`),
  };
  // Where kills are few, each way is killed elsewhere. The last events of a run are as many as its writer made of them.
  const first = every === 1 ? 1 : 1 + ((index * 61) % every);
  const skipped = Math.max(0, Math.ceil((from - before - first) / every));
  const last = Math.min(whole.events, to - before);
  let next = first + skipped * every;
  const lane = async () => {
    for (let at = next; at <= last; at = next) {
      next += every;
      add(sum, at, await killAt({ way, at, folder: own(at) }), whole.end);
      onPoint?.(before + at);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return sum;
}

/** Whatever the console was killed at, the run ends as it does when nobody disturbs it. */
function add(
  sum: WayResult,
  at: number,
  { killed, faults, end, takenOver, effects }: KillResult,
  wanted: string,
) {
  if (killed) sum.kills += 1;
  sum.takenOver += takenOver;
  sum.effects += effects;
  sum.ends[end] = (sum.ends[end] ?? 0) + 1;
  sum.faults.push(...faults.map((fault) => `killed at ${at}: ${fault}`));
  if (end !== wanted) sum.faults.push(`killed at ${at}: ended as ${end} and not as ${wanted}`);
}
