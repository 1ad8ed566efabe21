import { afterEach, beforeEach, expect, test } from "vitest";
import type { Wsman } from "./client/wsman.ts";
import { hardwareFacts } from "./facts.ts";
import { readHardware } from "./hardware.ts";
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

test("the inventory becomes facts, in at most sixteen requests", async () => {
  expect(hardwareFacts(await readHardware(wsman, options))).toEqual({
    "amt.version": "16.1.30",
    "hardware.uuid": "00112233-4455-6677-8899-aabbccddeeff",
    "hardware.manufacturer": "Example Works",
    "hardware.model": "Tower 1",
    "hardware.serial": "T-0001",
    "hardware.board": "Example Works Board & Co <1>",
    "hardware.bios": "Example BIOS 1.2.3",
    "hardware.processor": "Example CPU 4 GHz",
    "hardware.memory": ["DIMM 0 · 16 GiB · 3200 MHz"],
    "hardware.disks": ["512 GB"],
  });
  expect(amt.received.length).toBeLessThanOrEqual(16);
});

test("what the firmware does not have, or tells as nothing, is left out", async () => {
  amt.misbehave = (body) =>
    body.includes("CIM_Chip") ? { reply: fault("e", "DestinationUnreachable") } : null;
  amt.firmware.single.CIM_Chassis = [
    ["Model", "To be filled by O.E.M."],
    ["SerialNumber", "  "],
    ["Manufacturer", "Tabs\u0085 and\tspaces"],
  ];
  amt.firmware.single.CIM_ComputerSystemPackage = [["PlatformGUID", "0".repeat(32)]];
  amt.firmware.several.CIM_PhysicalMemory = [];
  amt.firmware.several.CIM_Processor = [[["ElementName", "Managed System CPU"]]];
  expect(hardwareFacts(await readHardware(wsman, options))).toEqual({
    "amt.version": "16.1.30",
    "hardware.manufacturer": "Tabs and spaces",
    "hardware.board": "Example Works Board & Co <1>",
    "hardware.bios": "Example BIOS 1.2.3",
    "hardware.processor": "Managed System CPU",
    "hardware.disks": ["512 GB"],
  });
});

test("a device that stops answering ends the reading", async () => {
  amt.misbehave = (body) => (body.includes("CIM_Card") ? "close" : null);
  await expect(readHardware(wsman, options)).rejects.toMatchObject({ code: "amt.closed" });
});
