import { type Consent, drawConsent } from "./consent.ts";
import type { NextBoot } from "./machine.ts";
import type { Random } from "./random.ts";

/** A kind of redirection session that the engine carries: screen, serial line, storage. */
export type RedirectionKind = "kvm" | "sol" | "ider";

/** An entry of the engine's event log (Platform Event Trap; IG, GetRecords). */
export interface ManagementEvent {
  /** World time, epoch milliseconds. */
  at: number;
  sensorType: number;
  eventType: number;
  offset: number;
  severity: number;
  entity: number;
  data: readonly number[];
}

/** What the next start by the engine is to do, as it was put last. A firmware forgets none of it by itself. */
export interface BootSettings {
  /** AMT_BootSettingData: the flags and numbers that a console may put. */
  settings: Record<string, boolean | number>;
  /** Instance of CIM_BootSourceSetting that the boot order names first. */
  source: string | null;
  /** Whether the boot configuration is used for the next start, once. */
  isNextSingleUse: boolean;
}

/** The management engine of a tower: it lives on standby power, and knows what its firmware keeps. */
export interface Management {
  /** In-world address, where it is not the machine's own. */
  address?: string;
  /** For example 12.0.45; `build` follows it in what the firmware tells. */
  version: string;
  build: string;
  /** SMBIOS system identifier. */
  platformGuid: string;
  /** Of the block for documentation (RFC 9542). */
  macAddress: string;
  /** The realm of its digest log-in. */
  digestRealm: string;
  controlMode: "client" | "admin";
  /** Whether it answers without TLS from outside; firmware from 16.1 on does not. */
  plainPorts: boolean;
  kvmEnabled: boolean;
  solEnabled: boolean;
  iderEnabled: boolean;
  /** Whether the redirection ports listen at all. */
  listenerEnabled: boolean;
  /** The classic RFB port; the password has exactly eight characters. */
  screenPort: { enabled: boolean; password: string | null };
  /** Minutes without input until a screen session is ended. */
  screenTimeout: number;
  /** 1 on with mains, 14 off with mains, 16 on with battery, 224 off with battery. */
  linkPolicy: number[];
  consent: Consent;
  /** Oldest first. */
  events: ManagementEvent[];
  boot: BootSettings;
  /** Redirection sessions that are open now. */
  open: Set<RedirectionKind>;
  /** Digest log-ins with a credential, and those that were accepted. */
  logIns: { tried: number; accepted: number };
}

const eventLimit = 390;
const sensorSpecific = 0x6f;
const biosEntity = 34;

/** Entries that a firmware writes in the course of a start (IG, event log: sensor type, offset, first data bytes). */
const startEvents = {
  /** At least one processor runs what is in the flash chip. */
  started: { sensorType: 37, offset: 0, severity: 1, data: [0x40, 0] },
  setup: { sensorType: 15, offset: 2, severity: 1, data: [0x40, 5] },
  loading: { sensorType: 15, offset: 2, severity: 1, data: [0x40, 19] },
  noMedia: { sensorType: 30, offset: 1, severity: 8, data: [0x40, 0] },
  /** A wrong password at the engine's web port. */
  refused: { sensorType: 6, offset: 1, severity: 2, data: [0x40, 0] },
} as const;

/** Adds an entry to the event log; the oldest goes when it is full. */
export function logEvent(management: Management, name: keyof typeof startEvents, at: number): void {
  const { data, ...entry } = startEvents[name];
  const rest = Array.from({ length: 8 - data.length }, () => 0);
  management.events.push({
    at,
    eventType: sensorSpecific,
    entity: biosEntity,
    ...entry,
    data: [...data, ...rest],
  });
  if (management.events.length > eventLimit) {
    management.events.splice(0, management.events.length - eventLimit);
  }
}

/** The boot settings of an engine that nobody has told anything. */
function noBootSettings(): BootSettings {
  return {
    settings: {
      BIOSPause: false,
      BIOSSetup: false,
      BootMediaIndex: 0,
      ConfigurationDataReset: false,
      EnforceSecureBoot: false,
      FirmwareVerbosity: 0,
      ForcedProgressEvents: false,
      IDERBootDevice: 0,
      LockKeyboard: false,
      LockPowerButton: false,
      LockResetButton: false,
      LockSleepButton: false,
      PlatformErase: false,
      ReflashBIOS: false,
      SecureErase: false,
      UefiBootNumberOfParams: 0,
      UseIDER: false,
      UseSOL: false,
      UseSafeMode: false,
      UserPasswordBypass: false,
    },
    source: null,
    isNextSingleUse: false,
  };
}

/** What the firmware is to do at the start that the engine is about to make; the single use is used up by it. */
export function takeNextBoot(boot: BootSettings): NextBoot {
  if (!boot.isNextSingleUse) return "disk";
  boot.isNextSingleUse = false;
  // The boot order goes before the settings, also one that an earlier request has left.
  if (boot.source === null) return boot.settings.BIOSSetup === true ? "setup" : "disk";
  return boot.source.includes("PXE") ? "network" : "disk";
}

/**
 * Draws a tower's engine. `recent` is a firmware of generation 16.1: TLS only, `auth-int` offered, consent wanted for
 * the screen, the classic screen port gone; otherwise one of generation 12 with everything open.
 */
export function drawManagement(recent: boolean, random: Random, bootedAt: number): Management {
  const management: Management = {
    version: recent ? "16.1.30" : "12.0.45",
    build: recent ? "2307" : "1509",
    platformGuid: random.uuid(),
    macAddress: `00:00:5e:00:53:${random.hexadecimal(2)}`,
    digestRealm: `Digest:${random.hexadecimal(32).toUpperCase()}`,
    controlMode: "admin",
    plainPorts: !recent,
    kvmEnabled: true,
    solEnabled: true,
    iderEnabled: false,
    listenerEnabled: true,
    screenPort: { enabled: !recent, password: null },
    screenTimeout: 3,
    linkPolicy: [1, 14],
    consent: drawConsent(recent ? "kvm" : "none"),
    events: [],
    boot: noBootSettings(),
    open: new Set(),
    logIns: { tried: 0, accepted: 0 },
  };
  logEvent(management, "started", bootedAt - 12_000);
  logEvent(management, "loading", bootedAt - 7_000);
  return management;
}
