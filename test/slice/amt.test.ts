import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { withQuickAmt } from "./support/quick-amt.ts";

let lab: SliceLab;
let open: OpenConsole;

beforeAll(async () => {
  lab = await SliceLab.start({ speed: 25 });
  const estate = lab.estateWith("read-often.yaml", (words) => words.replace("every: 30s", "every: 1s"));
  open = await OpenConsole.open({ estate, dataFolder: lab.path("data"), definitions: withQuickAmt });
  await open.read("tower-a");
  await open.read("tower-b");
});
afterAll(async () => {
  await open?.close();
  await lab?.stop();
});

type LabMachine = Awaited<ReturnType<SliceLab["machine"]>>;

/** Resolves once the lab's machine stands so. */
async function stands(id: string, holds: (machine: LabMachine) => boolean): Promise<void> {
  while (!holds(await lab.machine(id))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Resolves once the console has read that power state. */
const isSeen = (id: string, state: string) =>
  open.until(`${id} is seen ${state}`, () => open.resource(id).facts["power.state"]?.value === state);

const sourceOf = (id: string) => open.resource(id).sources["atelier-amt"];

function request(action: string, id: string, input: Record<string, string> = {}) {
  return { action, resources: [id], input, reason: "trial", confirmation: id };
}

async function act(action: string, id: string, input: Record<string, string> = {}) {
  const { task } = await open.window.actions.start(request(action, id, input));
  return open.parts.runner.waitFor(task);
}

/** Asks AMT anew and gives the code of what kept it from answering. */
async function refusedWith(id: string): Promise<string | undefined> {
  const before = sourceOf(id)?.error;
  void open.window.resources.refresh({ ids: [id] }).catch(() => {});
  await open.until(`AMT of ${id} has an error`, () => {
    const { error } = sourceOf(id) ?? {};
    return error !== null && error !== undefined && error !== before;
  });
  return sourceOf(id)?.error?.code;
}

describe("AMT of the lab's towers, through the bounce", () => {
  it.each(["tower-a", "tower-b"])("is read on %s, with the hardware that the machine has", async (id) => {
    await open.until(`${id} is known`, () => "hardware.disks" in open.resource(id).facts);
    const { facts } = open.resource(id);
    expect(facts["power.state"]?.value).toBe("on");
    expect(facts["hardware.processor"]?.value).toBe("Lab Processor 16-Core");
    expect(facts["hardware.memory"]?.value).toHaveLength(4);
    expect(facts["hardware.disks"]?.value).toHaveLength(3);
    expect(facts["power.available"]?.value).toEqual(
      expect.arrayContaining(["cycle", "off", "reset", "graceful-off", "graceful-reset"]),
    );
  });

  it("shows the screen over the web port, in the standard's words", async () => {
    const { channel } = await open.window.screen.open({ resource: "tower-a" });
    const { main, window } = open.recorder.pair();
    const shown: Buffer[] = [];
    window.onmessage = ({ data }) => {
      if (typeof data !== "string") shown.push(Buffer.from(data as ArrayBuffer));
    };
    expect(open.console.openSession(channel.replace("session/", ""), main)).toBe(true);
    await expect.poll(() => Buffer.concat(shown).toString("latin1")).toBe("RFB 003.008\n");
    await stands("tower-a", ({ management }) => management?.open.includes("kvm") ?? false);
    window.close();
    await stands("tower-a", ({ management }) => management?.open.length === 0);
  });

  it("asks for consent before it shows the screen that wants it, and shows it with the code", async () => {
    const opening = open.window.screen.open({ resource: "tower-b" });
    await stands("tower-b", ({ management }) => management?.consentCode !== null);
    const code = (await lab.machine("tower-b")).management?.consentCode ?? "";
    await open.until("the question is asked", () =>
      open.parts.questions.list().some((each) => each.kind === "consent"),
    );
    const [question] = open.parts.questions.list().filter((each) => each.kind === "consent");
    await open.window.questions.answer({ id: question?.id ?? "", accept: true, answers: [code] });
    const { channel } = await opening;
    const { main, window } = open.recorder.pair();
    expect(open.console.openSession(channel.replace("session/", ""), main)).toBe(true);
    await stands("tower-b", ({ management }) => management?.open.includes("kvm") ?? false);
    window.close();
    await stands("tower-b", ({ management }) => management?.open.length === 0);
  });

  describe("power", () => {
    it("is taken and given, and a request that was accepted and never happens is unknown", async () => {
      const { bootId } = await lab.machine("tower-b");
      const off = await act("amt.power-off", "tower-b");
      expect([off.state, off.error, (await lab.machine("tower-b")).power]).toEqual(["verified", null, "off"]);
      await isSeen("tower-b", "off");
      const on = await act("amt.power-on", "tower-b");
      expect([on.state, on.error]).toEqual(["verified", null]);
      await stands("tower-b", (machine) => machine.power === "on" && machine.bootId !== bootId);
      await isSeen("tower-b", "on");

      await lab.control.fault("amt-power-ignored", "tower-b");
      const before = await lab.machine("tower-b");
      const { task: id } = await open.window.actions.start(request("amt.reset", "tower-b"));
      await open.until("it was accepted", () =>
        open.parts.runner
          .tasks()
          .some((task) => task.id === id && task.progress.some((step) => step.mark === "accepted")),
      );
      await open.window.tasks.cancel({ id });
      await open.until("its effect is unknown", () =>
        open.parts.runner.tasks().some((task) => task.id === id && task.state === "unknown-effect"),
      );
      expect((await lab.machine("tower-b")).bootId).toBe(before.bootId);
    });

    it("cycles, and starts into the set-up once", async () => {
      const { bootId } = await lab.machine("tower-a");
      const cycle = await act("amt.cycle", "tower-a");
      expect([cycle.state, cycle.error]).toEqual(["verified", null]);
      await stands("tower-a", (machine) => machine.power === "on" && machine.bootId !== bootId);
      await isSeen("tower-a", "on");
      const task = await act("amt.boot-once", "tower-a", { device: "bios" });
      expect([task.state, task.error]).toEqual(["verified", null]);
      await stands("tower-a", (machine) => machine.stage === "setup");
      await lab.control.power("off", "tower-a");
      await lab.control.power("on", "tower-a");
      await stands("tower-a", (machine) => machine.power === "on");
    });
  });

  it.each([
    ["amt-garbage", "tower-a", /^amt\.(garbage|not-amt|closed)$/],
    ["amt-truncated", "tower-a", /^amt\.truncated$/],
    ["amt-huge", "tower-a", /^amt\.too-large$/],
    ["amt-nonce-loop", "tower-a", /^amt\.digest-loop$/],
    ["amt-certificate-changed", "tower-b", /^amt\.certificate-changed$/],
  ])("says clearly what is wrong with %s, and is well once it is over", async (fault, id, code) => {
    await lab.control.fault(fault, id);
    expect(await refusedWith(id)).toMatch(code);
    const { hint } = sourceOf(id)?.error ?? {};
    expect(hint?.fr).not.toBe(hint?.en);
    await lab.control.clear();
    await open.window.resources.refresh({ ids: [id] });
    await open.until(`AMT of ${id} is well again`, () => sourceOf(id)?.error === null);
  });

  it("shows no password anywhere that the window sees", () => {
    const password = readFileSync(lab.path("lab", "secrets", "amt-password"), "utf8");
    expect(password).toHaveLength(16);
    for (const frame of open.recorder.fromMain) expect(Buffer.from(frame).includes(password)).toBe(false);
  });
});
