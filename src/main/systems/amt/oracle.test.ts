import { AMT, CIM, IPS } from "@device-management-toolkit/wsman-messages";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setNextBoot } from "./boot.ts";
import { readCapabilities } from "./capabilities.ts";
import type { ClassName } from "./client/namespaces.ts";
import type { Wsman } from "./client/wsman.ts";
import { readEventLog } from "./event-log.ts";
import { readHardware } from "./hardware.ts";
import { powerCodes, requestPower } from "./power.ts";
import { settingOf } from "./reachable/settings.ts";
import { requestAwake } from "./standby.ts";
import { essence } from "./testing/essence.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { wsmanAt } from "./testing/surroundings.ts";

/** What this console sends is what another implementation, which many have run against real firmware, sends for it. */

const options = { signal: new AbortController().signal };
const cim = new CIM.Messages();
const other = new AMT.Messages();
const ips = new IPS.Messages();
let amt: FakeAmt;
let wsman: Wsman;
beforeEach(async () => {
  amt = await FakeAmt.start();
  wsman = wsmanAt(amt.port);
});
afterEach(async () => {
  wsman.device.close();
  await amt.close();
});

/** Every request that was taken, as its action's last part and class, with what it means. */
const sent = () =>
  amt.firmware.asked.map(({ action, className, body }) => ({ of: `${action} ${className}`, body }));
const lastOf = (of: string) => essence(sent().findLast((each) => each.of === of)?.body ?? "<none/>");

describe("methods", () => {
  test.each([powerCodes.on, powerCodes.cycle, powerCodes.off, powerCodes.reset])(
    "power change %i",
    async (code) => {
      await requestPower(wsman, code, { ...options, sending: () => undefined });
      expect(lastOf("RequestPowerStateChange CIM_PowerManagementService")).toEqual(
        essence(cim.PowerManagementService.RequestPowerStateChange(code as never)),
      );
    },
  );

  test("an operating system's power saving", async () => {
    amt.firmware.methods["IPS_PowerManagementService.RequestOSPowerSavingStateChange"] = () => [
      ["ReturnValue", 0],
    ];
    await requestAwake(wsman, { ...options, sending: () => undefined });
    expect(lastOf("RequestOSPowerSavingStateChange IPS_PowerManagementService")).toEqual(
      essence(ips.PowerManagementService.RequestOSPowerSavingStateChange(2)),
    );
  });

  test.each([
    ["pxe", "Intel(r) AMT: Force PXE Boot"],
    ["disk", "Intel(r) AMT: Force Hard-drive Boot"],
    ["bios", undefined],
  ] as const)("the next boot to %s", async (device, source) => {
    await setNextBoot(wsman, device, options);
    expect(lastOf("SetBootConfigRole CIM_BootService")).toEqual(
      essence(cim.BootService.SetBootConfigRole("Intel(r) AMT: Boot Configuration 0", 1)),
    );
    expect(lastOf("ChangeBootOrder CIM_BootConfigSetting")).toEqual(
      essence(cim.BootConfigSetting.ChangeBootOrder(source as never)),
    );
  });

  test("the event log", async () => {
    amt.firmware.events = ["AAAAAP//AAAAAAAAAAAAAAAAAAAA"];
    await readEventLog(wsman, options, 10);
    expect(lastOf("PositionToFirstRecord AMT_MessageLog")).toEqual(
      essence(other.MessageLog.PositionToFirstRecord()),
    );
    expect(lastOf("GetRecords AMT_MessageLog")).toEqual(essence(other.MessageLog.GetRecords(1)));
  });

  test("consent", async () => {
    for (const method of ["StartOptIn", "SendOptInCode", "CancelOptIn"]) {
      amt.firmware.methods[`IPS_OptInService.${method}`] = () => [["ReturnValue", 0]];
    }
    await wsman.invoke("IPS_OptInService", "StartOptIn", [], options);
    expect(lastOf("StartOptIn IPS_OptInService")).toEqual(essence(ips.OptInService.StartOptIn()));
    await wsman.invoke("IPS_OptInService", "SendOptInCode", [["OptInCode", 42137]], options);
    expect(lastOf("SendOptInCode IPS_OptInService")).toEqual(essence(ips.OptInService.SendOptInCode(42137)));
    await wsman.invoke("IPS_OptInService", "CancelOptIn", [], options);
    expect(lastOf("CancelOptIn IPS_OptInService")).toEqual(essence(ips.OptInService.CancelOptIn()));
  });
});

describe("what makes a machine reachable", () => {
  const accept = () => [["ReturnValue", 0]] as const;

  test("the states of screen and serial console", async () => {
    amt.firmware.methods["CIM_KVMRedirectionSAP.RequestStateChange"] = accept;
    amt.firmware.methods["AMT_RedirectionService.RequestStateChange"] = accept;
    await settingOf("kvm").write(wsman, "on", options, null);
    expect(lastOf("RequestStateChange CIM_KVMRedirectionSAP")).toEqual(
      essence(cim.KVMRedirectionSAP.RequestStateChange(2)),
    );
    await settingOf("redirection").write(wsman, "32771", options, null);
    expect(lastOf("RequestStateChange AMT_RedirectionService")).toEqual(
      essence(other.RedirectionService.RequestStateChange(32771)),
    );
  });

  test("settings that are read and written with a selector", async () => {
    const port = "Intel(r) AMT Ethernet Port Settings 0";
    const values = [
      ["ElementName", "Ports"],
      ["InstanceID", port],
      ["LinkPolicy", 1],
      ["LinkPolicy", 14],
    ] as const;
    amt.firmware.single.AMT_EthernetPortSettings = values;
    await wsman.get("AMT_EthernetPortSettings", options, { InstanceID: port });
    expect(lastOf("Get AMT_EthernetPortSettings")).toEqual(
      essence(other.EthernetPortSettings.Get({ name: "InstanceID", value: port })),
    );
    await wsman.put("AMT_EthernetPortSettings", values, options, { InstanceID: port });
    const put = { ElementName: "Ports", InstanceID: port, LinkPolicy: [1, 14] };
    expect(lastOf("Put AMT_EthernetPortSettings")).toEqual(
      essence(
        other.EthernetPortSettings.Put(
          put as unknown as Parameters<typeof other.EthernetPortSettings.Put>[0],
        ),
      ),
    );
  });
});

describe("readings", () => {
  const oracles: Partial<
    Record<ClassName, { Get(): string; Enumerate(): string; Pull(context: string): string }>
  > = {
    CIM_BIOSElement: cim.BIOSElement,
    CIM_Card: cim.Card,
    CIM_Chassis: cim.Chassis,
    CIM_Chip: cim.Chip,
    CIM_ComputerSystemPackage: cim.ComputerSystemPackage,
    CIM_MediaAccessDevice: cim.MediaAccessDevice,
    CIM_PhysicalMemory: cim.PhysicalMemory,
    CIM_Processor: cim.Processor,
    CIM_SoftwareIdentity: cim.SoftwareIdentity,
    CIM_KVMRedirectionSAP: cim.KVMRedirectionSAP,
    AMT_BootCapabilities: other.BootCapabilities,
    AMT_RedirectionService: other.RedirectionService,
    AMT_SetupAndConfigurationService: other.SetupAndConfigurationService,
    IPS_HostBasedSetupService: ips.HostBasedSetupService,
    IPS_KVMRedirectionSettingData: ips.KVMRedirectionSettingData,
    IPS_OptInService: ips.OptInService,
  };

  test("of hardware and of what the firmware can do", async () => {
    await readHardware(wsman, options);
    await readCapabilities(wsman, options, null);
    let checked = 0;
    const compared = new Set<string>();
    for (const { of, body } of sent()) {
      const [action = "", name = ""] = of.split(" ");
      const oracle = oracles[name as ClassName];
      if (!oracle || body.includes("SelectorSet")) continue;
      const context = /<EnumerationContext>(.*)<\/EnumerationContext>/.exec(body)?.[1] ?? "";
      const expected =
        action === "Get" ? oracle.Get() : action === "Enumerate" ? oracle.Enumerate() : oracle.Pull(context);
      expect(essence(body), of).toEqual(essence(expected));
      compared.add(name);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(15);
    expect([...compared].sort()).toEqual(expect.arrayContaining(["CIM_Chip", "IPS_OptInService"]));
  });
});
