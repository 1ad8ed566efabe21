import { createHash } from "node:crypto";
import { resourceUri } from "../client/namespaces.ts";

const soap = "http://www.w3.org/2003/05/soap-envelope";
const enumeration = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";

/** What the firmware was asked: the action's last part, the class and the whole body. */
export interface Asked {
  action: string;
  className: string;
  body: string;
}

export interface Reply {
  status: number;
  body: string;
}

export type Properties = readonly (readonly [string, string | number | boolean])[];

/** A machine's firmware behind the HTTP of FakeAmt: it answers WS-Management from plain data that a test may change. */
export class FakeFirmware {
  readonly asked: Asked[] = [];
  /** Power codes that the next readings give, the last one for good. */
  power: number[] = [2];
  available: number[] = [5, 8, 10];
  returnValue = 0;
  bootReturnValue = 0;
  /** What happens to the readings when a power request was accepted. */
  onPower: (code: number) => void = () => undefined;
  events: string[] = [];
  eventsAtOnce = 390;
  bootSettings: [string, string][] = [
    ["BIOSLastStatus", "2"],
    ["BIOSPause", "false"],
    ["BIOSSetup", "false"],
    ["BootMediaIndex", "3"],
    ["BootguardStatus", "127"],
    ["ElementName", "Intel(r) AMT Boot Configuration Settings"],
    ["EnforceSecureBoot", "true"],
    ["FirmwareVerbosity", "1"],
    ["IDERBootDevice", "1"],
    ["InstanceID", "Intel(r) AMT:BootSettingData 0"],
    ["OptionsCleared", "true"],
    ["PlatformErase", "true"],
    ["RPEEnabled", "false"],
    ["SecureBootControlEnabled", "false"],
    ["UEFIHTTPSBootEnabled", "false"],
    ["UEFILocalPBABootEnabled", "false"],
    ["UefiBootParametersArray", "AAAA"],
    ["UseIDER", "true"],
    ["UseSOL", "false"],
    ["WinREBootEnabled", "false"],
  ];
  /** Methods that a test adds, as `Class.Method`: what each answers besides the usual ones. */
  readonly methods: Record<string, (body: string) => Properties | Reply> = {};
  /** What a Put of a class does; null takes the properties as they come. */
  onPut: (className: string, properties: Properties) => Reply | null = () => null;
  readonly single: Record<string, Properties> = {
    CIM_ComputerSystemPackage: [["PlatformGUID", "33221100554477668899AABBCCDDEEFF"]],
    CIM_Chassis: [
      ["Manufacturer", "Example Works"],
      ["Model", "Tower 1"],
      ["SerialNumber", "T-0001"],
    ],
    CIM_Card: [
      ["Manufacturer", "Example Works"],
      ["Model", "Board & Co <1>"],
    ],
    CIM_BIOSElement: [
      ["Manufacturer", "Example BIOS"],
      ["Version", "1.2.3"],
    ],
  };
  readonly several: Record<string, Properties[]> = {
    CIM_SoftwareIdentity: [
      [
        ["InstanceID", "Flash"],
        ["VersionString", "16.1.25"],
      ],
      [
        ["InstanceID", "AMT"],
        ["VersionString", "16.1.30"],
      ],
    ],
    CIM_Chip: [[["Version", "Example CPU 4 GHz"]]],
    CIM_PhysicalMemory: [
      [
        ["BankLabel", "DIMM 0"],
        ["Capacity", 17179869184],
        ["IsSpeedInMhz", true],
        ["MaxMemorySpeed", 3200],
      ],
    ],
    CIM_MediaAccessDevice: [[["MaxMediaSize", 512110190]]],
  };
  /** Instances that one Pull gives. */
  pullSize = 2;
  readonly #open = new Map<string, { className: string; at: number }>();
  #contexts = 0;

  /** Enumerations that nobody has ended. */
  get openEnumerations(): number {
    return this.#open.size;
  }

  /** The actions asked, as `Action Class`. */
  get trail(): string[] {
    return this.asked.map(({ action, className }) => `${action} ${className}`);
  }

  answer(body: string): Reply {
    const action = /<a:Action>[^<]*\/([A-Za-z]+)<\/a:Action>/.exec(body)?.[1] ?? "";
    const className = /<w:ResourceURI>[^<]*\/([A-Za-z_]+)<\/w:ResourceURI>/.exec(body)?.[1] ?? "";
    this.asked.push({ action, className, body });
    if (action === "Get") return this.#get(className);
    if (action === "Put") return this.#put(className, body);
    if (action === "Enumerate") return this.#enumerate(className);
    if (action === "Pull") return this.#pull(body);
    if (action === "Release") return this.#release(body);
    return this.#invoke(action, className, body);
  }

  #get(className: string): Reply {
    if (className === "CIM_AssociatedPowerManagementService") {
      const code = (this.power.length > 1 ? this.power.shift() : this.power[0]) ?? 2;
      const available = this.available.map((each) => ["AvailableRequestedPowerStates", each] as const);
      return well(instance(className, [...available, ["PowerState", code], ["RequestedPowerState", code]]));
    }
    if (className === "AMT_BootSettingData") return well(instance(className, this.bootSettings));
    const properties = this.single[className];
    return properties ? well(instance(className, properties)) : fault("e", "DestinationUnreachable");
  }

  #put(className: string, body: string): Reply {
    const properties = [...body.matchAll(/<r:(\w+)>([^<]*)<\/r:\1>/g)].map(
      ([, name = "", value = ""]): [string, string] => [name, value],
    );
    const refused = this.onPut(className, properties);
    if (refused) return refused;
    if (className === "AMT_BootSettingData") this.bootSettings = properties;
    else this.single[className] = properties;
    return well(instance(className, properties));
  }

  #enumerate(className: string): Reply {
    if (!this.several[className]) return fault("e", "DestinationUnreachable");
    this.#contexts += 1;
    const context = `context-${this.#contexts}`;
    this.#open.set(context, { className, at: 0 });
    return well(
      `<n:EnumerateResponse xmlns:n="${enumeration}"><n:EnumerationContext>${context}</n:EnumerationContext></n:EnumerateResponse>`,
    );
  }

  #pull(body: string): Reply {
    const context = /<EnumerationContext>([^<]*)</.exec(body)?.[1] ?? "";
    const open = this.#open.get(context);
    if (!open) return fault("n", "InvalidEnumerationContext");
    const all = this.several[open.className] ?? [];
    const items = all.slice(open.at, open.at + this.pullSize);
    open.at += this.pullSize;
    const ended = open.at >= all.length;
    if (ended) this.#open.delete(context);
    const inner = items.map((item) => instance(open.className, item)).join("");
    const end = ended ? "<n:EndOfSequence/>" : `<n:EnumerationContext>${context}</n:EnumerationContext>`;
    return well(
      `<n:PullResponse xmlns:n="${enumeration}"><n:Items>${inner}</n:Items>${end}</n:PullResponse>`,
    );
  }

  #release(body: string): Reply {
    this.#open.delete(/<EnumerationContext>([^<]*)</.exec(body)?.[1] ?? "");
    return well("");
  }

  #invoke(method: string, className: string, body: string): Reply {
    const added = this.methods[`${className}.${method}`]?.(body);
    if (added) return "status" in added ? added : output(className, method, added);
    if (method === "RequestPowerStateChange") {
      if (this.returnValue === 0) this.onPower(Number(/<r:PowerState>(\d+)</.exec(body)?.[1]));
      return output(className, method, [["ReturnValue", this.returnValue]]);
    }
    if (method === "ChangeBootOrder" || method === "SetBootConfigRole") {
      return output(className, method, [["ReturnValue", this.bootReturnValue]]);
    }
    if (method === "PositionToFirstRecord") {
      return this.events.length === 0
        ? output(className, method, [["ReturnValue", 2]])
        : output(className, method, [
            ["IterationIdentifier", 1],
            ["ReturnValue", 0],
          ]);
    }
    if (method === "GetRecords") {
      const from = Number(/<r:IterationIdentifier>(\d+)</.exec(body)?.[1]) - 1;
      const records = this.events.slice(from, from + this.eventsAtOnce);
      const next = from + this.eventsAtOnce;
      return output(className, method, [
        ["IterationIdentifier", next + 1],
        ["NoMoreRecords", next >= this.events.length],
        ...records.map((record) => ["RecordArray", record] as const),
        ["ReturnValue", 0],
      ]);
    }
    return fault("w", "ActionNotSupported");
  }
}

/** A SOAP envelope with this body, status 200. */
export function well(body: string): Reply {
  const text = `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="${soap}"><a:Header/><a:Body>${body}</a:Body></a:Envelope>`;
  return { status: 200, body: text };
}

/** A SOAP fault as AMT gives it: status 400. */
export function fault(prefix: string, subcode: string): Reply {
  const inner = `<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>${prefix}:${subcode}</a:Value></a:Subcode></a:Code><a:Reason><a:Text xml:lang="en-US">No.</a:Text></a:Reason><a:Detail/></a:Fault>`;
  return { status: 400, body: well(inner).body };
}

/** An instance of a class in its namespace. */
export function instance(className: string, properties: Properties): string {
  return element(className, className, properties);
}

function output(className: string, method: string, properties: Properties): Reply {
  return well(element(className, `${method}_OUTPUT`, properties));
}

function element(className: string, tag: string, properties: Properties): string {
  const uri = resourceUri(className as `CIM_${string}`);
  const inner = properties
    .map(([name, value]) => `<g:${name}>${escaped(String(value))}</g:${name}>`)
    .join("");
  return `<g:${tag} xmlns:g="${uri}">${inner}</g:${tag}>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One event record as the log holds it. */
export function eventRecord(
  seconds: number,
  bytes: readonly number[] = [255, 15, 111, 2, 104, 8, 255, 34, 0, 64, 19],
): string {
  const record = Buffer.alloc(21);
  record.writeUInt32LE(seconds, 0);
  Buffer.from(bytes).copy(record, 4);
  return record.toString("base64");
}

/** What a correct answer to a Digest challenge is (RFC 7616, MD5), worked out by the server's own code. */
export function expectedResponse(
  user: string,
  realm: string,
  password: string,
  parts: { nonce: string; nc: string; cnonce: string; qop: string; request: string; body: string },
): string {
  const md5 = (words: string) => createHash("md5").update(words).digest("hex");
  const end = parts.qop === "auth-int" ? `:${md5(parts.body)}` : "";
  const { nonce, nc, cnonce, qop, request } = parts;
  return md5(
    `${md5(`${user}:${realm}:${password}`)}:${nonce}:${nc}:${cnonce}:${qop}:${md5(`${request}${end}`)}`,
  );
}
