import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../src/shared/action.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { startPasserelle } from "./support/programs.ts";

let lab: SliceLab;
let open: OpenConsole;

const dataFolder = () => lab.path("data");
const openConsole = () => OpenConsole.open({ estate: lab.estate, dataFolder: dataFolder() });

beforeAll(async () => {
  lab = await SliceLab.start();
  open = await openConsole();
  for (const id of ["tower-a", "web-1", "db-1", "db-2", "build-1"]) await open.read(id);
});
afterAll(async () => {
  await open?.close();
  await lab?.stop();
});

afterEach(async () => {
  await lab.control.clear();
});

/** How often a machine was told to reboot, by its own log, which outlives the reboot. */
async function rebootsOf(host: string): Promise<number> {
  const words = await open.says(host, "journalctl -n 500 | grep -c 'systemd-logind.*rebooting'; true");
  return Number(words);
}

/** Resolves once the machine has begun to do what it was told, or has even done it. */
async function goesDown(host: string, bootId: string): Promise<void> {
  for (;;) {
    const machine = await lab.machine(host);
    if (machine.power !== "on" || machine.bootId !== bootId) return;
  }
}

/** Starts an action and resolves with its task once `sign` shows that it was sent. */
async function startUntil(
  action: string,
  host: string,
  input: Record<string, string | number>,
  sign: (task: Task, output: string) => boolean,
): Promise<Task> {
  const request = { action, resources: [host], input, reason: "trial" };
  const { task: id } = await open.window.actions.start(request);
  const current = () => open.parts.runner.tasks().find((task) => task.id === id);
  await new Promise<void>((resolve) => {
    const look = () => {
      const task = current();
      if (!task || !sign(task, open.outputOf(id))) return;
      unsubscribe();
      endOutput();
      resolve();
    };
    const unsubscribe = open.parts.runner.onChange(look);
    const endOutput = open.parts.runner.outputOf(id).subscribe(look);
    look();
  });
  const task = current();
  if (!task) throw new Error("the task is gone");
  return task;
}

const isSent = (task: Task) => task.progress.some((step) => step.text.en === "The reboot is sent.");

describe("a bounce that dies", () => {
  it("before anything was sent: the action has failed and nothing was changed", async () => {
    const { bootId } = await lab.machine("web-1");
    await lab.control.fault("bounce-down");
    const reboot = await open.act("ssh.reboot", ["web-1"]);
    const command = await open.act("ssh.run-command", ["web-1"], { command: "echo x >>/tmp/unwanted" });
    for (const task of [reboot, command]) {
      expect(task.state).toBe("failed");
      expect(task.error?.code).toMatch(/^reach\./);
      expect(task.error?.hint.fr).not.toBe("");
    }
    await lab.control.clear();
    await open.comesBack("bounce", "web-1");
    expect((await lab.machine("web-1")).bootId).toBe(bootId);
    expect(await open.says("web-1", "cat /tmp/unwanted 2>/dev/null | wc -l")).toMatch(/^\s*0\s*$/);
  });

  it("in the middle of a reboot: the console finds out by the boot identifier and sends nothing again", async () => {
    const { bootId } = await lab.machine("db-1");
    const sent = await startUntil("ssh.reboot", "db-1", {}, isSent);
    await goesDown("db-1", bootId);
    await lab.control.fault("bounce-down");
    // Whoever gives up waiting is told the truth: it may have happened.
    await open.window.tasks.cancel({ id: sent.id });
    await open.until("it is unknown", () => stateOf(sent.id) === "unknown-effect");
    const { needs } = await open.first(open.window.overview.watch());
    expect(needs.find((need) => need.key === `task:${sent.id}`)?.page).toBe("tasks");
    const second = await open.act("ssh.reboot", ["db-1"], {}, "");
    expect(second).toMatchObject({ state: "refused", error: { code: "action.guard-unsettled" } });

    await lab.control.clear();
    const settled = await open.parts.runner.waitFor(sent.id);
    expect(settled.state).toBe("verified");
    expect(settled.outcome?.en).toContain("boot identifier has changed");
    expect((await lab.machine("db-1")).bootId).not.toBe(bootId);
    await open.window.resources.refresh({ ids: ["db-1"] });
    expect(await rebootsOf("db-1")).toBe(1);
  });

  it("in the middle of a command: the effect stays unknown, and it has run once", async () => {
    const started = await startUntil(
      "ssh.run-command",
      "db-2",
      { command: "echo once >>/var/tmp/marks; echo begun; sleep 1000; echo done", deadlineSeconds: 3600 },
      (_task, output) => output.includes("begun"),
    );
    await lab.control.fault("bounce-down");
    await open.until("it is unknown", () => stateOf(started.id) === "unknown-effect");
    await lab.control.clear();
    await open.comesBack("bounce", "db-2");
    const looked = await open.window.tasks.settle({ id: started.id }).catch((thrown: unknown) => thrown);
    expect(looked).toMatchObject({ state: "unknown-effect" });
    expect(stateOf(started.id)).toBe("unknown-effect");
    const look = { command: "cat /var/tmp/marks" };
    const refused = await open.act("ssh.run-command", ["db-2"], look, "");
    expect(refused).toMatchObject({ state: "refused", error: { code: "action.guard-unsettled" } });
    // A person who looks for themselves says why, and may.
    const allowed = await open.act("ssh.run-command", ["db-2"], look, "to see whether it ran");
    expect(allowed.state).toBe("verified");
    expect(open.outputOf(allowed.id)).toBe("once\n");
    const types = open.parts.journal.forTask(started.id).map((event) => event.type);
    expect(types.filter((type) => type === "action.intent")).toHaveLength(1);
  });
});

function stateOf(id: string): string | undefined {
  return open.parts.runner.tasks().find((task) => task.id === id)?.state;
}

describe("a console that is killed", () => {
  it("in the middle of a reboot: the next one lists it as unknown and settles it by looking", async () => {
    const { bootId } = await lab.machine("build-1");
    await open.close();
    const words = ["act", "ssh.reboot", "build-1", "--estate", lab.estate, "--data", dataFolder()];
    const killed = startPasserelle([...words, "--yes", "--reason", "trial"]);
    await killed.says("The reboot is sent.");
    await goesDown("build-1", bootId);
    killed.child.kill("SIGKILL");
    expect(await killed.ended).toMatchObject({ signal: "SIGKILL" });

    open = await openConsole();
    const task = open.parts.runner.tasks().find((each) => each.resource === "build-1");
    if (!task) throw new Error("the task is not listed");
    expect(task).toMatchObject({
      action: "ssh.reboot",
      state: "unknown-effect",
      endedAt: expect.any(Number),
    });
    await open.read("build-1");
    let settled = await open.window.tasks.settle({ id: task.id });
    while (settled.state === "unknown-effect") {
      // The machine is on its way down: it is asked again once it is read again.
      await open.window.resources.refresh({ ids: ["build-1"] });
      settled = await open.window.tasks.settle({ id: task.id });
    }
    expect(settled.state).toBe("verified");
    expect((await lab.machine("build-1")).bootId).not.toBe(bootId);
    await open.window.resources.refresh({ ids: ["build-1"] });
    expect(await rebootsOf("build-1")).toBe(1);
    expect(await open.parts.journal.verify()).toMatchObject({ intact: true });
  });

  it("still lists the unknown effect from before, however often it starts anew", async () => {
    await open.close();
    open = await openConsole();
    const task = open.parts.runner
      .tasks()
      .find((each) => each.resource === "db-2" && each.state === "unknown-effect");
    expect(task?.action).toBe("ssh.run-command");
  });
});
