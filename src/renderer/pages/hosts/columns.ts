/** What a list of hosts begins with: as many columns as a window of 1280 pixels shows. */
export const hostColumns = [
  "health",
  "system",
  "hypervisor.cluster",
  "hypervisor.vmsOn",
  "memory.used",
  "disk.fullest",
  "updates.pending",
] as const;
