import {
  bootCapabilities,
  bootConfigSetting,
  bootService,
  bootSettingData,
  bootSourceSetting,
} from "./boot.ts";
import type { ManagedClass } from "./class.ts";
import { optInService } from "./consent.ts";
import { messageLog } from "./event-log.ts";
import { general } from "./general.ts";
import { inventory } from "./inventory.ts";
import { associatedPowerManagement, osPowerSaving, powerManagement } from "./power.ts";
import { kvmRedirection, redirectionService, screenSettings } from "./redirection.ts";

/** The classes that the lab's firmware has, by name. */
export const model: ReadonlyMap<string, ManagedClass> = new Map<string, ManagedClass>([
  ...Object.entries(inventory),
  ...Object.entries(general),
  ["CIM_AssociatedPowerManagementService", associatedPowerManagement],
  ["CIM_PowerManagementService", powerManagement],
  ["IPS_PowerManagementService", osPowerSaving],
  ["AMT_BootSettingData", bootSettingData],
  ["AMT_BootCapabilities", bootCapabilities],
  ["CIM_BootService", bootService],
  ["CIM_BootConfigSetting", bootConfigSetting],
  ["CIM_BootSourceSetting", bootSourceSetting],
  ["AMT_MessageLog", messageLog],
  ["CIM_KVMRedirectionSAP", kvmRedirection],
  ["AMT_RedirectionService", redirectionService],
  ["IPS_KVMRedirectionSettingData", screenSettings],
  ["IPS_OptInService", optInService],
]);
