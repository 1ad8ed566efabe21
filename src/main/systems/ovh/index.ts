import { minuteInWords } from "../../../shared/amount-words.ts";
import { toOpsError } from "../../../shared/errors.ts";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { Declaration, ObservationSink, Problem } from "../../../shared/resource.ts";
import { type OvhSystemConfig, ovhSystemSchema } from "../../../shared/systems/ovh.ts";
import { text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { changeRecordAction } from "../../dns/change-record.ts";
import { DnsClient } from "../../dns/client.ts";
import { canonicalName } from "../../dns/name.ts";
import { RecordObserver } from "../../dns/observe.ts";
import { nameServers, watchedRecords, type Zone } from "../../dns/zones.ts";
import { healthOf } from "../declared-book.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { openAllowlists } from "./allowlist/index.ts";
import { OvhApi, type OvhCredential } from "./api.ts";
import { OvhClient } from "./client.ts";
import { OvhWriter } from "./writer.ts";

/** OVHcloud: zones with their watched records, and who is let in to its services; both changed by its API. */
export const ovhSystem: SystemDefinition<OvhSystemConfig> = {
  type: "ovh",
  config: ovhSystemSchema,
  create: createOvhSystem,
};

const missedReadings = 3;
/** Milliseconds before the end of the consumer key when that becomes a warning. */
const warnBefore = 14 * 86_400_000;

function createOvhSystem(config: OvhSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallbacks are its defaults.
  const every = parseDuration(config.every) ?? 30_000;
  const propagation = parseDuration(config.propagation) ?? 120_000;
  const now = () => context.now();
  const name = config.name ?? context.id;
  const subject = `${context.id}/service`;
  const servers = nameServers(config.servers);
  const zones = Object.entries(config.zones).map(
    ([id, zone]): Zone => ({
      id,
      name: canonicalName(zone.name) ?? zone.name,
      servers: zone.servers.flatMap((each) => servers.get(each) ?? []),
    }),
  );
  const dial: SystemContext["reach"]["dial"] = (place, signal) => context.reach.dial(place, signal);
  const client = new DnsClient(dial);
  const provider = new OvhClient({
    name,
    subject,
    config,
    dial,
    secrets: context.secrets,
    folder: () => context.estateFolder?.() ?? process.cwd(),
    now,
  });
  const api = new OvhApi(provider);
  let key: OvhCredential | null = null;
  const allowlists = openAllowlists({ config, context, client: provider, credential: () => key });
  const reader = { client, zones, resolvers: [...nameServers(config.resolvers).values()], now };
  const site = config.site ?? null;
  const environment = config.environment ?? null;
  const records = watchedRecords(config.records, zones);
  const observer = new RecordObserver({ ...reader, system: context.id, site, environment, every, records });
  const recordOf = observer.recordOf.bind(observer);
  const writer = new OvhWriter(api);
  const closing = new AbortController();
  const service: Declaration = {
    id: subject,
    kind: "service",
    name,
    system: context.id,
    parent: site,
    site,
    environment,
    staleAfter: every * missedReadings,
  };
  const references = [config.applicationSecret, config.consumerKey];

  async function observeService(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const common = { resource: subject, source: context.id };
    try {
      const credential = await api.credential(signal);
      key = credential;
      const problems = credentialProblems(credential, now());
      const facts = { "ovh.credential": credential.status, "ovh.credentialExpires": credential.expiration };
      sink.observe([{ ...common, at: now(), health: healthOf(problems), facts, problems }]);
    } catch (error) {
      if (!signal.aborted) sink.observe([{ ...common, at: now(), error: toOpsError(error, "ovh").toWire() }]);
    }
  }

  return {
    id: context.id,
    type: "ovh",
    every,
    declarations: () => [service, ...observer.declarations(), ...allowlists.declarations()],
    async observe(sink, outer, resources) {
      const signal = AbortSignal.any([outer, closing.signal]);
      await Promise.all([
        resources === undefined || resources.includes(subject) ? observeService(sink, signal) : null,
        observer.observe(sink, signal, resources),
        allowlists.observe(sink, signal, resources),
      ]);
    },
    actions: [
      changeRecordAction({ reader, writer, recordOf, propagation }) as unknown as Action,
      ...allowlists.actions,
    ],
    secrets: () => references.map((reference) => ({ reference, usedBy: subject })),
    trials: (reference) =>
      references.includes(reference)
        ? [
            {
              subject,
              name,
              tryLogin: async (value, signal) =>
                void (await api.credential(signal, value === null ? null : { reference, value })),
            },
          ]
        : [],
    async close() {
      closing.abort();
      client.close();
      api.close();
    },
  };
}

/** What is wrong with the consumer key. */
function credentialProblems({ status, expiration }: OvhCredential, now: number): Problem[] {
  const problems: Problem[] = [];
  if (status !== "validated") {
    const words = text(
      `The consumer key is not validated (${status}).`,
      `La clé de consommateur n'est pas validée (${status}).`,
    );
    problems.push({ code: "ovh.credential", health: "critical", text: words });
  }
  if (expiration !== null && expiration - now < warnBefore) {
    const until = minuteInWords(expiration);
    const words = text(`The consumer key expires on ${until}.`, `La clé de consommateur expire le ${until}.`);
    problems.push({ code: "ovh.credential-expires", health: "warning", text: words });
  }
  return problems;
}
