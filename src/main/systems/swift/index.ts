import type { SecretReference } from "../../../shared/estate-access.ts";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { Resource } from "../../../shared/resource.ts";
import { type SwiftLogin, type SwiftSystemConfig, swiftSystemSchema } from "../../../shared/systems/swift.ts";
import type { Action } from "../../actions/action.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { SwiftAccount } from "./account.ts";
import { invertSyncAction } from "./actions/invert-sync.ts";
import { measureLagAction } from "./actions/measure-lag.ts";
import { Canary } from "./canary.ts";
import { type End, SwiftObserver } from "./observe.ts";
import { replicationOf } from "./replication.ts";

/** Accounts of OpenStack Swift: their containers, and what container-sync copies between them. */
export const swiftSystem: SystemDefinition<SwiftSystemConfig> = {
  type: "swift",
  config: swiftSystemSchema,
  create: createSwiftSystem,
};

function createSwiftSystem(config: SwiftSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallbacks are its defaults.
  const every = parseDuration(config.every) ?? 60_000;
  const now = () => context.now();
  const site = config.site ?? null;
  const environment = config.environment ?? null;
  const subject = (end: string) => `${context.id}/ends/${end}`;
  const ends = Object.entries(config.ends).map(([id, end]): End & { secret: SecretReference } => {
    const name = end.name ?? id;
    const account = new SwiftAccount({
      name,
      subject: subject(id),
      config: end,
      dial: (place, signal) => context.reach.dial(place, signal),
      secrets: context.secrets,
      folder: () => context.estateFolder?.() ?? process.cwd(),
    });
    return {
      id,
      name,
      site: end.site ?? site,
      environment: end.environment ?? environment,
      account,
      containers: end.containers ?? null,
      secret: secretOf(end.login),
    };
  });
  const parts = {
    system: context.id,
    environment,
    accounts: new Map(ends.map(({ id, name, account }) => [id, { name, account }])),
    secrets: context.secrets,
    milliseconds: (words: string) => parseDuration(words) ?? 0,
  };
  const replications = Object.entries(config.replications).flatMap(([id, each]) => {
    const replication = replicationOf(parts, id, each);
    return replication ? [{ replication, canary: new Canary(replication, now), secret: each.key }] : [];
  });
  const observer = new SwiftObserver({ system: context.id, site, every, ends, replications, now });
  const find = ({ id }: Pick<Resource, "id">) =>
    replications.find(({ replication }) => replication.resource === id) ?? null;
  const closing = new AbortController();
  return {
    id: context.id,
    type: "swift",
    every,
    declarations: () => observer.declarations(),
    observe: (sink, signal) => observer.observe(sink, AbortSignal.any([signal, closing.signal])),
    actions: [measureLagAction(find), invertSyncAction(find) as unknown as Action],
    secrets: () => [
      ...ends.map(({ id, secret }) => ({ reference: secret, usedBy: subject(id) })),
      ...replications.map(({ replication, secret }) => ({ reference: secret, usedBy: replication.resource })),
    ],
    trials: (reference) =>
      ends
        .filter(({ secret }) => secret === reference)
        .map(({ id, name, account }) => ({
          subject: subject(id),
          name,
          tryLogin: (value, signal) => account.tryLogin(value, signal),
        })),
    async close() {
      closing.abort();
      for (const { canary } of replications) canary.close();
      for (const { account } of ends) account.close();
    },
  };
}

function secretOf(login: SwiftLogin): SecretReference {
  return login.method === "application-credential" ? login.secret : login.password;
}
