import { WsmanFault } from "../wsman/fault.ts";
import type { ManagedClass } from "./class.ts";

const inEngine = [
  ["SystemCreationClassName", "CIM_ComputerSystem"],
  ["SystemName", "Intel(r) AMT"],
] as const;

/** LinkPolicy: which power states the network is kept in. */
const linkStates = [1, 14, 16, 224];

/** Set-up, general and network settings. */
export const general: Readonly<Record<string, ManagedClass>> = {
  AMT_GeneralSettings: {
    instances: ({ machine, management }) => [
      [
        ["AMTNetworkEnabled", 1],
        ["DDNSPeriodicUpdateInterval", 1440],
        ["DDNSTTL", 900],
        ["DDNSUpdateByDHCPServerEnabled", true],
        ["DDNSUpdateEnabled", false],
        ["DHCPv6ConfigurationTimeout", 0],
        ["DigestRealm", management.digestRealm],
        ["DomainName", machine.hostname.slice(machine.id.length + 1)],
        ["ElementName", "Intel(r) AMT: General Settings"],
        ["HostName", machine.id],
        ["HostOSFQDN", machine.hostname],
        ["IdleWakeTimeout", 65_535],
        ["InstanceID", "Intel(r) AMT: General Settings"],
        ["NetworkInterfaceEnabled", true],
        ["PingResponseEnabled", true],
        ["PowerSource", 0],
        ["PreferredAddressFamily", 0],
        ["PrivacyLevel", 0],
        ["RmcpPingResponseEnabled", true],
        ["SharedFQDN", true],
        ["ThunderboltDockEnabled", 0],
        ["WsmanOnlyMode", false],
      ],
    ],
  },
  AMT_SetupAndConfigurationService: {
    instances: () => [
      [
        ["CreationClassName", "AMT_SetupAndConfigurationService"],
        ["ElementName", "Intel(r) AMT Setup and Configuration Service"],
        ["EnabledState", 5],
        ["Name", "Intel(r) AMT Setup and Configuration Service"],
        ["PasswordModel", 1],
        ["ProvisioningMode", 1],
        ["ProvisioningServerOTP", ""],
        ["ProvisioningState", 2],
        ["RequestedState", 12],
        ...inEngine,
        ["ZeroTouchConfigurationEnabled", true],
      ],
    ],
  },
  IPS_HostBasedSetupService: {
    instances: ({ management }) => [
      [
        ["AllowedControlModes", [2, 1]],
        ["CertChainStatus", 0],
        ["ConfigurationNonce", ""],
        ["CreationClassName", "IPS_HostBasedSetupService"],
        ["CurrentControlMode", management.controlMode === "client" ? 1 : 2],
        ["ElementName", "Intel(r) AMT Host Based Setup Service"],
        ["Name", "Intel(r) AMT Host Based Setup Service"],
        ...inEngine,
      ],
    ],
  },
  AMT_EthernetPortSettings: {
    instances: ({ machine, management }) => [
      [
        ["DHCPEnabled", false],
        ["DefaultGateway", "192.0.2.1"],
        ["ElementName", "Intel(r) AMT Ethernet Port Settings"],
        ["IPAddress", machine.address],
        ["InstanceID", "Intel(r) AMT Ethernet Port Settings 0"],
        ["IpSyncEnabled", false],
        ["LinkIsUp", true],
        ["LinkPolicy", management.linkPolicy],
        ["MACAddress", management.macAddress.replaceAll(":", "-")],
        ["PhysicalConnectionType", 0],
        ["PrimaryDNS", "192.0.2.1"],
        ["SharedDynamicIP", false],
        ["SharedMAC", true],
        ["SharedStaticIp", true],
        ["SubnetMask", "255.255.255.0"],
      ],
    ],
    put: (subject, given) => {
      const policy = given.all("LinkPolicy").map(Number);
      if (policy.some((state) => !linkStates.includes(state))) throw new WsmanFault("wrong-values");
      subject.management.linkPolicy = policy;
      subject.settingsChanged();
    },
  },
};
