import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AmtDevice } from "../../src/main/systems/amt/client/device.ts";
import { Wsman } from "../../src/main/systems/amt/client/wsman.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { withQuickAmt } from "./support/quick-amt.ts";

const tower = "tower-a";
const signal = new AbortController().signal;
const options = { signal };
let lab: SliceLab;
let open: OpenConsole;
/** Another console that administers the same machine. */
let other: Wsman;

beforeAll(async () => {
  lab = await SliceLab.start({ speed: 25 });
  open = await OpenConsole.open({
    estate: lab.estate,
    dataFolder: lab.path("data"),
    definitions: withQuickAmt,
  });
  await open.read(tower);
  const { ports } = await lab.control.status();
  const password = readFileSync(lab.path("lab", "secrets", "amt-password"), "utf8");
  other = new Wsman(
    new AmtDevice({
      place: {
        name: tower,
        address: "127.0.0.1",
        port: ports[`amt ${tower}`] ?? 0,
        via: null,
        allowlist: null,
      },
      tls: null,
      user: "admin",
      password: async () => ({ reveal: () => password }),
      dial: async ({ address, port }) => connect({ host: address, port }),
      now: Date.now,
    }),
  );
});
afterAll(async () => {
  other?.device.close();
  await open?.close();
  await lab?.stop();
});

async function act(action: string, input: Record<string, string> = {}) {
  const request = { action, resources: [tower], input, reason: "trial", confirmation: tower };
  const { task } = await open.window.actions.start(request);
  return open.parts.runner.waitFor(task);
}

/** What decides whether the machine can be reached, as the other console reads it. */
async function settings() {
  const kvm = await other.get("CIM_KVMRedirectionSAP", options);
  const redirection = await other.get("AMT_RedirectionService", options);
  const port = await other.get("AMT_EthernetPortSettings", options, {
    InstanceID: "Intel(r) AMT Ethernet Port Settings 0",
  });
  return {
    kvm: kvm.number("EnabledState"),
    redirection: redirection.number("EnabledState"),
    listener: redirection.value("ListenerEnabled"),
    link: port.numbers("LinkPolicy"),
  };
}

describe("a tower whose screen and serial console were switched off", () => {
  const off = { kvm: 3, redirection: 32_768, listener: "false", link: [1] };

  it("is made reachable by what the preview said, and put back by undo", async () => {
    await other.invoke("CIM_KVMRedirectionSAP", "RequestStateChange", [["RequestedState", 3]], options);
    await other.invoke("AMT_RedirectionService", "RequestStateChange", [["RequestedState", 32_768]], options);
    await other.put("AMT_RedirectionService", [["ListenerEnabled", false]], options);
    const selectors = { InstanceID: "Intel(r) AMT Ethernet Port Settings 0" };
    await other.put("AMT_EthernetPortSettings", [["LinkPolicy", [1]]], options, selectors);
    expect(await settings()).toEqual(off);

    const request = { action: "amt.make-reachable", resources: [tower], input: {} };
    const [preview] = await open.window.actions.preview(request);
    expect(preview?.probe.state).toBe("needed");
    expect(preview?.steps.slice(0, 4).map(({ fr }) => fr)).toEqual([
      "Écran par le réseau (KVM) : de désactivé à activé.",
      "Console série par le réseau (SOL) : de ni console série ni stockage à console série.",
      "Port de redirection : de fermé à ouvert.",
      "Réseau quand la machine est éteinte : de coupé à maintenu sur secteur.",
    ]);
    expect(await settings()).toEqual(off);

    const task = await act("amt.make-reachable");
    expect([task.state, task.error]).toEqual(["verified", null]);
    expect(await settings()).toEqual({ kvm: 6, redirection: 32_770, listener: "true", link: [1, 14] });
    expect((await act("amt.make-reachable")).state).toBe("already-done");

    const undone = await open.window.tasks.undo({ id: task.id });
    expect((await open.parts.runner.waitFor(undone.task)).state).toBe("verified");
    expect(await settings()).toEqual(off);
  });
});

describe("a tower that wants its user's consent", () => {
  /** The questions for a code; hosts may ask about their keys meanwhile. */
  const questions = () => open.parts.questions.list().filter(({ kind }) => kind === "consent");

  it("starts into its set-up once the code on its screen was typed, and shows the code to nobody", async () => {
    await other.put("IPS_OptInService", [["OptInRequired", 4_294_967_295]], options);
    const running = act("amt.boot-once", { device: "bios" });
    await open.until("the code is asked for", () => questions().length === 1);
    const [question] = questions();
    expect(question).toMatchObject({ kind: "consent", resource: tower, digits: 6 });
    const { management } = await lab.machine(tower);
    const code = management?.consentCode ?? "";
    expect(code).toMatch(/^\d{6}$/);
    const wrong = code === "000000" ? "000001" : "000000";
    await open.window.questions.answer({ id: question?.id ?? "", accept: true, answers: [wrong] });
    await open.until("it is asked for again", () => {
      const [again] = questions();
      return again !== undefined && again.id !== question?.id;
    });
    const again = questions()[0]?.id ?? "";
    await open.window.questions.answer({ id: again, accept: true, answers: [code] });
    const task = await running;
    expect([task.state, task.error]).toEqual(["verified", null]);
    await open.until("the questions are over", () => questions().length === 0);
    expect((await lab.machine(tower)).management?.consentCode).toBeNull();
    for (const frame of open.recorder.fromMain) expect(Buffer.from(frame).includes(code)).toBe(false);
    const { events } = await open.window.journal.page({ limit: 200 });
    expect(JSON.stringify(events)).not.toContain(code);
  });
});
