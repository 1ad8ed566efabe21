import type { EstateCopy, SystemCopy } from "../../../shared/estate-copy.ts";
import { amtUser } from "../../servers/amt/credentials.ts";
import { alertsSecret, alertsUser } from "../../servers/copy/alerts.ts";
import { clusterSuffix } from "../../servers/copy/clusters.ts";
import { copyAuthority } from "../../servers/copy/credentials.ts";
import type { CopiedMachines } from "../../servers/copy/machines.ts";
import { copyKey } from "../../servers/copy/names.ts";
import { copyAccount, syncAddress } from "../../servers/copy/object-storage.ts";
import { screenSecret } from "../../servers/copy/screens.ts";
import { hookSecret } from "../../servers/copy/services.ts";
import { kubernetesFiles } from "../../servers/kubernetes/access/credentials.ts";
import { vcenterUser } from "../../servers/vim25/credentials.ts";

/** What leads into a lab with a copy, besides what the copy says itself. */
export interface CopyWay {
  /** Of the bounce, on loopback. */
  port: number;
  machines: CopiedMachines;
  /** The certificates' SHA-256, by machine and as `vcenter-SYSTEM`. */
  pins?: ReadonlyMap<string, string>;
}

/** The way into the lab, which everything of a derived estate goes by. */
const way = { via: "bounce", allowlist: "workstation" } as const;
const secret = (name: string) => `file:secrets/${name}`;
/** How host names and IPv6 addresses stand in a URL. */
const inUrl = (address: string) => (address.includes(":") ? `[${address}]` : address);

/**
 * The estate of a copy as a drill's console opens it: sites, environments, people, plans and procedures as they are; systems
 * with the lab's own log-ins, each reached by the lab's bounce at a port of this computer and in no other way.
 */
export function derivedEstate(copy: EstateCopy, lab: CopyWay): Record<string, unknown> {
  const { port } = lab;
  const systems = Object.entries(copy.systems).map(
    ([id, system]) => [id, systemOf(id, system, lab)] as const,
  );
  const { environments, sites, operators, plans, procedures } = copy;
  return {
    passerelle: 1,
    name: `Drill: ${copy.name}`.slice(0, 100),
    environments,
    sites,
    operators,
    // Nothing here is real: whoever works at the account of an operator is taken for them, and the screens say so.
    signIn: { byAccount: true },
    reach: {
      knownHosts: ["known_hosts"],
      // The bounce lets in this computer only.
      allowlists: { workstation: ["127.0.0.0/8"] },
      hops: {
        bounce: {
          name: "bounce.atelier.example",
          address: "127.0.0.1",
          port,
          allowlist: "workstation",
          user: "ops",
          authentication: [{ key: "keys/ops_ed25519", passphrase: secret("bounce-passphrase") }],
        },
      },
    },
    systems: Object.fromEntries(systems),
    plans,
    procedures,
  };
}

function systemOf(id: string, system: SystemCopy, lab: CopyWay): Record<string, unknown> {
  const { type, name, site, environment, every } = system;
  return { type, name, site, environment, every, ...detailsOf(id, system, lab) };
}

function detailsOf(id: string, system: SystemCopy, lab: CopyWay): Record<string, unknown> {
  const authority = { certificateAuthority: copyAuthority };
  switch (system.type) {
    case "kubernetes": {
      const kubeconfig = kubernetesFiles({ suffix: clusterSuffix(id) }).bounce;
      const { importsFrom, only } = system;
      return { ...way, kubeconfig, context: "operator", importsFrom, namespaces: only };
    }
    case "swift":
      return swiftDetails(id, system);
    case "s3": {
      const url = `https://${inUrl(system.address)}:${system.port}`;
      const login = { accessKey: copyAccount.accessKey, secretKey: secret(`copy-buckets-${id}`) };
      const buckets = mapped(system.buckets, (each) => {
        const { bucket, site, environment, prefix, newestWithin, wantsVersioning, wantsLock, protects } =
          each;
        const wants = { versioning: wantsVersioning, lock: wantsLock };
        return { bucket, site, environment, prefix, newestWithin, ...wants, protects };
      });
      return { ...way, url, ...login, ...authority, buckets };
    }
    case "dns": {
      const { propagation, records } = system;
      return {
        propagation,
        ...nameServers(system),
        keys: { [copyKey]: { secret: secret(`copy-names-${id}`) } },
        zones: mapped(system.zones, ({ changes, ...zone }) => ({
          ...zone,
          ...(changes ? { key: copyKey } : {}),
        })),
        records: mapped(records, ({ value: _, ttl: __, ...record }) => record),
      };
    }
    case "web": {
      const { resolvers } = nameServers({ resolvers: system.resolvers, servers: {} });
      return {
        ...way,
        resolvers,
        checks: mapped(system.checks, ({ address, answered: _, servedBy, ...check }) => ({
          check: "http",
          ...check,
          ...way,
          // Nothing is looked up but in the lab: where no resolver of it is named, it is where it came to.
          resolveWith: check.resolveWith ?? address ?? nowhere,
          ...(servedBy === undefined ? {} : { servedBy: "x-served-by" }),
          ...authority,
        })),
      };
    }
    case "webhook":
      return {
        ...way,
        channels: mapped(system.channels, (channel, name) => ({
          ...channel,
          ...way,
          url: secret(hookSecret(id, name)),
          ...authority,
        })),
      };
    case "file-store":
      return {
        ...way,
        user: "ops",
        authentication: [{ password: secret("host-password") }],
        servers: mapped(system.servers, (server, name) => ({
          ...server,
          address: lab.machines.server(id, name).address,
        })),
        jobs: mapped(system.jobs, ({ unit, on: _, lastRun: __, ...job }) => ({
          ...job,
          service: `${unit}.service`,
          timer: `${unit}.timer`,
        })),
      };
    case "ssh":
    case "amt":
    case "vnc":
      return machineDetails(system, lab);
    case "alertmanager":
      return {
        ...way,
        url: `https://${inUrl(system.address)}:${system.port}`,
        user: alertsUser,
        password: secret(alertsSecret(id)),
        ...authority,
        silence: system.silence,
      };
    case "vsphere": {
      const { address, datacenters, environments } = system;
      const pin = lab.pins?.get(`vcenter-${id}`);
      const login = { user: vcenterUser, password: secret("vcenter-password") };
      return { ...way, address, ...login, pin, datacenters, environments };
    }
    case "proxmox":
      return {
        ...way,
        addresses: system.nodes.map(({ name }) => lab.machines.node(id, name).address),
        user: "ops@pve!passerelle",
        token: secret(`proxmox-${id}-token`),
        certificateAuthority: `keys/proxmox-${id}-authority.crt`,
        offSite: system.offSite,
      };
  }
}

function machineDetails(
  system: Extract<SystemCopy, { type: "ssh" | "amt" | "vnc" }>,
  { machines, pins }: CopyWay,
): Record<string, unknown> {
  if (system.type === "ssh") {
    const hosts = mapped(system.hosts, ({ name, kind, parent, site, environment }, id) => {
      return { name, kind, parent, site, environment, address: machines.host(id).address };
    });
    return { ...way, user: "ops", authentication: [{ password: secret("host-password") }], hosts };
  }
  if (system.type === "amt") {
    const own = mapped(system.machines, ({ name, site, environment, isSecure, hasScreen }, id) => {
      const { address, managementAddress, id: machine } = machines.host(id);
      const tls = isSecure ? { pin: pins?.get(machine) } : false;
      const screen = hasScreen ? "redirection" : "none";
      return { name, site, environment, address: managementAddress ?? address, tls, screen };
    });
    return { ...way, user: amtUser, password: secret("amt-password"), machines: own };
  }
  return { ...way, password: secret(screenSecret), screens: system.screens };
}

/** An address at which the bounce finds nothing: one for documentation alone (RFC 3849). */
const nowhere = "2001:db8:ffff::1";

function swiftDetails(id: string, system: Extract<SystemCopy, { type: "swift" }>): Record<string, unknown> {
  return {
    ends: mapped(system.ends, ({ address, port, containers: _, ...end }) => ({
      ...end,
      ...way,
      login: {
        method: "password",
        url: `https://${inUrl(address)}:${port}/v3`,
        user: copyAccount.user,
        password: secret(`copy-objects-${id}`),
        project: copyAccount.account,
      },
      certificateAuthority: copyAuthority,
    })),
    replications: mapped(system.replications, ({ between, from: _, ...replication }) => ({
      ...replication,
      between: between.map(({ end, container }) => ({
        end,
        container,
        address: syncAddress(end, container),
      })),
      key: secret(`copy-sync-${id}`),
    })),
  };
}

type Places = Readonly<Record<string, { address: string; port: number }>>;

function nameServers({ servers, resolvers }: { servers: Places; resolvers: Places }) {
  const reached = (places: Places) => mapped(places, (place) => ({ ...place, ...way }));
  return { servers: reached(servers), resolvers: reached(resolvers) };
}

function mapped<Value, Result>(
  entries: Readonly<Record<string, Value>>,
  make: (value: Value, name: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, make(value, name)]));
}
