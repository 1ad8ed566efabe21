import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clearedSettings, clearNextBoot, setNextBoot } from "./boot.ts";
import { Instance } from "./client/instance.ts";
import type { Wsman } from "./client/wsman.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { fault } from "./testing/fake-firmware.ts";
import { wsmanAt } from "./testing/surroundings.ts";

const options = { signal: new AbortController().signal };
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

const order = [
  "Get AMT_BootSettingData",
  "ChangeBootOrder CIM_BootConfigSetting",
  "Put AMT_BootSettingData",
  "SetBootConfigRole CIM_BootService",
  "ChangeBootOrder CIM_BootConfigSetting",
];

describe("the next boot", () => {
  test("is set in the order that AMT wants, with old settings cleared", async () => {
    await setNextBoot(wsman, "pxe", options);
    expect(amt.firmware.trail).toEqual(order);
    const [first, last] = amt.firmware.asked.filter(({ action }) => action === "ChangeBootOrder");
    expect(first?.body).not.toContain("Source");
    expect(last?.body).toContain('<w:Selector Name="InstanceID">Intel(r) AMT: Force PXE Boot</w:Selector>');
    expect(amt.firmware.asked[3]?.body).toContain("Intel(r) AMT: Boot Configuration 0");
    expect(amt.firmware.bootSettings).toEqual([
      ["BIOSPause", "false"],
      ["BIOSSetup", "false"],
      ["BootMediaIndex", "0"],
      ["ElementName", "Intel(r) AMT Boot Configuration Settings"],
      ["EnforceSecureBoot", "true"],
      ["FirmwareVerbosity", "0"],
      ["IDERBootDevice", "0"],
      ["InstanceID", "Intel(r) AMT:BootSettingData 0"],
      ["PlatformErase", "false"],
      ["UseIDER", "false"],
      ["UseSOL", "false"],
    ]);
  });

  test("to the BIOS is a setting and no source", async () => {
    await setNextBoot(wsman, "bios", options);
    expect(amt.firmware.trail).toEqual(order);
    expect(amt.firmware.asked.at(-1)?.body).not.toContain("Source");
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "true"]);
  });

  test("to the disk names it", async () => {
    await setNextBoot(wsman, "disk", options);
    expect(amt.firmware.asked.at(-1)?.body).toContain("Intel(r) AMT: Force Hard-drive Boot");
  });

  test("that is refused says at which step", async () => {
    amt.firmware.bootReturnValue = 5;
    await expect(setNextBoot(wsman, "pxe", options)).rejects.toMatchObject({
      code: "amt.boot-refused",
      text: { en: expect.stringContaining("ChangeBootOrder, return value 5") },
    });
    expect(amt.firmware.trail).toHaveLength(2);
  });

  test("is written in the order of the schema where the firmware takes no other, as is taking it back", async () => {
    const orders: string[][] = [];
    amt.firmware.onPut = (_class, properties) => {
      const names = properties.map(([name]) => name);
      orders.push(names);
      return names[0] === "ElementName" ? null : fault("w", "SchemaValidationError");
    };
    await setNextBoot(wsman, "bios", options);
    await clearNextBoot(wsman, options);
    const bySchema = [
      "ElementName",
      "InstanceID",
      "UseSOL",
      "BIOSSetup",
      "BIOSPause",
      "FirmwareVerbosity",
      "IDERBootDevice",
      "UseIDER",
      "EnforceSecureBoot",
      "BootMediaIndex",
      "PlatformErase",
    ];
    expect(orders).toEqual([[...bySchema].sort(), bySchema, bySchema]);
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "false"]);
  });

  test("is taken back whole", async () => {
    await setNextBoot(wsman, "bios", options);
    await clearNextBoot(wsman, options);
    expect(amt.firmware.bootSettings).toContainEqual(["BIOSSetup", "false"]);
  });

  test("leaves alone what is no flag, in the order in which it came", () => {
    const read = new Instance([
      ["SecureErase", "TRUE"],
      ["OwningEntity", "Intel(r) AMT"],
      ["UefiBootNumberOfParams", "4"],
      ["RSEPassword", ""],
    ]);
    expect(clearedSettings(read, true)).toEqual([
      ["SecureErase", false],
      ["OwningEntity", "Intel(r) AMT"],
      ["UefiBootNumberOfParams", 0],
      ["RSEPassword", ""],
    ]);
  });
});
