import { describe, expect, test } from "vitest";
import { readXml } from "../../xml.ts";
import { bodyOf, type Instance, readInstance } from "./instance.ts";
import { type ClassName, namespaces, resourceUri } from "./namespaces.ts";
import { soapFault } from "./soap-fault.ts";

/**
 * The shapes that answers of AMT 9 to 19 come in: where prefixes are declared and what they are called, references
 * inside of instances, lists, values that are nil, empty or nested.
 */

const common = "http://schemas.dmtf.org/wbem/wscim/1/common";

/** An envelope with all namespaces on its root, as firmware declares them, whatever it uses. */
function envelope(of: ClassName, body: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<a:Envelope xmlns:a="${namespaces.soap}" xmlns:b="${namespaces.addressing}" xmlns:c="${namespaces.wsman}"`,
    ` xmlns:d="http://schemas.xmlsoap.org/ws/2005/02/trust" xmlns:g="${resourceUri(of)}" xmlns:h="${common}"`,
    ` xmlns:xsi="${namespaces.instance}"><a:Header><b:To>${namespaces.addressing}/role/anonymous</b:To>`,
    '<b:RelatesTo>0</b:RelatesTo><b:Action a:mustUnderstand="true">GetResponse</b:Action></a:Header>',
    `<a:Body>${body}</a:Body></a:Envelope>`,
  ].join("");
}

function instanceIn(words: string, wrapped = ""): Instance {
  const found = readInstance(bodyOf(readXml(words))?.children[0], wrapped);
  if (!found) throw new Error("no instance");
  return found;
}

describe("an instance", () => {
  test("with its prefix declared on the envelope, a list and references in it", () => {
    const of = "CIM_AssociatedPowerManagementService";
    const states = [10, 8, 5].map(
      (each) => `<g:AvailableRequestedPowerStates>${each}</g:AvailableRequestedPowerStates>`,
    );
    const reference = `<g:UserOfService><b:Address>${namespaces.addressing}</b:Address><b:ReferenceParameters><c:SelectorSet><c:Selector Name="Name">ManagedSystem</c:Selector></c:SelectorSet></b:ReferenceParameters></g:UserOfService>`;
    const found = instanceIn(
      envelope(of, `<g:${of}>${states.join("\n")}<g:PowerState>2</g:PowerState>${reference}</g:${of}>`),
    );
    expect(found.number("PowerState")).toBe(2);
    expect(found.numbers("AvailableRequestedPowerStates")).toEqual([10, 8, 5]);
    expect(found.value("Address")).toBeUndefined();
  });

  test.each([
    ["g", 'xmlns:g="NS"'],
    ["AMT", 'xmlns:AMT="NS"'],
    ["p-1.x", 'xmlns:p-1.x="NS"'],
    ["", 'xmlns="NS"'],
  ])("with the prefix %j declared on itself", (prefix, declaration) => {
    const of = "AMT_RedirectionService";
    const colon = prefix === "" ? "" : `${prefix}:`;
    const words = envelope(
      of,
      `<${colon}${of} ${declaration.replace("NS", resourceUri(of))}><${colon}ListenerEnabled>true</${colon}ListenerEnabled></${colon}${of}>`,
    );
    expect(instanceIn(words).value("ListenerEnabled")).toBe("true");
  });

  test("with a prefix that is declared again, for something else, on each property", () => {
    const of = "CIM_BIOSElement";
    const words = `<s:Envelope xmlns:s="${namespaces.soap}"><s:Body><x:${of} xmlns:x="${resourceUri(of)}"><y:Version xmlns:y="${resourceUri(of)}">1.2</y:Version><x:Version xmlns:x="${common}">not this</x:Version></x:${of}></s:Body></s:Envelope>`;
    expect(instanceIn(words).values("Version")).toEqual(["1.2"]);
  });

  test("with values that are nil, empty, typed, nested or padded", () => {
    const of = "IPS_KVMRedirectionSettingData";
    const found = instanceIn(
      envelope(
        of,
        [
          `<g:${of} xsi:type="g:${of}_Type">`,
          '<g:DefaultScreen xsi:nil="true"/><g:RFBPassword></g:RFBPassword><g:ElementName/>',
          '<g:SessionTimeout xsi:type="xsd:unsignedShort" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\r\n 3 \r\n</g:SessionTimeout>',
          "<g:Since><h:Datetime>2026-11-01T00:00:00Z</h:Datetime></g:Since><g:UpperLeftX>-1</g:UpperLeftX>",
          "<!-- a remark --><g:Is5900PortEnabled><![CDATA[false]]></g:Is5900PortEnabled>",
          `</g:${of}>`,
        ].join("\n"),
      ),
    );
    expect(found.value("DefaultScreen")).toBeUndefined();
    expect(found.value("RFBPassword")).toBe("");
    expect(found.number("SessionTimeout")).toBe(3);
    expect(found.value("Is5900PortEnabled")).toBe("false");
    expect(found.number("UpperLeftX")).toBeUndefined();
    expect(found.value("Absent")).toBeUndefined();
  });

  test("after a byte order mark, with single quotes and line ends of its own", () => {
    const words = envelope("CIM_Chip", "<g:CIM_Chip><g:Version>4 GHz</g:Version></g:CIM_Chip>");
    expect(instanceIn(`\u{FEFF}${words.replaceAll('"', "'")}\r\n`).value("Version")).toBe("4 GHz");
  });

  test("of a method's output", () => {
    const output = "<g:StartOptIn_OUTPUT><g:ReturnValue>0</g:ReturnValue></g:StartOptIn_OUTPUT>";
    expect(instanceIn(envelope("IPS_OptInService", output), "StartOptIn_OUTPUT").number("ReturnValue")).toBe(
      0,
    );
  });

  test("is only one in a namespace of the model, exactly", () => {
    const body = (uri: string) =>
      `<s:Envelope xmlns:s="${namespaces.soap}"><s:Body><x:CIM_Chip xmlns:x="${uri}"/></s:Body></s:Envelope>`;
    const read = (uri: string) => readInstance(bodyOf(readXml(body(uri)))?.children[0]);
    expect(read("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2+/CIM_Chip")).toBeNull();
    expect(read("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Chip")).not.toBeNull();
    expect(read("http://viewer.example/CIM_Chip")).toBeNull();
  });
});

describe("a fault", () => {
  const fault = (subcode: string, more = "") =>
    envelope(
      "CIM_Chip",
      `<a:Fault><a:Code><a:Value>a:Sender</a:Value>${subcode}</a:Code><a:Reason><a:Text xml:lang="en-US">Words.</a:Text></a:Reason>${more}</a:Fault>`,
    );
  const codeOf = (words: string) => {
    const body = bodyOf(readXml(words));
    return body && soapFault(body, "Tower A")?.code;
  };

  test.each([
    ["b:DestinationUnreachable", "amt.not-offered"],
    ["c:AccessDenied", "amt.access-denied"],
    ["c:SchemaValidationError", "amt.invalid-representation"],
    ["e:InvalidRepresentation", "amt.invalid-representation"],
    ["c:TimedOut", "amt.operation-timed-out"],
    ["c:NoAck", "amt.refused"],
  ])("%s is told by its last part, whatever its prefix", (value, code) => {
    expect(codeOf(fault(`<a:Subcode><a:Value>${value}</a:Value></a:Subcode>`, "<a:Detail></a:Detail>"))).toBe(
      code,
    );
  });

  test("without a subcode, or with one inside of another, is a refusal", () => {
    expect(codeOf(fault(""))).toBe("amt.refused");
    const nested =
      "<a:Subcode><a:Value>c:AccessDenied</a:Value><a:Subcode><a:Value>x:More</a:Value></a:Subcode></a:Subcode>";
    expect(codeOf(fault(nested))).toBe("amt.access-denied");
  });
});
