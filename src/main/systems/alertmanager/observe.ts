import { minuteInWords } from "../../../shared/amount-words.ts";
import { toOpsError } from "../../../shared/errors.ts";
import type {
  Declaration,
  FactValue,
  Health,
  Observation,
  ObservationSink,
  Problem,
} from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { Alert, Silence } from "./answers.ts";
import type { AlertmanagerApi } from "./api.ts";
import { matcherWords } from "./matchers.ts";

/** Alerts that are shown of one Alertmanager, the gravest first. */
const mostAlerts = 2000;
/** Silences and labels that a fact names. */
const mostNamed = 20;
const missedReadings = 3;

export interface ObserverParts {
  system: string;
  name: string;
  site: string | null;
  environment: string | null;
  every: number;
  api: AlertmanagerApi;
  now(): number;
}

/** Reads an Alertmanager: itself as a service, and its alerts, which are declared as they come and go. */
export class AlertObserver {
  readonly service: string;
  readonly #parts: ObserverParts;
  #alerts: Alert[] = [];
  #running: Promise<void> | null = null;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    this.service = `${parts.system}/service`;
  }

  get declared(): Declaration[] {
    const { system, name, site, environment, every } = this.#parts;
    const common = { system, site, environment, staleAfter: every * missedReadings };
    return [
      { id: this.service, kind: "service", name, parent: site, ...common },
      ...this.#alerts.map(
        (alert): Declaration => ({
          id: this.idOf(alert),
          kind: "alert",
          name: nameOf(alert),
          parent: this.service,
          ...common,
        }),
      ),
    ];
  }

  idOf({ fingerprint }: Alert): string {
    return `${this.#parts.system}/alerts/${fingerprint}`;
  }

  /** Reads it once; whoever asks meanwhile gets the result of that reading. Never throws. */
  observe(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    this.#running ??= this.#read(sink, signal).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #read(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { api, system, now } = this.#parts;
    try {
      const [status, alerts, silences] = await Promise.all([
        api.status(signal),
        api.alerts(signal),
        api.silences(signal),
      ]);
      if (signal.aborted) return;
      const at = now();
      const unique = [...new Map(alerts.members.map((alert) => [alert.fingerprint, alert])).values()];
      this.#alerts = unique.sort(worstFirst).slice(0, mostAlerts);
      sink.declare(system, this.declared);
      const left = unique.length - this.#alerts.length;
      const inForce = silences.filter(({ status: { state } }) => state === "active");
      sink.observe([
        {
          resource: this.service,
          source: system,
          at,
          health: "ok",
          facts: {
            "alertmanager.version": status.versionInfo.version || null,
            "alertmanager.cluster": clusterWords(status.cluster),
            "alertmanager.alerts": unique.length,
            "alertmanager.suppressed": unique.filter(({ status: { state } }) => state === "suppressed")
              .length,
            "alertmanager.silences": inForce.slice(0, mostNamed).map(silenceWords),
          },
          problems: serviceProblems(status.cluster.status, left, alerts.unread),
        },
        ...this.#alerts.map((alert) => this.#observation(alert, silences, at)),
      ]);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toOpsError(thrown, system).toWire();
      const at = now();
      const failed = [this.service, ...this.#alerts.map((alert) => this.idOf(alert))];
      sink.observe(failed.map((resource): Observation => ({ resource, source: system, at, error })));
    }
  }

  #observation(alert: Alert, silences: readonly Silence[], at: number): Observation {
    const { labels, annotations, status } = alert;
    const quiet = status.state === "suppressed";
    const silencing = silences.filter(({ id }) => status.silencedBy.includes(id));
    const facts: Record<string, FactValue> = {
      "alert.state": status.state,
      "alert.severity": labels.severity ?? null,
      "alert.summary": summaryOf(alert),
      "alert.instance": labels.instance ?? null,
      "alert.since": alert.startsAt,
      "alert.labels": Object.entries(labels)
        .slice(0, mostNamed)
        .map(([key, value]) => `${key}=${value}`),
      // Shown, never followed: whoever can send an alert writes it.
      "alert.source": alert.generatorURL || null,
      "alert.silencedBy": silencing.length > 0 ? silencing.slice(0, mostNamed).map(silenceWords) : null,
    };
    const health = quiet ? "ok" : healthOf(labels.severity);
    const summary = summaryOf(alert) ?? annotations.description ?? nameOf(alert);
    const problem: Problem = quiet
      ? {
          code: "alertmanager.suppressed",
          health: "ok",
          text: text(`Silenced or inhibited: ${summary}`, `Réduite au silence ou inhibée : ${summary}`),
        }
      : { code: "alertmanager.alert", health, text: text(summary, summary) };
    return {
      resource: this.idOf(alert),
      source: this.#parts.system,
      at,
      health,
      facts,
      problems: health === "ok" && !quiet ? [] : [problem],
    };
  }
}

const grave = new Set(["critical", "page", "emergency", "fatal", "error", "disaster", "high"]);
const mere = new Set(["info", "information", "none", "notice", "debug", "ok", "low"]);

/** What a severity label means; there is no standard, and one that is not known is worth a look. */
export function healthOf(severity: string | undefined): Health {
  const word = (severity ?? "").toLowerCase();
  if (grave.has(word)) return "critical";
  return mere.has(word) ? "ok" : "warning";
}

function nameOf({ labels, fingerprint }: Alert): string {
  const name = labels.alertname || fingerprint;
  return [name, labels.instance].filter(Boolean).join(" ").slice(0, 200);
}

function summaryOf({ annotations }: Alert): string | null {
  return annotations.summary ?? annotations.message ?? annotations.description ?? null;
}

const order: Record<Health, number> = { critical: 0, unknown: 1, warning: 2, ok: 3 };

function worstFirst(one: Alert, other: Alert): number {
  const rank = ({ status, labels }: Alert) =>
    status.state === "suppressed" ? 4 : order[healthOf(labels.severity)];
  return rank(one) - rank(other) || (one.fingerprint < other.fingerprint ? -1 : 1);
}

function clusterWords({ status, peers }: { status: string; peers: unknown[] }): string | null {
  return status === "" ? null : `${status} (${peers.length})`;
}

function silenceWords({ matchers, endsAt, createdBy, comment }: Silence): string {
  const until = minuteInWords(endsAt);
  const words = `${matchers.map(matcherWords).join(",")} → ${until}, ${createdBy}: ${comment}`;
  return words.slice(0, 300);
}

function serviceProblems(cluster: string, left: number, unread: number): Problem[] {
  const problems: Problem[] = [];
  if (cluster === "settling") {
    problems.push({
      code: "alertmanager.settling",
      health: "warning",
      text: text(
        "Its cluster is still finding together; silences may not be known everywhere.",
        "Sa grappe est encore en cours de formation ; les silences ne sont peut-être pas connus partout.",
      ),
    });
  }
  if (left > 0) {
    problems.push({
      code: "alertmanager.too-many",
      health: "warning",
      text: text(
        `The ${mostAlerts} gravest alerts are shown; ${left} more are not.`,
        `Les ${mostAlerts} alertes les plus graves sont affichées ; ${left} autres ne le sont pas.`,
      ),
    });
  }
  if (unread > 0) {
    problems.push({
      code: "alertmanager.unread",
      health: "warning",
      text: text(`Alerts that cannot be understood: ${unread}.`, `Alertes incompréhensibles : ${unread}.`),
    });
  }
  return problems;
}
