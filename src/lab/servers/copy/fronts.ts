import { isIP } from "node:net";
import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import { praPlansSchema } from "../../../shared/pra-plan.ts";
import type { StartedCluster } from "../kubernetes/index.ts";
import { standAt } from "../regions/region-parts.ts";
import { runs } from "../regions/serving.ts";
import { type ServedApplication, WebServer, webFault } from "../web/web-server.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

type Check = SystemCopyOf<"web">["checks"][string];

/** Where users come in: everything that is asked for at one address and port. */
interface Front {
  address: string;
  port: number;
  isSecure: boolean;
  site: string | null;
  says: string;
  checks: { id: string; check: Check }[];
}

/**
 * Starts a web server wherever checks came to. A host name is answered there while the applications that it is checked for
 * by a plan serve in a cluster of that site; one of no plan, while it was answered when the copy was made.
 */
export async function startCopiedFronts(
  parts: CopyParts,
  clusters: ReadonlyMap<string, StartedCluster>,
): Promise<void> {
  const { context, credentials, copy } = parts;
  const { regions, clock } = context.world;
  const served = new Applications(parts, clusters);
  for (const front of frontsOf(copy)) {
    const { address, port, isSecure, site, says } = front;
    const server = new WebServer({
      region: says,
      certificates: isSecure ? credentials.certificates : null,
      clock,
      fault: () => webFault((fault) => site !== null && regions.has(fault, site)),
      serves: (host) => served.at(front, host),
    });
    const state = () => (site === null || regions.hasPower(site) ? "open" : "silent");
    await standAt(parts, { name: `front ${address} ${port}`, address, port, state }, server);
  }
}

const hostOf = ({ url }: Check) => new URL(url).hostname.replace(/^\[|\]$/g, "").toLowerCase();

/** The address that a check comes to by itself: the one that it names, else where it came to last. */
function addressOf({ resolveWith, address }: Check): string | null {
  return resolveWith !== undefined && isIP(resolveWith) !== 0 ? resolveWith : address;
}

function frontsOf(copy: CopyParts["copy"]): Front[] {
  const fronts = new Map<string, Front>();
  for (const [system, { checks, site: usualSite }] of systemsOf(copy, "web")) {
    for (const [name, check] of Object.entries(checks)) {
      const address = addressOf(check);
      if (address === null) continue;
      const { protocol, port: named } = new URL(check.url);
      const isSecure = protocol === "https:";
      const port = named === "" ? (isSecure ? 443 : 80) : Number(named);
      const key = `${address} ${port}`;
      const front = fronts.get(key) ?? { address, port, isSecure, site: null, says: "copy", checks: [] };
      const site = check.site ?? usualSite ?? null;
      if (front.site === null && site !== null && Object.hasOwn(copy.sites, site)) {
        front.site = site;
        front.says = check.expectServedBy ?? site;
      }
      front.checks.push({ id: `${system}/${name}`, check });
      fronts.set(key, front);
    }
  }
  return [...fronts.values()];
}

/** Which applications stand behind the names that are checked, and where they serve. */
class Applications {
  readonly #clusters: ReadonlyMap<string, StartedCluster>;
  readonly #copy: CopyParts["copy"];
  readonly #plans: ReturnType<typeof praPlansSchema.parse>;
  readonly #hosts = new Map<string, { plan: string; application: string }>();
  readonly #checks: { id: string; check: Check }[];

  constructor({ copy }: CopyParts, clusters: ReadonlyMap<string, StartedCluster>) {
    this.#copy = copy;
    this.#clusters = clusters;
    this.#plans = praPlansSchema.parse(copy.plans);
    this.#checks = systemsOf(copy, "web").flatMap(([system, { checks }]) =>
      Object.entries(checks).map(([name, check]) => ({ id: `${system}/${name}`, check })),
    );
    for (const [plan, { applications }] of Object.entries(this.#plans)) {
      for (const [application, { serves }] of Object.entries(applications)) {
        const named = new Set([...serves.production, ...serves.recovery, ...serves.outside]);
        for (const { id, check } of this.#checks) {
          if (named.has(id)) this.#hosts.set(hostOf(check), { plan, application });
        }
      }
    }
  }

  at(front: Front, host: string): ServedApplication | null {
    const asked = this.#checks.filter(({ check }) => hostOf(check) === host);
    if (asked.length === 0) return null;
    const pages = new Map(
      asked.map(({ check: { url, status, contains } }) => {
        const { pathname, search } = new URL(url);
        return [`${pathname}${search}`, { status: status?.[0] ?? 200, words: contains ?? "" }] as const;
      }),
    );
    const known = this.#hosts.get(host);
    if (!known || front.site === null) {
      const here = front.checks.filter(({ check }) => hostOf(check) === host);
      return { name: host, running: here.some(({ check }) => check.answered), pages };
    }
    const running = this.#serves(known.plan, known.application, front.site, new Set());
    return { name: known.application, running, pages };
  }

  #serves(plan: string, application: string, site: string, above: ReadonlySet<string>): boolean {
    const wanted = this.#plans[plan]?.applications[application];
    if (!wanted || above.has(application)) return false;
    const named = wanted.protects.flatMap((id) => /\/namespaces\/([^/]+)$/.exec(id)?.[1] ?? []);
    const namespaces = named.length > 0 ? named : [application];
    const isUp = namespaces.every((namespace) =>
      systemsOf(this.#copy, "kubernetes").some(([id, cluster]) => {
        const started = cluster.site === site ? this.#clusters.get(id) : undefined;
        return started !== undefined && runs(started.cluster(), namespace);
      }),
    );
    const here = new Set([...above, application]);
    return isUp && wanted.needs.every((needed) => this.#serves(plan, needed, site, here));
  }
}
