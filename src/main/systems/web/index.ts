import { parseDuration } from "../../../shared/estate-words.ts";
import { type WebSystemConfig, webSystemSchema } from "../../../shared/systems/web.ts";
import { DnsClient } from "../../dns/client.ts";
import { nameServers } from "../../dns/zones.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { checkAction } from "./actions.ts";
import { CheckObserver } from "./observe.ts";

/** Services that are asked as those who use them ask: web pages, open ports, certificates, mail servers. */
export const webSystem: SystemDefinition<WebSystemConfig> = {
  type: "web",
  config: webSystemSchema,
  create: createWebSystem,
};

function createWebSystem(config: WebSystemConfig, context: SystemContext): System {
  const dial: typeof context.reach.dial = (place, signal) =>
    // A check tells what those outside see: what a name was once is no answer to that.
    context.reach.dial({ ...place, resolvesNow: true }, signal);
  const dns = new DnsClient(dial);
  const observer = new CheckObserver(context.id, config, {
    dial,
    dns,
    resolvers: nameServers(config.resolvers),
    folder: () => context.estateFolder?.() ?? process.cwd(),
    now: () => context.now(),
    elapsed: () => performance.now(),
  });
  const closing = new AbortController();
  return {
    id: context.id,
    type: "web",
    // The schema admits nothing else; the fallback is its default.
    every: parseDuration(config.every) ?? 30_000,
    declarations: () => observer.declarations(),
    observe: (sink, signal, resources) =>
      observer.observe(sink, AbortSignal.any([signal, closing.signal]), resources),
    actions: [checkAction(observer)],
    async close() {
      closing.abort();
      dns.close();
    },
  };
}
