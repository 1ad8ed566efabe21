/** What a kind of guest is made of: gibibytes, and how many there are in a place. */
export interface GuestProfile {
  role: string;
  count: number;
  vcpus: number;
  memory: number;
  disk: number;
  system: GuestSystem;
  /** Kept on a disk of one host; such a guest cannot leave it. */
  isLocal?: boolean;
  /** What holds it on its host. */
  pinnedBy?: string;
  isOff?: boolean;
  hasNoTools?: boolean;
  kind?: "container";
}

export type GuestSystem = "debian" | "ubuntu" | "windows" | "rhel";

const profile = (
  role: string,
  count: number,
  [vcpus, memory, disk]: readonly [number, number, number],
  more: Partial<GuestProfile> = {},
): GuestProfile => ({ role, count, vcpus, memory, disk, system: "debian", ...more });

/**
 * Production of a region: 36 guests, 182 processors and 1348 GiB. Four hosts of 32 cores and 512 GiB carry it, and so do
 * any three of them at two virtual processors a core.
 */
export const productionGuests: readonly GuestProfile[] = [
  profile("erp", 2, [12, 128, 600], { system: "rhel" }),
  profile("db", 4, [8, 64, 500]),
  profile("search", 3, [8, 64, 400]),
  profile("cache", 2, [4, 64, 40]),
  profile("app", 8, [4, 32, 80], { system: "ubuntu" }),
  profile("monitoring", 1, [4, 32, 300], { isLocal: true }),
  profile("web", 6, [4, 16, 60]),
  profile("queue", 2, [4, 16, 80]),
  profile("mail", 1, [4, 16, 300], { pinnedBy: "the CD-ROM drive" }),
  profile("archive", 1, [4, 16, 300]),
  profile("files", 2, [4, 16, 800], { system: "windows" }),
  profile("backup", 1, [4, 16, 200]),
  profile("directory", 2, [2, 8, 60], { system: "windows" }),
  profile("vpn", 1, [2, 4, 20], { hasNoTools: true }),
];

/**
 * Tests of a region: 26 guests, of which 24 run on 92 processors and 496 GiB. Two hosts of 16 cores and 256 GiB just carry
 * what three do.
 */
export const trialGuests: readonly GuestProfile[] = [
  profile("ci", 4, [6, 32, 120], { system: "ubuntu" }),
  profile("test-db", 4, [4, 32, 200]),
  profile("sandbox", 4, [4, 24, 80], { system: "ubuntu" }),
  profile("test-app", 6, [4, 16, 60]),
  profile("test-web", 6, [2, 8, 40]),
  profile("retired", 2, [2, 8, 60], { isOff: true }),
];

/** The one more with which two hosts do not carry what three do. */
export const oneTooMany: readonly GuestProfile[] = [
  profile("load-test", 1, [4, 32, 60], { system: "ubuntu" }),
];

/** Three nodes of 16 cores and 64 GiB: 104 GiB. */
export const forgeGuests: readonly GuestProfile[] = [
  profile("ledger", 2, [4, 16, 120]),
  profile("shop", 3, [4, 12, 60], { system: "ubuntu" }),
  profile("forge-db", 2, [4, 8, 100]),
  profile("wiki", 1, [2, 4, 40]),
  profile("proxy", 2, [1, 2, 8], { kind: "container" }),
  profile("dns", 2, [1, 1, 4], { kind: "container" }),
  profile("desk", 1, [2, 6, 60], { system: "windows", isOff: true }),
];

/** Two nodes of 16 cores and 64 GiB: 54 GiB. */
export const annexeGuests: readonly GuestProfile[] = [
  profile("camera", 1, [4, 16, 400], { pinnedBy: "a PCI device" }),
  profile("door", 1, [2, 4, 20]),
  profile("print", 1, [2, 4, 40], { system: "windows" }),
  profile("annexe-files", 1, [4, 16, 600]),
  profile("annexe-web", 2, [2, 6, 40], { system: "ubuntu" }),
  profile("annexe-dns", 2, [1, 1, 4], { kind: "container" }),
];
