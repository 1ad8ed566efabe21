import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MachineShell } from "../../shell/machine-shell.ts";
import { Collector, sourceOf } from "../../shell/streams.ts";
import { ManualClock } from "../../world/clock.ts";
import { MachineView } from "../../world/view.ts";
import { World } from "../../world/world.ts";
import { startFileStore } from "./index.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 2, 2, 8, 30);
let clock: ManualClock;
let world: World;
let backups: [machine: string, startedAt: number][];
let store: { close(): void };

beforeEach(() => {
  clock = new ManualClock(start);
  world = new World({ seed: 7, clock });
  backups = [];
  store = startFileStore(world, {
    machines: ["web-1", "db-1"],
    every: hour,
    takes: 10 * minute,
    onBackup: (machine, startedAt) => backups.push([machine, startedAt]),
  });
});
afterEach(() => {
  store.close();
  world.close();
});

/** What a machine's shell prints; its clock goes on meanwhile. */
async function run(machine: string, script: string): Promise<string> {
  const shell = new MachineShell(new MachineView(world, world.machine(machine)), (error) => {
    throw error;
  });
  const output = new Collector(100_000);
  const session = shell.open({
    variables: new Map(),
    input: sourceOf(new Uint8Array()),
    output,
    error: output,
    terminal: null,
    signal: new AbortController().signal,
  });
  const turning = setInterval(() => clock.advance(100), 1);
  await session.runScript(script).finally(() => clearInterval(turning));
  return output.text();
}

describe("the backup of the file store", () => {
  it("runs by its timer where that is on, and nowhere else", () => {
    clock.advance(2 * hour);
    expect(backups).toEqual([
      ["web-1", Date.UTC(2026, 2, 2, 9)],
      ["web-1", Date.UTC(2026, 2, 2, 10)],
    ]);
  });

  it("moves with its timer", async () => {
    expect(
      await run(
        "web-1",
        "systemctl is-enabled archive-backup.timer; systemctl disable --now archive-backup.timer",
      ),
    ).toContain("Interactive authentication required");
    await run("web-1", "sudo -n systemctl disable --now archive-backup.timer");
    await run("db-1", "sudo -n systemctl enable --now archive-backup.timer");
    expect(
      await run(
        "web-1",
        "systemctl is-enabled archive-backup.timer; systemctl is-active archive-backup.timer",
      ),
    ).toBe("disabled\ninactive\n");
    clock.advance(hour);
    expect(backups).toEqual([["db-1", Date.UTC(2026, 2, 2, 9)]]);
  });

  it("is shown as systemd shows it, while it runs and after", async () => {
    clock.advance(35 * minute);
    const show =
      "systemctl show -p ActiveState,Result,ExecMainStartTimestamp,ExecMainExitTimestamp archive-backup.service";
    expect((await run("web-1", show)).split("\n")).toContain("ActiveState=activating");
    clock.advance(10 * minute);
    expect(await run("web-1", show)).toBe(
      "Result=success\nExecMainStartTimestamp=Mon 2026-03-02 09:00:00 UTC\nExecMainExitTimestamp=Mon 2026-03-02 09:10:00 UTC\nActiveState=inactive\n",
    );
    expect(await run("web-1", "systemctl show -p NextElapseUSecRealtime archive-backup.timer")).toBe(
      "NextElapseUSecRealtime=Mon 2026-03-02 10:00:00 UTC\n",
    );
  });

  it("does not end when its machine goes down in the middle, or it is stopped", async () => {
    clock.advance(35 * minute);
    world.powerOff("web-1");
    clock.advance(30 * minute);
    expect(backups).toEqual([]);
    expect(world.machine("web-1").units.find(({ name }) => name === "archive-backup.service")).toMatchObject({
      state: "dead",
      job: { last: { endedAt: null, isGood: false } },
    });
  });

  it("fails where a fault is laid over it", async () => {
    world.inject(["unit-failed", "web-1", "archive-backup.service"]);
    clock.advance(hour);
    expect(backups).toEqual([]);
    expect(await run("web-1", "systemctl show -p ActiveState,Result archive-backup.service")).toBe(
      "Result=exit-code\nActiveState=failed\n",
    );
  });
});
