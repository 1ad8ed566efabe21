import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { DrillFault } from "../../shared/drill.ts";
import { faultOf } from "../../shared/drill-faults.ts";
import { OpsError } from "../../shared/errors.ts";
import type { RunState } from "../../shared/run.ts";
import { text } from "../../shared/text.ts";
import { FaultPlayer } from "./fault-player.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A drill of one run, whose steps begin as the test says. */
function drill(faults: readonly DrillFault[], refuses = "") {
  const steps: RunState["steps"] = [];
  const runs: { id: string; startedAt: number }[] = [];
  const listeners = new Set<() => void>();
  const played: string[] = [];
  const refused: string[] = [];
  const player = new FaultPlayer({
    faults,
    runs: () => runs,
    stepsOf: () => steps,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async play(fault) {
      played.push(fault.join(" "));
      if (fault[0] !== refuses) return;
      const words = text("no", "non");
      throw new OpsError({ code: "lab.wrong-fault", system: "lab", message: words, hint: words });
    },
    onPlayed: ({ index, refused: why }) => (why ? void refused.push(`${index} ${why.code}`) : undefined),
    now: () => Date.now(),
  });
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const begin = (node: string) => {
    if (runs.length === 0) runs.push({ id: "run", startedAt: Date.now() });
    const times = { since: Date.now(), startedAt: Date.now(), endedAt: null, attempts: 1, task: null };
    const rest = { reason: null, skippedBy: null, blockedBy: null, forecast: null };
    steps.push({ node, state: "running", ...times, ...rest });
    changed();
  };
  return { player, begin, changed, played, refused };
}

it("plays each fault once, when its moment has come", async () => {
  const words = ["slow-restore north when restore", "region-dead east", "webhook-down after 5m"];
  const { player, begin, changed, played } = drill(words.map(faultOf));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(played).toEqual(["region-dead east"]);
  begin("declare");
  await vi.advanceTimersByTimeAsync(299_000);
  expect(played).toEqual(["region-dead east"]);
  begin("restore");
  changed();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(played).toEqual(["region-dead east", "slow-restore north", "webhook-down"]);
  await player.close();
});

it("goes on where the lab refuses one, and says why", async () => {
  const { player, played, refused } = drill(
    [faultOf("region-dead nowhere"), faultOf("kube-down")],
    "region-dead",
  );
  await player.settled();
  expect(played).toEqual(["region-dead nowhere", "kube-down"]);
  expect(refused).toEqual(["0 lab.wrong-fault"]);
  await player.close();
});

it("plays nothing after it was closed", async () => {
  const { player, begin, played } = drill([
    faultOf("kube-down after 1s"),
    faultOf("region-dead east when go"),
  ]);
  begin("declare");
  await player.close();
  begin("go");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(played).toEqual([]);
});

it.each(["", "region-dead east after soon", "a b c d e"])("refuses the words %j", (words) => {
  expect(() => faultOf(words)).toThrow(expect.objectContaining({ code: "drill.wrong-fault" }));
});
