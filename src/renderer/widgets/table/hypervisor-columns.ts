/** The columns that a list of VMs begins with: as many as a window of 1280 pixels shows. */
export const vmColumns = [
  "health",
  "power.state",
  "vm.host",
  "cpu.count",
  "memory.total",
  "reach.address",
  "vm.snapshots",
] as const;

/** Those of the hosts of a hypervisor, by themselves. */
export const hypervisorColumns = [
  "health",
  "hypervisor.version",
  "hypervisor.maintenance",
  "hypervisor.vmsOn",
  "hypervisor.cores",
  "memory.total",
  "memory.used",
  "hardware.model",
] as const;

/** Those of the clusters of a hypervisor, by themselves. */
export const hypervisorClusterColumns = [
  "health",
  "hypervisor.version",
  "hypervisor.hosts",
  "hypervisor.vmsOn",
  "hypervisor.cores",
  "memory.total",
  "hypervisor.ha",
] as const;
