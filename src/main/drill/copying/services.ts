import { isIP } from "node:net";
import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { FileStoreSystemConfig } from "../../../shared/systems/file-store.ts";
import type { WebSystemConfig } from "../../../shared/systems/web.ts";
import type { WebhookSystemConfig } from "../../../shared/systems/webhook.ts";
import { factOf, listOf, numberOf, present, type SystemKnown, wordsOf } from "./known.ts";

type WebCopy = SystemCopyOf<"web">;
type FileStoreCopy = SystemCopyOf<"file-store">;

/** Those checks that ask a web server, with the address that they came to. Others are not shown. */
export function webCopy(config: WebSystemConfig, known: SystemKnown): WebCopy {
  const checks: WebCopy["checks"] = {};
  for (const [id, check] of Object.entries(config.checks)) {
    if (check.check !== "http") continue;
    const seen = known.get(id);
    const came = wordsOf(seen, "web.address")
      ?.replace(/:\d+$/, "")
      .replace(/^\[|\]$/g, "");
    const { name, site, environment, url, resolveWith, standby, within, deadline, expiresAfter } = check;
    const { status, contains, redirections, servedBy, expectServedBy } = check;
    checks[id] = {
      ...present({ name, site, environment, resolveWith, standby, within, deadline, expiresAfter }),
      ...present({ status, contains, redirections, servedBy, expectServedBy }),
      url,
      address: came !== undefined && isIP(came) !== 0 ? came : null,
      answered: factOf(seen, "web.answers") === true,
    };
  }
  const { name, site, environment, every } = config;
  const resolvers = Object.fromEntries(
    Object.entries(config.resolvers).map(([id, { address, port }]) => [id, { address, port }]),
  );
  return { type: "web", ...present({ name, site, environment, every }), resolvers, checks };
}

/** The channels; what is posted to them in a drill is posted to the lab. */
export function webhookCopy(config: WebhookSystemConfig): SystemCopyOf<"webhook"> {
  const { name, site, environment, every } = config;
  const channels = Object.entries(config.channels).map(([id, channel]) => {
    const own = present({ name: channel.name, site: channel.site, environment: channel.environment });
    return [id, own] as const;
  });
  return {
    type: "webhook",
    ...present({ name, site, environment, every }),
    channels: Object.fromEntries(channels),
  };
}

/** The servers and jobs, with the servers that run them now. A job whose units have different names is not shown. */
export function fileStoreCopy(config: FileStoreSystemConfig, known: SystemKnown): FileStoreCopy {
  const jobs: FileStoreCopy["jobs"] = {};
  for (const [id, job] of Object.entries(config.jobs)) {
    const unit = job.service.replace(/\.service$/, "");
    if (job.timer !== `${unit}.timer`) continue;
    const seen = known.get(id);
    const { name, environment, schedule, timeZone, target, keep } = job;
    jobs[id] = {
      ...present({ name, environment, schedule, timeZone, target, keep }),
      unit,
      runsOn: job.runsOn,
      of: job.of,
      offSite: job.offSite,
      on: listOf(seen, "file-store.runsOn").filter((server) => job.runsOn.includes(server)),
      lastRun: numberOf(seen, "backup.lastRun"),
    };
  }
  const { name, site, environment, every } = config;
  const servers = Object.entries(config.servers).map(([id, server]) => {
    return [id, { ...present({ name: server.name, site: server.site }), address: server.address }] as const;
  });
  return {
    type: "file-store",
    ...present({ name, site, environment, every }),
    servers: Object.fromEntries(servers),
    jobs,
  };
}
