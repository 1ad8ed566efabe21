/** What a list of hosts begins with: as many columns as a window of 1280 pixels shows. */
export const hostColumns = [
  "health",
  "site",
  "hypervisor.cluster",
  "hypervisor.vmsOn",
  "load.one",
  "memory.used",
  "disk.fullest",
  "updates.pending",
  "reboot.needed",
] as const;
