import { randomBytes } from "node:crypto";
import type { JobRun, Machine, Unit } from "./machine.ts";
import type { World } from "./world.ts";

export interface JobWish {
  /** Without `.service` and `.timer`. */
  name: string;
  description: string;
  /** Milliseconds of world time: from one run to the next, and of each. */
  every: number;
  takes: number;
  /** Whether its timer is on. */
  isOn: boolean;
  /** When it last ended well; null: it never ran. */
  lastAt: number | null;
}

/** Puts a job on a machine: a service that does its work and ends, and the timer that starts it. */
export function addJob(world: World, machine: Machine, wish: JobWish): void {
  const { name, description, every, takes, isOn, lastAt } = wish;
  const startedAt = lastAt === null ? null : lastAt - takes;
  const last: JobRun | null =
    startedAt === null ? null : { invocation: newInvocation(), startedAt, endedAt: lastAt, isGood: true };
  machine.units.push(
    { name: `${name}.service`, description, state: "dead", enabled: false, job: { takes, last } },
    {
      name: `${name}.timer`,
      description: `Timer of ${description}`,
      state: isOn ? "running" : "dead",
      enabled: isOn,
      timer: { starts: `${name}.service`, every, lastTriggeredAt: startedAt },
    },
  );
  world.announce(machine, "units");
}

/** When a timer starts its service next; null while it is off. */
export function nextTrigger({ state, timer }: Unit, now: number): number | null {
  if (!timer || state !== "running") return null;
  return (Math.floor(now / timer.every) + 1) * timer.every;
}

/** Starts the service of a job, unless it runs; `ended` resolves when this run is over. */
export function startJob(world: World, machine: Machine, unit: Unit): { ended: Promise<void> } {
  const { job } = unit;
  if (!job || unit.state === "running") return { ended: Promise.resolve() };
  const run: JobRun = {
    invocation: newInvocation(),
    startedAt: world.clock.now(),
    endedAt: null,
    isGood: false,
  };
  const { bootId } = machine;
  job.last = run;
  unit.state = "running";
  world.write(machine, "systemd", `Starting ${unit.name} - ${unit.description}...`);
  world.announce(machine, "units");
  const ended = new Promise<void>((resolve) => {
    world.clock.after(job.takes, () => {
      resolve();
      // Stopped, or gone down with its machine, it has not ended its work.
      if (job.last !== run || unit.state !== "running") return;
      if (machine.power !== "on" || machine.bootId !== bootId) {
        unit.state = "dead";
        return;
      }
      const isFailed = world.faults.some(
        (fault) => fault.name === "unit-failed" && fault.target === machine.id && fault.detail === unit.name,
      );
      Object.assign(run, { endedAt: world.clock.now(), isGood: !isFailed });
      unit.state = isFailed ? "failed" : "dead";
      world.write(machine, "systemd", isFailed ? `${unit.name}: Failed.` : `Finished ${unit.name}.`);
      world.announce(machine, "units");
    });
  });
  return { ended };
}

/** Lets the timers of all machines start their services when their time comes; what is returned ends that. */
export function keepTimers(world: World): { stop(): void } {
  let callOff = () => {};
  const plan = () => {
    const now = world.clock.now();
    const due = [...world.machines.values()]
      .flatMap(({ units }) => units)
      .flatMap((unit) => nextTrigger(unit, now) ?? []);
    if (due.length > 0) callOff = world.clock.after(Math.min(...due) - now, fire);
  };
  const fire = () => {
    const now = world.clock.now();
    for (const machine of world.machines.values()) {
      if (machine.power !== "on") continue;
      for (const { state, timer } of machine.units) {
        // The clock may come a little late, never early.
        if (!timer || state !== "running" || now % timer.every > timer.every / 2) continue;
        const slot = now - (now % timer.every);
        const service = machine.units.find(({ name }) => name === timer.starts);
        if (timer.lastTriggeredAt === slot || !service) continue;
        timer.lastTriggeredAt = slot;
        startJob(world, machine, service);
      }
    }
    plan();
  };
  plan();
  const stopFollowing = world.onChange(({ what }) => {
    if (what !== "units") return;
    callOff();
    plan();
  });
  return {
    stop() {
      stopFollowing();
      callOff();
    },
  };
}

function newInvocation(): string {
  return randomBytes(16).toString("hex");
}
