import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesSystemConfig } from "../../../shared/systems/kubernetes.ts";
import type { Reach } from "../../reach/reach.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import { type ApiRequest, type ApiTimes, KubernetesApi } from "./client/api.ts";
import { inlineLogin } from "./client/inline-login.ts";
import { readKubeconfig } from "./client/kubeconfig.ts";
import { LoginKeeper } from "./client/login-keeper.ts";
import { OidcTokens } from "./client/oidc.ts";
import { placeOf, stampOf } from "./client/small-file.ts";
import { Discovery } from "./discovery.ts";
import { resourceIds } from "./kinds/seen.ts";

export interface ClusterAccessParts {
  system: string;
  config: KubernetesSystemConfig;
  /** The folder that relative paths start at. */
  folder(): string;
  reach: Pick<Reach, "dial">;
  secrets: SecretResolver;
  now(): number;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  random?(): number;
  times?: Partial<ApiTimes>;
}

/** One cluster: its API, what it offers, and the waits and clock that observation and actions share. */
export class ClusterAccess {
  readonly system: string;
  readonly name: string;
  /** The system whose namespaces the restore points are of that are imported here; null where the estate names none. */
  readonly importsFrom: string | null;
  /** Whether the certificates in TLS secrets are read, which brings their keys along. */
  readonly readsTlsSecrets: boolean;
  readonly secrets: SecretResolver;
  readonly api: KubernetesApi;
  readonly discovery: Discovery;
  readonly now: () => number;
  readonly random: () => number;
  /** Waits so many milliseconds; rejects with an AbortError when the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #closing = new AbortController();

  constructor(parts: ClusterAccessParts) {
    this.system = parts.system;
    this.name = parts.config.name ?? parts.system;
    this.importsFrom = parts.config.importsFrom ?? null;
    this.readsTlsSecrets = parts.config.tlsSecrets === "read";
    this.secrets = parts.secrets;
    this.now = () => parts.now();
    this.random = parts.random ?? Math.random;
    this.wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
    this.api = new KubernetesApi({
      keeper: loginKeeper(parts, this.name, this.#closing.signal),
      dial: (place, signal) => parts.reach.dial(place, signal),
      via: parts.config.via ?? null,
      allowlist: parts.config.allowlist ?? null,
      wait: this.wait,
      random: this.random,
      ...(parts.times && { times: parts.times }),
    });
    this.discovery = new Discovery(this.api, this.now);
  }

  /** Asks the API; see KubernetesApi. */
  ask(request: ApiRequest): Promise<unknown> {
    return this.api.ask(request);
  }

  /** Whether a resource's identifier is one of this cluster's, of that folder. */
  has(resource: string, folder: string): boolean {
    return resource.startsWith(`${this.system}/${folder}/`);
  }

  /** Aborted when the system is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get clusterId(): string {
    return resourceIds.cluster(this.system);
  }

  close(): void {
    this.#closing.abort();
    this.api.close();
  }
}

function loginKeeper(parts: ClusterAccessParts, cluster: string, closing: AbortSignal): LoginKeeper {
  const { config, now } = parts;
  const { kubeconfig } = config;
  if (kubeconfig === undefined) {
    const { secrets, system } = parts;
    const subject = resourceIds.cluster(system);
    return new LoginKeeper({
      read: () => inlineLogin(config, { cluster, folder: parts.folder(), subject, secrets, now }),
      stamp: async () => "",
      now,
      closing,
    });
  }
  const path = () => placeOf(kubeconfig, parts.folder());
  const { via = null, allowlist = null } = config;
  const oidc = new OidcTokens({
    dial: (place, signal) => parts.reach.dial({ ...place, via, allowlist }, signal),
    now,
  });
  return new LoginKeeper({
    read: () =>
      readKubeconfig({ shown: kubeconfig, path: path(), context: config.context ?? null, now, oidc }),
    stamp: () => stampOf(path()),
    now,
    closing,
  });
}
