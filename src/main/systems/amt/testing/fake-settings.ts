import type { FakeFirmware, Properties } from "./fake-firmware.ts";

/** The settings of a machine's firmware that decide whether it can be reached: all off, in admin control mode. */
export class FakeSettings {
  kvm = 3;
  /** Return values of the KVM's RequestStateChange that come before it works. */
  kvmRefusals: number[] = [];
  /** Whether a change of KVM that was accepted also shows. */
  kvmKeeps = true;
  readonly #firmware: FakeFirmware;

  constructor(firmware: FakeFirmware) {
    this.#firmware = firmware;
    const { single, methods } = firmware;
    Object.defineProperty(single, "CIM_KVMRedirectionSAP", { get: () => this.#kvmSap(), configurable: true });
    methods["CIM_KVMRedirectionSAP.RequestStateChange"] = (body) => {
      const refusal = this.kvmRefusals.shift();
      if (refusal !== undefined) return [["ReturnValue", refusal]];
      if (this.kvmKeeps) this.kvm = requested(body) === 2 ? 6 : 3;
      return [["ReturnValue", 0]];
    };
    methods["AMT_RedirectionService.RequestStateChange"] = (body) => {
      this.set("AMT_RedirectionService", "EnabledState", requested(body));
      return [["ReturnValue", 0]];
    };
    single.AMT_RedirectionService = [
      ["AccessLog", "viewer.example"],
      ["AccessLog", ""],
      ["CreationClassName", "AMT_RedirectionService"],
      ["EnabledState", 32768],
      ["ListenerEnabled", false],
      ["Name", "Intel(r) AMT Redirection Service"],
    ];
    single.IPS_KVMRedirectionSettingData = [
      ["ElementName", "Intel(r) KVM Redirection Settings"],
      ["EnabledByMEBx", true],
      ["InstanceID", "Intel(r) KVM Redirection Settings"],
      ["Is5900PortEnabled", false],
      ["OptInPolicy", false],
      ["RFBPassword", ""],
      ["SessionTimeout", 3],
    ];
    single.AMT_EthernetPortSettings = [
      ["DHCPEnabled", true],
      ["IPAddress", "192.0.2.11"],
      ["InstanceID", "Intel(r) AMT Ethernet Port Settings 0"],
      ["LinkIsUp", true],
      ["LinkPolicy", 1],
      ["LinkPolicy", 16],
      ["MACAddress", "00-00-5e-00-53-01"],
      ["SharedMAC", true],
    ];
    single.IPS_HostBasedSetupService = [["CurrentControlMode", 2]];
    single.AMT_SetupAndConfigurationService = [["ProvisioningState", 2]];
    single.IPS_OptInService = [
      ["OptInRequired", 0],
      ["OptInState", 0],
    ];
    this.sku(8 + 16384);
  }

  /** What the firmware says that it is. */
  sku(bits: number, version = "15.0.42"): void {
    this.#firmware.several.CIM_SoftwareIdentity = [
      [
        ["InstanceID", "Sku"],
        ["VersionString", bits],
      ],
      [
        ["InstanceID", "AMT"],
        ["VersionString", version],
      ],
    ];
  }

  /** Sets one property of a class. */
  set(className: string, property: string, value: string | number | boolean): void {
    const now = this.#firmware.single[className] ?? [];
    this.#firmware.single[className] = now.map(([name, old]) => [name, name === property ? value : old]);
  }

  /** Everything on, as a machine is that can be reached. */
  allOn(): void {
    this.kvm = 6;
    this.set("AMT_RedirectionService", "EnabledState", 32771);
    this.set("AMT_RedirectionService", "ListenerEnabled", true);
    this.#firmware.single.AMT_EthernetPortSettings = [
      ["InstanceID", "Intel(r) AMT Ethernet Port Settings 0"],
      ["LinkPolicy", 1],
      ["LinkPolicy", 14],
    ];
  }

  #kvmSap(): Properties {
    return [
      ["EnabledState", this.kvm],
      ["KVMProtocol", 4],
      ["RequestedState", 5],
    ];
  }
}

function requested(body: string): number {
  return Number(/<r:RequestedState>(\d+)</.exec(body)?.[1]);
}
