import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../../../actions/action.ts";
import { runnerWith, run as runTask } from "../../../actions/fixtures/started-runner.ts";
import { MachineAccess } from "../machine-access.ts";
import { amtMachines } from "../machines.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { fault } from "../testing/fake-firmware.ts";
import { FakeSettings } from "../testing/fake-settings.ts";
import { actionContext, configFor, dialLoopback, FakeClock, FakeSecrets } from "../testing/surroundings.ts";
import { makeReachableAction } from "./make-reachable.ts";

let amt: FakeAmt;
let settings: FakeSettings;
let secrets: FakeSecrets;
let access: MachineAccess;
let action: Action;
const changed: string[] = [];

beforeEach(async () => {
  amt = await FakeAmt.start();
  settings = new FakeSettings(amt.firmware);
  secrets = new FakeSecrets();
  changed.length = 0;
  use("redirection");
});
afterEach(async () => {
  access.close();
  await amt.close();
});

function use(screen: "redirection" | "none" | "port-5900"): void {
  access?.close();
  const config = configFor({ "tower-a": amt.port });
  const port5900 = { port: 5900, password: "keychain:screen" as const };
  const machines = amtMachines({ ...config, screen: screen === "port-5900" ? port5900 : screen });
  const clock = new FakeClock();
  access = new MachineAccess({
    system: "atelier-amt",
    machines,
    reach: { dial: dialLoopback },
    secrets: {
      resolve: async (reference) =>
        reference === "keychain:screen" ? { reveal: () => secrets.value } : { reveal: () => "Secret-1" },
    },
    now: clock.now,
    wait: clock.wait,
    times: { exchange: 5000 },
  });
  action = makeReachableAction(access, { onChanged: (id) => changed.push(id) }) as Action;
}

const english = (texts: readonly { en: string }[] | undefined) => (texts ?? []).map(({ en }) => en);
const writes = () => amt.firmware.trail.filter((each) => /^(Put|RequestStateChange)/.test(each));

async function probe() {
  return action.probe(actionContext("tower-a").context, {});
}

/** Runs it as the runner does. */
async function run() {
  const { context, trail } = actionContext("tower-a");
  const before = await action.probe(context, {});
  const applied = await action.apply(context, {}, before);
  return { before, trail, applied, verification: await action.verify(context, {}, before, applied) };
}

describe("looking", () => {
  test("tells from what to what each setting would go, and changes nothing", async () => {
    const found = await probe();
    expect(found.state).toBe("needed");
    expect(english(found.steps)).toEqual([
      "Screen over the network (KVM): from off to on.",
      "Serial console over the network (SOL): from neither serial console nor storage to serial console.",
      "Redirection port: from closed to open.",
      "Network while the machine is off: from cut to kept on mains.",
    ]);
    expect(writes()).toEqual([]);
    expect(amt.received.at(-1)?.status).toBe(200);
  });

  test("has nothing to do where all is on", async () => {
    settings.allOn();
    expect(await probe()).toMatchObject({ state: "done" });
  });

  test("leaves storage on where it is on", async () => {
    settings.set("AMT_RedirectionService", "EnabledState", 32769);
    expect((await probe()).observed.changes).toContainEqual({
      id: "redirection",
      from: "32769",
      to: "32771",
    });
  });

  test("leaves the screen alone where the estate wants none", async () => {
    use("none");
    expect(english((await probe()).steps).join()).not.toContain("KVM");
  });

  test.each([
    [1, "wants its user's consent", 2],
    [0, "client control mode", 1],
  ])("notes consent %i and leaves it: %s", async (required, words, mode) => {
    settings.allOn();
    settings.set("IPS_OptInService", "OptInRequired", required);
    settings.set("IPS_HostBasedSetupService", "CurrentControlMode", mode);
    expect(await probe()).toMatchObject({ state: "done", text: { en: expect.stringContaining(words) } });
  });
});

describe("a screen that cannot be had is told in words", () => {
  beforeEach(() => settings.allOn());

  const refused = async (words: string) => {
    const found = await probe();
    expect(found).toMatchObject({ state: "impossible", text: { en: expect.stringContaining(words) } });
    expect(found.text.fr).toMatch(/[a-zé]{4}/);
    expect(writes()).toEqual([]);
  };

  test("standard manageability", async () => {
    settings.kvm = 3;
    settings.sku(16 + 16384);
    await refused("Standard Manageability");
  });

  test("no class for it in full AMT", async () => {
    amt.misbehave = (body) =>
      body.includes("CIM_KVMRedirectionSAP") ? { reply: fault("e", "DestinationUnreachable") } : null;
    await refused("Intel's graphics");
  });

  test("not applicable", async () => {
    settings.kvm = 5;
    await refused("Intel's graphics");
  });

  test("switched off in the BIOS", async () => {
    settings.kvm = 3;
    settings.set("IPS_KVMRedirectionSettingData", "EnabledByMEBx", false);
    await refused("switched off in the machine's BIOS");
  });

  test("a user without the realm", async () => {
    amt.misbehave = (body) =>
      body.includes("CIM_KVMRedirectionSAP") ? { reply: fault("w", "AccessDenied") } : null;
    await refused("realm “Redirection”");
  });

  test("AMT that is not set up", async () => {
    settings.set("IPS_HostBasedSetupService", "CurrentControlMode", 0);
    await refused("not set up");
  });

  test("but what else can be had is still changed", async () => {
    settings.sku(16);
    settings.set("AMT_RedirectionService", "ListenerEnabled", false);
    const found = await probe();
    expect(found.state).toBe("needed");
    expect(english(found.steps)[0]).toContain("Redirection port");
    expect(english(found.steps)[1]).toContain("Standard Manageability");
  });
});

describe("changing", () => {
  test("goes in order, only what needs it, and reads each again", async () => {
    const { verification, trail } = await run();
    expect(verification).toMatchObject({ proven: true });
    expect(writes()).toEqual([
      "RequestStateChange CIM_KVMRedirectionSAP",
      "RequestStateChange AMT_RedirectionService",
      "Put AMT_RedirectionService",
      "Put AMT_EthernetPortSettings",
    ]);
    expect(trail.committed).toBe(4);
    expect(trail.progress).toContain("Redirection port: open.");
    expect(changed).toEqual(["tower-a"]);
    expect((await probe()).state).toBe("done");
  });

  test("writes back what was there, but neither log nor lease nor what AMT only tells", async () => {
    await run();
    const redirection = amt.firmware.single.AMT_RedirectionService;
    expect(redirection).toContainEqual(["EnabledState", "32770"]);
    expect(redirection?.map(([name]) => name)).not.toContain("AccessLog");
    const port = amt.firmware.single.AMT_EthernetPortSettings ?? [];
    expect(port).toContainEqual(["SharedMAC", "true"]);
    expect(port.filter(([name]) => name === "LinkPolicy").map(([, value]) => value)).toEqual([
      "1",
      "14",
      "16",
    ]);
    expect(port.map(([name]) => name)).not.toEqual(
      expect.arrayContaining(["IPAddress", "LinkIsUp", "MACAddress"]),
    );
    const put = amt.received.find(({ body }) => /AMT_EthernetPortSettings xmlns/.test(body));
    expect(put?.body).toContain('<w:Selector Name="InstanceID">Intel(r) AMT Ethernet Port Settings 0<');
  });

  test("writes in the order of the schema where the firmware takes no other", async () => {
    const orders: string[][] = [];
    amt.firmware.onPut = (className, properties) => {
      if (className !== "AMT_EthernetPortSettings") return null;
      const names = properties.map(([name]) => name);
      orders.push(names);
      return names[0] === "InstanceID" && names.at(-1) === "DHCPEnabled"
        ? null
        : fault("w", "InvalidRepresentation");
    };
    expect((await run()).verification).toMatchObject({ proven: true });
    expect(orders).toEqual([
      ["DHCPEnabled", "InstanceID", "LinkPolicy", "LinkPolicy", "LinkPolicy", "SharedMAC"],
      ["InstanceID", "SharedMAC", "LinkPolicy", "LinkPolicy", "LinkPolicy", "DHCPEnabled"],
    ]);
  });

  test("that no order helps is told after the second try", async () => {
    amt.firmware.onPut = () => fault("w", "InvalidRepresentation");
    const { verification } = await run();
    expect(verification.text.en).toContain("does not accept the values or their order");
    expect(amt.received.filter(({ body }) => body.includes("transfer/Put"))).toHaveLength(2);
  });

  test("stops where AMT refuses, and tells what was changed and what not", async () => {
    amt.firmware.methods["AMT_RedirectionService.RequestStateChange"] = () => [["ReturnValue", 2]];
    const { verification } = await run();
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification.text.en).toContain("Changed: Screen over the network (KVM) (on).");
    expect(verification.text.en).toContain("Not changed: Serial console over the network (SOL)");
    expect(verification.text.en).toContain("switched off in the BIOS");
    expect(writes()).not.toContain("Put AMT_RedirectionService");
  });

  test("does not take an accepted change for a made one", async () => {
    settings.kvmKeeps = false;
    const { verification } = await run();
    expect(verification.text.en).toContain("Nothing was changed.");
    expect(verification.text.en).toContain("still says: off");
  });

  test("whose line breaks is told by what is read afterwards", async () => {
    amt.misbehave = (body) => {
      if (!body.includes("AMT_RedirectionService xmlns")) return null;
      settings.set("AMT_RedirectionService", "ListenerEnabled", true);
      return "close";
    };
    const { verification } = await run();
    expect(verification.text.en).toContain("Redirection port (open)");
    expect(verification.text.en).toContain("Not changed: Network while the machine is off");
  });

  test("runs through the runner, and is undone to exactly what was", async () => {
    const runner = runnerWith([action]);
    const task = await runTask(runner, { action: "amt.make-reachable" });
    expect(task).toMatchObject({ state: "verified", undoable: true });
    const undone = await runner.waitFor(await runner.undo(task.id));
    expect(undone.state).toBe("verified");
    expect(settings.kvm).toBe(3);
    const { AMT_RedirectionService: redirection, AMT_EthernetPortSettings: port } = amt.firmware.single;
    expect(redirection).toContainEqual(["EnabledState", 32768]);
    expect(redirection).toContainEqual(["ListenerEnabled", "false"]);
    expect(port?.filter(([name]) => name === "LinkPolicy").map(([, value]) => value)).toEqual(["1", "16"]);
  });

  test("is settled by reading", async () => {
    const { context } = actionContext("tower-a");
    const before = await action.probe(context, {});
    expect(await action.settle(context, {}, before)).toMatchObject({ effect: "did-not-happen" });
    settings.kvm = 6;
    expect(await action.settle(context, {}, before)).toMatchObject({
      effect: "unknown",
      text: { en: expect.stringContaining("Not changed: Serial console") },
    });
    await action.apply(context, {}, before);
    expect(await action.settle(context, {}, before)).toMatchObject({ effect: "happened" });
  });
});

describe("the classic VNC port", () => {
  beforeEach(() => {
    settings.allOn();
    use("port-5900");
  });

  test("is opened with the password that the estate names", async () => {
    secrets.value = "Gr8&<ope";
    const { verification, before, trail, applied } = await run();
    expect(verification).toMatchObject({ proven: true });
    const put = amt.received.find(({ body }) => body.includes("<r:RFBPassword>"));
    expect(put?.body).toContain("<r:RFBPassword>Gr8&#38;&#60;ope</r:RFBPassword>");
    expect(JSON.stringify([before, trail, applied, verification])).not.toContain("Gr8");
  });

  test("is not tried with a password that AMT does not take", async () => {
    secrets.value = "too simple";
    expect(await probe()).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("exactly eight characters") },
    });
  });

  test("is not there any more since 16.1", async () => {
    secrets.value = "Gr8&<ope";
    settings.sku(8, "16.1.30");
    expect(await probe()).toMatchObject({ text: { en: expect.stringContaining("no VNC port 5900") } });
  });

  test("that is open stays, and its password is not fetched", async () => {
    settings.set("IPS_KVMRedirectionSettingData", "Is5900PortEnabled", true);
    secrets.value = "no";
    expect(await probe()).toMatchObject({ state: "done" });
  });
});
