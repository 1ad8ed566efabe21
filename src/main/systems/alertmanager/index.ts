import { parseDuration } from "../../../shared/estate-words.ts";
import {
  type AlertmanagerSystemConfig,
  alertmanagerSystemSchema,
} from "../../../shared/systems/alertmanager.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { silenceActions } from "./actions.ts";
import { AlertmanagerApi } from "./api.ts";
import { AlertmanagerClient } from "./client.ts";
import { AlertObserver } from "./observe.ts";

/** A Prometheus Alertmanager: its alerts as resources, and silences of those about a host, VM, node or cluster. */
export const alertmanagerSystem: SystemDefinition<AlertmanagerSystemConfig> = {
  type: "alertmanager",
  config: alertmanagerSystemSchema,
  create: createAlertmanagerSystem,
};

function createAlertmanagerSystem(config: AlertmanagerSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 30_000;
  const name = config.name ?? context.id;
  const subject = `${context.id}/service`;
  const client = new AlertmanagerClient({
    name,
    subject,
    config,
    dial: (place, signal) => context.reach.dial(place, signal),
    secrets: context.secrets,
    folder: () => context.estateFolder?.() ?? process.cwd(),
  });
  const api = new AlertmanagerApi(name, client);
  const site = config.site ?? null;
  const now = () => context.now();
  const observer = new AlertObserver({
    system: context.id,
    name,
    site,
    environment: config.environment ?? null,
    every,
    api,
    now,
  });
  const reference = config.token ?? config.password;
  const closing = new AbortController();
  return {
    id: context.id,
    type: "alertmanager",
    every,
    declarations: () => observer.declared,
    observe: (sink, signal) => observer.observe(sink, AbortSignal.any([signal, closing.signal])),
    actions: silenceActions({ api, templates: config.silence, site, now }),
    secrets: () => (reference === undefined ? [] : [{ reference, usedBy: subject }]),
    trials: (asked) =>
      asked === reference
        ? [
            {
              subject,
              name,
              tryLogin: async (value, signal) => void (await api.status(signal, value)),
            },
          ]
        : [],
    async close() {
      closing.abort();
      api.close();
    },
  };
}
