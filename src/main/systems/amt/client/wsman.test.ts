import { AMT, CIM } from "@device-management-toolkit/wsman-messages";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { essence } from "../testing/essence.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { fault, instance, well } from "../testing/fake-firmware.ts";
import { wsmanAt } from "../testing/surroundings.ts";
import type { Wsman } from "./wsman.ts";

const signal = new AbortController().signal;
const options = { signal };
let amt: FakeAmt;
let wsman: Wsman;
beforeEach(async () => {
  amt = await FakeAmt.start();
  wsman = wsmanAt(amt.port, { times: { exchange: 1000 } });
});
afterEach(async () => {
  wsman.device.close();
  await amt.close();
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OpsError)) throw new Error("not an OpsError", { cause: error });
  return error.code;
}

describe("requests are those of another implementation", () => {
  const cim = new CIM.Messages();
  const other = new AMT.Messages();
  const last = () => amt.received.at(-1)?.body ?? "";

  test("Get, Enumerate, Pull and Put", async () => {
    await wsman.get("CIM_Chassis", options);
    expect(essence(last())).toEqual(essence(cim.Chassis.Get()));
    await wsman.enumerate("CIM_Chip", options);
    expect(essence(amt.received.at(-2)?.body ?? "")).toEqual(essence(cim.Chip.Enumerate()));
    expect(essence(last())).toEqual(essence(cim.Chip.Pull("context-1")));
    await wsman.put("AMT_BootSettingData", [["BIOSSetup", true]], options);
    expect(essence(last())).toEqual(
      essence(
        other.BootSettingData.Put({ BIOSSetup: true } as Parameters<typeof other.BootSettingData.Put>[0]),
      ),
    );
  });

  test("method calls with and without a reference", async () => {
    const source = {
      class: "CIM_BootSourceSetting",
      selectors: { InstanceID: "Intel(r) AMT: Force PXE Boot" },
    } as const;
    await wsman.invoke("CIM_BootConfigSetting", "ChangeBootOrder", [["Source", source]], options);
    expect(essence(last())).toEqual(
      essence(cim.BootConfigSetting.ChangeBootOrder("Intel(r) AMT: Force PXE Boot" as never)),
    );
    await wsman.invoke("CIM_BootConfigSetting", "ChangeBootOrder", [], options);
    expect(essence(last())).toEqual(essence(cim.BootConfigSetting.ChangeBootOrder()));
    expect(last()).not.toContain("Source");
  });
});

describe("values", () => {
  test("are escaped on the way out and bounded on the way in", async () => {
    await wsman.put("AMT_BootSettingData", [["ElementName", `<&"'>é`]], options);
    const body = amt.received.at(-1)?.body ?? "";
    expect(body).toContain("<r:ElementName>&#60;&#38;&#34;&#39;&#62;é</r:ElementName>");
    amt.firmware.single.CIM_Card = [
      ["Model", "x".repeat(100_000)],
      ["Version", "-1"],
      ["Tag", "99999999999999999999"],
    ];
    const card = await wsman.get("CIM_Card", options);
    expect(card.value("Model")).toBeUndefined();
    expect(card.number("Version")).toBeUndefined();
    expect(card.number("Tag")).toBeUndefined();
  });

  test("with a name that is none are never written", async () => {
    await expect(wsman.put("AMT_BootSettingData", [["a><b", 1]], options)).rejects.toThrow();
    expect(amt.received).toHaveLength(0);
  });

  test("that are nil or of another namespace are absent", async () => {
    const uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Card";
    amt.misbehave = () => ({
      reply: well(
        `<g:CIM_Card xmlns:g="${uri}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><g:Model i:nil="true"/><o:Tag xmlns:o="urn:o">1</o:Tag><g:Name>n</g:Name></g:CIM_Card>`,
      ),
    });
    expect((await wsman.get("CIM_Card", options)).properties).toEqual([["Name", "n"]]);
  });
});

describe("faults", () => {
  test.each([
    ["AccessDenied", "amt.access-denied"],
    ["DestinationUnreachable", "amt.not-offered"],
    ["ActionNotSupported", "amt.not-offered"],
    ["TimedOut", "amt.operation-timed-out"],
    ["Concurrency", "amt.busy"],
    ["InternalError", "amt.internal-error"],
    ["SchemaValidationError", "amt.invalid-representation"],
  ])("%s is %s in words", async (subcode, code) => {
    amt.misbehave = () => ({ reply: fault("x", subcode) });
    const error = await wsman.get("CIM_Card", options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect((error as OpsError).text.fr).toMatch(/a refusé la requête/);
  });

  test("never carry the far side's own words", async () => {
    const reply = fault("x", "Weird");
    amt.misbehave = () => ({ reply: { ...reply, body: reply.body.replace("No.", "password is Secret-1") } });
    const error = await wsman.get("CIM_Card", options).catch((thrown: unknown) => thrown);
    expect(JSON.stringify((error as OpsError).toWire())).not.toContain("Secret-1");
  });
});

describe("answers that are not what was asked for", () => {
  const foreign = '<g:CIM_Card xmlns:g="urn:other"><g:Model>m</g:Model></g:CIM_Card>';
  test.each([
    ["an empty body", well(""), "amt.garbage"],
    ["another namespace", well(foreign), "amt.garbage"],
    ["no SOAP", { status: 200, body: "<html><body>hello</body></html>" }, "amt.garbage"],
    ["no XML", { status: 200, body: "hello" }, "amt.garbage"],
    ["a truncated envelope", { status: 200, body: well(foreign).body.slice(0, -20) }, "amt.garbage"],
    ["a document type", { status: 200, body: '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>' }, "amt.garbage"],
    ["deep nesting", { status: 200, body: "<a>".repeat(20_000) }, "amt.garbage"],
    ["a 400 without a fault", { status: 400, body: "<html/>" }, "amt.not-amt"],
    ["a 404", { status: 404, body: "" }, "amt.not-amt"],
    ["a 503", { status: 503, body: "" }, "amt.not-amt"],
  ])("%s", async (_what, reply, code) => {
    amt.misbehave = () => ({ reply });
    expect(await codeOf(wsman.get("CIM_Card", options))).toBe(code);
  });

  test("a method without a return value", async () => {
    amt.misbehave = () => ({ reply: well(instance("CIM_BootService", [["ReturnValue", 0]])) });
    expect(await codeOf(wsman.invoke("CIM_BootService", "SetBootConfigRole", [], options))).toBe(
      "amt.garbage",
    );
  });
});

describe("an enumeration", () => {
  const modules = Array.from({ length: 5 }, (_, at) => [["Tag", `DIMM ${at}`]] as const);

  test("is pulled to its end", async () => {
    amt.firmware.several.CIM_PhysicalMemory = modules;
    const found = await wsman.enumerate("CIM_PhysicalMemory", options);
    expect(found.map((each) => each.value("Tag"))).toEqual([
      "DIMM 0",
      "DIMM 1",
      "DIMM 2",
      "DIMM 3",
      "DIMM 4",
    ]);
    expect(amt.firmware.openEnumerations).toBe(0);
  });

  test("that never ends is given up and given back", async () => {
    amt.firmware.several.CIM_PhysicalMemory = Array.from({ length: 100 }, () => [["Tag", "x"]] as const);
    expect(await wsman.enumerate("CIM_PhysicalMemory", options)).toHaveLength(32);
    expect(amt.firmware.openEnumerations).toBe(0);
    expect(amt.firmware.trail.at(-1)).toBe("Release CIM_PhysicalMemory");
  });

  test.each(["close", "garbage", "silence", "truncate"] as const)(
    "is given back after %s in a pull",
    async (how) => {
      amt.firmware.several.CIM_PhysicalMemory = modules;
      amt.misbehave = (body) => (body.includes("MaxElements") ? how : null);
      const code = await codeOf(wsman.enumerate("CIM_PhysicalMemory", options));
      expect(code).toMatch(/^amt\.(closed|garbage|timed-out|truncated)$/);
      expect(amt.firmware.openEnumerations).toBe(0);
    },
  );

  test("is given back when the caller gives up", async () => {
    amt.firmware.several.CIM_PhysicalMemory = modules;
    const caller = new AbortController();
    amt.misbehave = (body) => {
      if (!body.includes("MaxElements")) return null;
      caller.abort();
      return "silence";
    };
    expect(await codeOf(wsman.enumerate("CIM_PhysicalMemory", { signal: caller.signal }))).toBe(
      "general.cancelled",
    );
    expect(amt.firmware.openEnumerations).toBe(0);
  });
});
