import type { EstateCopy, SystemCopy } from "../../../shared/estate-copy.ts";
import { clusterSuffix } from "../../servers/copy/clusters.ts";
import { copyAuthority } from "../../servers/copy/credentials.ts";
import { copyKey } from "../../servers/copy/names.ts";
import { copyAccount, syncAddress } from "../../servers/copy/object-storage.ts";
import { hookSecret } from "../../servers/copy/services.ts";
import { kubernetesFiles } from "../../servers/kubernetes/access/credentials.ts";

/** The way into the lab, which everything of a derived estate goes by. */
const way = { via: "bounce", allowlist: "workstation" } as const;
const secret = (name: string) => `file:secrets/${name}`;
/** How host names and IPv6 addresses stand in a URL. */
const inUrl = (address: string) => (address.includes(":") ? `[${address}]` : address);

/**
 * The estate of a copy as a drill's console opens it: sites, environments, people, plans and procedures as they are; systems
 * with the lab's own log-ins, each reached by the lab's bounce at `port` of this computer and in no other way.
 */
export function derivedEstate(copy: EstateCopy, port: number): Record<string, unknown> {
  const systems = Object.entries(copy.systems).map(([id, system]) => [id, systemOf(id, system)] as const);
  const { environments, sites, operators, plans, procedures } = copy;
  return {
    passerelle: 1,
    name: `Drill: ${copy.name}`.slice(0, 100),
    environments,
    sites,
    operators,
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

function systemOf(id: string, system: SystemCopy): Record<string, unknown> {
  const { type, name, site, environment, every } = system;
  return { type, name, site, environment, every, ...detailsOf(id, system) };
}

function detailsOf(id: string, system: SystemCopy): Record<string, unknown> {
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
        servers: system.servers,
        jobs: mapped(system.jobs, ({ unit, on: _, lastRun: __, ...job }) => ({
          ...job,
          service: `${unit}.service`,
          timer: `${unit}.timer`,
        })),
      };
  }
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
