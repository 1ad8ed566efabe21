import { OpsError } from "../../../shared/errors.ts";
import type { PostOptions } from "./client/device.ts";
import type { Selectors, Values } from "./client/envelope.ts";
import type { Instance } from "./client/instance.ts";
import type { ClassName } from "./client/namespaces.ts";
import type { Wsman } from "./client/wsman.ts";

/**
 * The order of properties in the schemas of classes that are written, the base classes' own first. Firmware gives them
 * in alphabetical order; most takes them back so, some (AMT 12.0 for KVM) only in the order of the schema.
 */
const sequences: Partial<Record<ClassName, readonly string[]>> = {
  AMT_BootSettingData: [
    "ElementName",
    "InstanceID",
    "OwningEntity",
    "UseSOL",
    "UseSafeMode",
    "ReflashBIOS",
    "BIOSSetup",
    "BIOSPause",
    "LockPowerButton",
    "LockResetButton",
    "LockKeyboard",
    "LockSleepButton",
    "UserPasswordBypass",
    "ForcedProgressEvents",
    "FirmwareVerbosity",
    "ConfigurationDataReset",
    "IDERBootDevice",
    "UseIDER",
    "EnforceSecureBoot",
    "BootMediaIndex",
    "SecureErase",
    "RSEPassword",
    "UefiBootNumberOfParams",
    "PlatformErase",
  ],
  AMT_RedirectionService: [
    "Name",
    "CreationClassName",
    "SystemName",
    "SystemCreationClassName",
    "ElementName",
    "ListenerEnabled",
    "AccessLog",
    "EnabledState",
  ],
  AMT_EthernetPortSettings: [
    "ElementName",
    "InstanceID",
    "VLANTag",
    "SharedMAC",
    "MACAddress",
    "LinkIsUp",
    "LinkPolicy",
    "LinkPreference",
    "LinkControl",
    "SharedStaticIp",
    "SharedDynamicIP",
    "IpSyncEnabled",
    "DHCPEnabled",
    "IPAddress",
    "SubnetMask",
    "DefaultGateway",
    "PrimaryDNS",
    "SecondaryDNS",
    "ConsoleTcpMaxRetransmissions",
    "WLANLinkProtectionLevel",
    "PhysicalConnectionType",
    "PhysicalNicMedium",
  ],
  IPS_KVMRedirectionSettingData: [
    "ElementName",
    "InstanceID",
    "EnabledByMEBx",
    "BackToBackFbMode",
    "Is5900PortEnabled",
    "OptInPolicy",
    "OptInPolicyTimeout",
    "SessionTimeout",
    "RFBPassword",
    "DefaultScreen",
    "InitialDecimationModeForLowRes",
    "GreyscalePixelFormatSupported",
    "ZlibControlSupported",
    "DoubleBufferMode",
    "DoubleBufferState",
  ],
};

/**
 * Writes an instance, in the order in which it was read, and where the firmware refuses that as not valid once more in
 * the order of its schema: a refusal says that nothing was written. Throws the OpsErrors of the client.
 */
export async function putInstance(
  wsman: Wsman,
  name: ClassName,
  values: Values,
  options: PostOptions,
  selectors?: Selectors,
): Promise<void> {
  try {
    await wsman.put(name, values, options, selectors);
  } catch (thrown) {
    const ordered = inSequence(name, values);
    if (!(thrown instanceof OpsError) || thrown.code !== "amt.invalid-representation" || !ordered)
      throw thrown;
    await wsman.put(name, ordered, options, selectors);
  }
}

/** Properties in the order in which they came, with other values where they are changed; what is new comes last. */
export function replaced(
  read: Instance["properties"],
  changed: Values,
  without: ReadonlySet<string>,
): Values {
  const others = new Set(changed.map(([name]) => name));
  const left = new Map(changed);
  const kept = read.flatMap(([name, value]): Values => {
    if (!others.has(name)) return without.has(name) ? [] : [[name, value]];
    const other = left.get(name);
    left.delete(name);
    return other === undefined ? [] : [[name, other]];
  });
  return [...kept, ...left];
}

/** The same in the order of the schema, what that does not name last; null for a class whose order is not known. */
function inSequence(name: ClassName, values: Values): Values | null {
  const sequence = sequences[name];
  if (!sequence) return null;
  const place = (property: string) => {
    const at = sequence.indexOf(property);
    return at < 0 ? sequence.length : at;
  };
  return [...values].sort(([one], [other]) => place(one) - place(other));
}
