import { type LocalText, text } from "../../../../shared/text.ts";
import type { PostOptions } from "../client/device.ts";
import type { Selectors, Values } from "../client/envelope.ts";
import type { Instance } from "../client/instance.ts";
import type { ClassName } from "../client/namespaces.ts";
import type { Wsman } from "../client/wsman.ts";
import { putInstance, replaced } from "../put-instance.ts";
import { stateChangeRefused } from "./faults.ts";

/** What decides whether screen and serial console of a machine can be reached, in the order in which it is changed. */
export const settingIds = ["kvm", "redirection", "listener", "port-5900", "link-policy"] as const;
export type SettingId = (typeof settingIds)[number];

/** One setting of the firmware. Its value is a word, or numbers joined by blanks. */
export interface Setting {
  id: SettingId;
  name: LocalText;
  /** The class that holds it, and which instance. */
  of: ClassName;
  selectors?: Selectors;
  /** The value as an instance has it; null when that does not say. */
  from(instance: Instance): string | null;
  /** What it must be, given what it is. */
  wanted(now: string): string;
  words(value: string): LocalText;
  /** Writes a value. `password` is that of port 5900, for when it is opened. */
  write(wsman: Wsman, value: string, options: PostOptions, password: string | null): Promise<void>;
}

/** The one wired port; AMT knows no other by this name. */
const wiredPort = { InstanceID: "Intel(r) AMT Ethernet Port Settings 0" };

const onOff = (value: string) => (value === "on" ? text("on", "activé") : text("off", "désactivé"));

const kvm: Setting = {
  id: "kvm",
  name: text("Screen over the network (KVM)", "Écran par le réseau (KVM)"),
  of: "CIM_KVMRedirectionSAP",
  from: (instance) => kvmStates[instance.number("EnabledState") ?? -1] ?? null,
  wanted: () => "on",
  words: (value) => (value === "not-applicable" ? text("not available", "non disponible") : onOff(value)),
  write: (wsman, value, options) =>
    requestState(wsman, "CIM_KVMRedirectionSAP", value === "on" ? 2 : 3, options, kvm.name),
};
/** CIM_EnabledLogicalElement.EnabledState: 6, enabled but offline, is KVM without a session. */
const kvmStates: Record<number, string> = {
  2: "on",
  3: "off",
  5: "not-applicable",
  6: "on",
  9: "off",
  10: "on",
};

const serialBits = new Map([
  ["32768", text("neither serial console nor storage", "ni console série ni stockage")],
  ["32769", text("storage alone", "stockage seul")],
  ["32770", text("serial console", "console série")],
  ["32771", text("serial console and storage", "console série et stockage")],
]);

const redirection: Setting = {
  id: "redirection",
  name: text("Serial console over the network (SOL)", "Console série par le réseau (SOL)"),
  of: "AMT_RedirectionService",
  from: (instance) => {
    const state = instance.value("EnabledState") ?? "";
    if (serialBits.has(state)) return state;
    // 3 is the plain word of the model for disabled.
    return state === "3" ? "32768" : null;
  },
  wanted: (now) => (now === "32769" || now === "32771" ? "32771" : "32770"),
  words: (value) => serialBits.get(value) ?? text(value, value),
  write: (wsman, value, options) =>
    requestState(wsman, "AMT_RedirectionService", Number(value), options, redirection.name),
};

const listener: Setting = {
  id: "listener",
  name: text("Redirection port", "Port de redirection"),
  of: "AMT_RedirectionService",
  from: (instance) => flag(instance, "ListenerEnabled"),
  wanted: () => "on",
  words: (value) => (value === "on" ? text("open", "ouvert") : text("closed", "fermé")),
  // The log of who had access is given and not taken back.
  write: (wsman, value, options) =>
    rewrite(wsman, listener, options, [["ListenerEnabled", value === "on"]], ["AccessLog"]),
};

const port5900: Setting = {
  id: "port-5900",
  name: text("Classic VNC port 5900", "Port VNC classique 5900"),
  of: "IPS_KVMRedirectionSettingData",
  from: (instance) => flag(instance, "Is5900PortEnabled"),
  wanted: () => "on",
  words: listener.words,
  // The password is never read: what AMT gives for it is empty, and would clear it when written back.
  write: (wsman, value, options, password) =>
    rewrite(
      wsman,
      port5900,
      options,
      [
        ["Is5900PortEnabled", value === "on"],
        ...(password === null ? [] : [["RFBPassword", password] as const]),
      ],
      ["RFBPassword"],
    ),
};

/** AMT_EthernetPortSettings.LinkPolicy: in which power states AMT keeps its link. */
export const linkStates = { onMains: 1, offMains: 14, onBattery: 16, offBattery: 224 } as const;

const linkPolicy: Setting = {
  id: "link-policy",
  name: text("Network while the machine is off", "Réseau quand la machine est éteinte"),
  of: "AMT_EthernetPortSettings",
  selectors: wiredPort,
  from: (instance) => {
    const states = instance.numbers("LinkPolicy");
    return states.length === 0 ? null : sorted(states);
  },
  wanted: (now) => (numbersOf(now).includes(linkStates.offMains) ? now : sorted([...numbersOf(now), 14])),
  words: (value) => {
    const states = numbersOf(value);
    const mains = states.includes(linkStates.offMains);
    const battery = states.includes(linkStates.offBattery);
    if (mains && battery) return text("kept on mains and battery", "maintenu sur secteur et sur batterie");
    if (mains) return text("kept on mains", "maintenu sur secteur");
    return battery ? text("kept on battery alone", "maintenu sur batterie seule") : text("cut", "coupé");
  },
  write: (wsman, value, options) =>
    rewrite(wsman, linkPolicy, options, [["LinkPolicy", numbersOf(value)]], linkReadOnly),
};
/** What AMT tells of its port and does not take back. */
const linkReadOnly = [
  "MACAddress",
  "LinkIsUp",
  "LinkPreference",
  "LinkControl",
  "WLANLinkProtectionLevel",
  "PhysicalConnectionType",
  "PhysicalNicMedium",
];
/** What DHCP has given is not to be written down as if somebody had set it. */
const leased = ["IPAddress", "SubnetMask", "DefaultGateway", "PrimaryDNS", "SecondaryDNS"];

export const settings: readonly Setting[] = [kvm, redirection, listener, port5900, linkPolicy];

/** The setting of an identifier. */
export function settingOf(id: SettingId): Setting {
  return { kvm, redirection, listener, "port-5900": port5900, "link-policy": linkPolicy }[id];
}

async function requestState(
  wsman: Wsman,
  of: ClassName,
  state: number,
  options: PostOptions,
  setting: LocalText,
): Promise<void> {
  const { returnValue } = await wsman.invoke(of, "RequestStateChange", [["RequestedState", state]], options);
  if (returnValue !== 0) throw stateChangeRefused(wsman.device.place.name, setting, returnValue);
}

/** Reads an instance whole and writes it back with some values in place of what it had, without what AMT does not take. */
async function rewrite(
  wsman: Wsman,
  { of, selectors }: Setting,
  options: PostOptions,
  changed: Values,
  dropped: readonly string[],
): Promise<void> {
  const now = await wsman.get(of, options, selectors);
  const byLease = /^true$/i.test(now.value("DHCPEnabled") ?? "") ? leased : [];
  const without = new Set([...dropped, ...byLease]);
  await putInstance(wsman, of, replaced(now.properties, changed, without), options, selectors);
}

function flag(instance: Instance, property: string): string | null {
  const value = instance.value(property)?.toLowerCase();
  if (value === "true" || value === "1") return "on";
  return value === "false" || value === "0" ? "off" : null;
}

function numbersOf(value: string): number[] {
  return value.split(" ").map(Number);
}

function sorted(numbers: readonly number[]): string {
  return [...new Set(numbers)].sort((one, other) => one - other).join(" ");
}
