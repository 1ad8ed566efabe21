import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceTo, requestFor, selectorsOf, TestEngine, valueIn, valuesIn } from "../testing.ts";
import { spaces } from "./names.ts";

const faultOf = (reply: { status: number; body: string }) => [
  reply.status,
  /<a:Subcode><a:Value>([^<]*)</.exec(reply.body)?.[1] ?? null,
];

describe("the power of a machine", () => {
  it("is told with what may be asked for now", () => {
    const test = new TestEngine();
    const read = () => {
      const reply = test.get("CIM_AssociatedPowerManagementService");
      return [valueIn(reply, "PowerState"), ...valuesIn(reply, "AvailableRequestedPowerStates")];
    };
    expect(read()).toEqual(["2", "5", "8", "10", "12", "14"]);
    expect(test.requestPower(8)).toBe(0);
    expect(read()).toEqual(["8", "2"]);
    expect([test.requestPower(10), test.requestPower(8), test.requestPower(2)]).toEqual([2, 2, 0]);
    expect(read()).toEqual(["2", "5", "8", "10"]);
    test.clock.advance(60_000);
    expect(test.machine.power).toBe("on");
  });

  it("is not taken from under an open session, and a reset is", () => {
    const test = new TestEngine();
    test.engine.openSession("kvm", () => {});
    expect([test.requestPower(5), test.requestPower(8), test.requestPower(10)]).toEqual([2, 2, 0]);
    test.engine.closeSession("kvm");
    expect(test.requestPower(8)).toBe(0);
  });

  it("stays as it is while the fault amt-power-ignored is in force, and 0 is answered", () => {
    const test = new TestEngine();
    test.world.inject(["amt-power-ignored", "tower-a"]);
    expect([test.requestPower(8), test.machine.power]).toEqual([0, "on"]);
  });
});

describe("the next boot", () => {
  const configuration = referenceTo("BootConfigSetting", "CIM_BootConfigSetting", {
    InstanceID: "Intel(r) AMT: Boot Configuration 0",
  });
  const use = (test: TestEngine) =>
    test.returned("CIM_BootService", "SetBootConfigRole", `${configuration}<p:Role>1</p:Role>`);
  const order = (test: TestEngine, source: string | null) =>
    test.returned(
      "CIM_BootConfigSetting",
      "ChangeBootOrder",
      source === null ? "" : referenceTo("Source", "CIM_BootSourceSetting", { InstanceID: source }),
    );

  it("goes into the set-up once", () => {
    const test = new TestEngine();
    expect(order(test, null)).toBe(0);
    expect(test.put("AMT_BootSettingData", "<p:BIOSSetup>true</p:BIOSSetup>").status).toBe(200);
    expect([use(test), test.requestPower(10)]).toEqual([0, 0]);
    test.clock.advance(60_000);
    expect(test.machine.stage).toBe("setup");
    test.requestPower(10);
    test.clock.advance(60_000);
    expect(test.machine.stage).toBe("system");
  });

  it("follows an order that was left from before, rather than the settings", () => {
    const test = new TestEngine();
    order(test, "Intel(r) AMT: Force PXE Boot");
    test.put("AMT_BootSettingData", "<p:BIOSSetup>true</p:BIOSSetup>");
    use(test);
    test.requestPower(10);
    expect(test.machine.nextBoot).toBe("network");
  });

  it("refuses an empty source, an unknown one, and what recent firmware does not take back", () => {
    const test = new TestEngine("tower-b");
    const empty = test.invoke("CIM_BootConfigSetting", "ChangeBootOrder", "<p:Source></p:Source>");
    expect(faultOf(empty)).toEqual([400, "c:SchemaValidationError"]);
    expect(order(test, "Intel(r) AMT: Force Nothing")).toBe(36);
    expect(faultOf(test.put("AMT_BootSettingData", "<p:RPEEnabled>false</p:RPEEnabled>"))).toEqual([
      400,
      "t:InvalidRepresentation",
    ]);
    expect(valueIn(test.get("AMT_BootSettingData"), "RPEEnabled")).toBe("false");
  });

  it("wants consent in client control mode", () => {
    const test = new TestEngine();
    test.management.controlMode = "client";
    expect([order(test, null), use(test)]).toEqual([16, 16]);
    expect(faultOf(test.put("AMT_BootSettingData", ""))).toEqual([400, "c:AccessDenied"]);
  });
});

describe("what is read", () => {
  it("has the machine's disks and memory", () => {
    const test = new TestEngine();
    const context = inside(enumerate(test, "CIM_MediaAccessDevice"), "EnumerationContext");
    const pulled = pull(test, "CIM_MediaAccessDevice", context, 999);
    expect(valuesIn(pulled, "MaxMediaSize").map(Number)).toEqual(
      test.machine.disks.map((disk) => Math.round(disk.bytes / 1000)),
    );
    expect(pulled.body).toContain("EndOfSequence");
  });

  it("has event records of 21 bytes, the newest first", () => {
    const test = new TestEngine();
    const first = test.invoke("AMT_MessageLog", "PositionToFirstRecord");
    expect(valueIn(first, "IterationIdentifier")).toBe("1");
    const reply = test.invoke(
      "AMT_MessageLog",
      "GetRecords",
      "<p:IterationIdentifier>1</p:IterationIdentifier><p:MaxReadRecords>390</p:MaxReadRecords>",
    );
    const records = valuesIn(reply, "RecordArray").map((words) => Buffer.from(words, "base64"));
    expect(records.map((record) => record.length)).toEqual([21, 21]);
    const times = records.map((record) => record.readUInt32LE(0));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(records[0]?.[5]).toBe(15);
    expect(valueIn(reply, "NoMoreRecords")).toBe("true");
  });

  it("names only what fits the selectors", () => {
    const test = new TestEngine();
    const get = (values: Record<string, string>) =>
      test.get("CIM_SoftwareIdentity", selectorsOf(values)).status;
    expect(get({ InstanceID: "AMT" })).toBe(200);
    expect(faultOf(test.get("CIM_SoftwareIdentity"))).toEqual([400, "c:InvalidSelectors"]);
    expect(get({ InstanceID: "Other" })).toBe(400);
    expect(faultOf(test.get("CIM_Unknown"))).toEqual([400, "b:DestinationUnreachable"]);
  });

  it("has few enumerations, and drops those that nobody ends only when they are old", () => {
    const test = new TestEngine();
    const open = () => enumerate(test, "CIM_SoftwareIdentity");
    const contexts = [1, 2, 3, 4].map(() => inside(open(), "EnumerationContext"));
    expect(faultOf(open())).toEqual([400, "c:QuotaLimit"]);
    const body = `<n:Release xmlns:n="${spaces.enumeration}"><n:EnumerationContext>${contexts[0]}</n:EnumerationContext></n:Release>`;
    const release = () =>
      test.answer(requestFor("CIM_SoftwareIdentity", `${spaces.enumeration}/Release`, body));
    expect(release().status).toBe(200);
    expect(faultOf(release())).toEqual([400, "n:InvalidEnumerationContext"]);
    expect(open().status).toBe(200);
    expect(open().status).toBe(400);
    test.age = 61_000;
    expect(open().status).toBe(200);
  });

  it("is identified without a class", () => {
    const identify = `<e:Envelope xmlns:e="${spaces.soap}"><e:Header/><e:Body><i:Identify xmlns:i="${spaces.identity}"/></e:Body></e:Envelope>`;
    expect(new TestEngine("tower-b").answer(identify).body).toContain(
      "<i:ProductVersion>AMT 16.1</i:ProductVersion>",
    );
  });
});

describe("settings", () => {
  it("switch the redirection, and end what was switched off", () => {
    const test = new TestEngine();
    let ended = 0;
    test.engine.openSession("sol", () => {
      ended += 1;
    });
    const state = "<p:RequestedState>32768</p:RequestedState>";
    expect(test.returned("AMT_RedirectionService", "RequestStateChange", state)).toBe(0);
    expect([test.management.solEnabled, ended]).toEqual([false, 1]);
    expect(valueIn(test.get("AMT_RedirectionService"), "EnabledState")).toBe("32768");
  });

  it.each([
    ["Abc-1234", 200],
    ["Abc_1234", 400],
    ["abc-1234", 400],
    ["Abc-123", 400],
    ["Abc:1234", 400],
  ])("take the screen password %s with status %d, and never tell it", (password, status) => {
    const test = new TestEngine();
    const reply = test.put("IPS_KVMRedirectionSettingData", `<p:RFBPassword>${password}</p:RFBPassword>`);
    expect(reply.status).toBe(status);
    expect(test.get("IPS_KVMRedirectionSettingData").body).not.toContain("RFBPassword");
  });

  it("take no password for a port that recent firmware does not have", () => {
    const test = new TestEngine("tower-b");
    const reply = test.put("IPS_KVMRedirectionSettingData", "<p:RFBPassword>Abc-1234</p:RFBPassword>");
    expect(faultOf(reply)).toEqual([400, "t:InvalidRepresentation"]);
  });

  it("guide through the consent of who sits there", () => {
    const test = new TestEngine("tower-b");
    const call = (method: string, code = "") => test.returned("IPS_OptInService", method, code);
    const send = (digits: string) => call("SendOptInCode", `<p:OptInCode>${digits}</p:OptInCode>`);
    expect(send("123456")).toBe(2);
    expect(call("StartOptIn")).toBe(0);
    expect(valueIn(test.get("IPS_OptInService"), "OptInState")).toBe("2");
    const code = test.management.consent.code ?? "";
    expect(code).toMatch(/^\d{6}$/);
    expect(send(code === "000000" ? "000001" : "000000")).toBe(2066);
    expect(send(code)).toBe(0);
    expect(call("CancelOptIn")).toBe(0);
  });
});

describe("bad requests", () => {
  it("are refused when they name entities or nest without end", () => {
    const test = new TestEngine();
    expect(faultOf(test.answer('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))).toEqual([
      400,
      "c:SchemaValidationError",
    ]);
    expect(test.answer("<a>".repeat(50)).status).toBe(400);
  });

  it("get a fault, whatever they are", () => {
    const test = new TestEngine();
    const whole = requestFor("AMT_MessageLog", `${spaces.transfer}/Get`, "");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat(whole.length - 1)), (words) => {
        const reply = test.answer(typeof words === "string" ? words : whole.slice(0, words));
        expect(faultOf(reply)[0]).toBe(400);
        expect(faultOf(reply)[1]).not.toBeNull();
      }),
    );
  });
});

function enumerate(test: TestEngine, className: string) {
  const body = `<n:Enumerate xmlns:n="${spaces.enumeration}"/>`;
  return test.answer(requestFor(className, `${spaces.enumeration}/Enumerate`, body));
}

function pull(test: TestEngine, className: string, context: string, limit: number) {
  const inner = `<n:EnumerationContext>${context}</n:EnumerationContext><n:MaxElements>${limit}</n:MaxElements>`;
  const body = `<n:Pull xmlns:n="${spaces.enumeration}">${inner}</n:Pull>`;
  return test.answer(requestFor(className, `${spaces.enumeration}/Pull`, body));
}

function inside(reply: { body: string }, name: string): string {
  return new RegExp(`<n:${name}>([^<]*)<`).exec(reply.body)?.[1] ?? "";
}
