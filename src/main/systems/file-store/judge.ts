import { parseDuration } from "../../../shared/estate-words.ts";
import type { FactValue, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { isAtWork } from "../unit-runs.ts";
import type { Job, Standing } from "./standing.ts";

/** The facts of a job by what its servers say. */
export function jobFacts({ config }: Job, standings: readonly Standing[]): Record<string, FactValue> {
  const on = standings.filter((each) => each.on);
  const [only, ...others] = on;
  const single = others.length === 0 ? only : undefined;
  const unread = standings.filter(({ error }) => error !== null).map(({ server }) => server);
  const last = latest(standings);
  const service = last?.service ?? null;
  const keepFor = config.keep === undefined ? null : parseDuration(config.keep);
  return {
    "backup.schedule": config.schedule ?? null,
    ...(config.timeZone === undefined ? {} : { "backup.zone": config.timeZone }),
    "backup.protects": config.of,
    "backup.next": single?.timer?.next ?? null,
    "backup.paused": standings.every(({ error, on: isOn }) => error === null && !isOn),
    "backup.location": config.target ?? null,
    "backup.keep": config.keep ?? null,
    "backup.keepFor": keepFor === null ? null : keepFor / 1000,
    "backup.lastRun": service?.startedAt ?? null,
    "backup.lastState": stateOf(service),
    "file-store.runsOn": on.map(({ server }) => server),
    "file-store.site": single?.site ?? null,
    "file-store.servers": standings.map(({ server }) => server),
    ...(unread.length > 0 && { "file-store.unread": unread }),
    "file-store.took": durationOf(service),
  };
}

type Service = Standing["service"];

function stateOf(service: Service): "good" | "failed" | "running" | null {
  if (!service) return null;
  if (isAtWork(service)) return "running";
  if (service.active === "failed" || (service.result !== null && service.result !== "success"))
    return "failed";
  return service.endedAt === null ? null : "good";
}

function durationOf(service: Service): number | null {
  if (!service || service.startedAt === null || service.endedAt === null) return null;
  return service.endedAt < service.startedAt ? null : (service.endedAt - service.startedAt) / 1000;
}

/** Where it ran last. */
function latest(standings: readonly Standing[]): Standing | undefined {
  const at = ({ service }: Standing) => service?.startedAt ?? Number.NEGATIVE_INFINITY;
  return [...standings].sort((one, other) => at(other) - at(one))[0];
}

/** The last run that ended well, as far as the servers remember it: its beginning, whose data it holds. */
export function lastGood(standings: readonly Standing[]): number | null {
  const good = standings.flatMap(({ service }) =>
    service && stateOf(service) === "good" ? (service.startedAt ?? []) : [],
  );
  return good.length > 0 ? Math.max(...good) : null;
}

/** What is wrong with a job. */
export function jobProblems({ name, config }: Job, standings: readonly Standing[]): Problem[] {
  const on = standings.filter((each) => each.on);
  const read = standings.filter(({ error }) => error === null);
  const names = (list: readonly Standing[]) => list.map((each) => each.name).join(", ");
  const problems: Problem[] = [];
  const add = (code: string, health: Problem["health"], en: string, fr: string) =>
    problems.push({ code: `file-store.${code}`, health, text: text(en, fr) });
  if (on.length > 1) {
    add(
      "split-brain",
      "critical",
      `${name} runs on several servers at once: ${names(on)}.`,
      `${name} s'exécute sur plusieurs serveurs à la fois : ${names(on)}.`,
    );
  }
  if (on.length === 0 && read.length === standings.length) {
    add(
      "nowhere",
      "critical",
      `${name} runs nowhere: its timer is off everywhere.`,
      `${name} ne s'exécute nulle part : son minuteur est arrêté partout.`,
    );
  }
  for (const { name: server, timer, service, error } of standings) {
    if (error !== null) {
      const { en, fr } = error.text;
      add(
        "unread",
        "warning",
        `Whether ${name} runs on ${server} is not known: ${en}`,
        `On ne sait pas si ${name} s'exécute sur ${server} : ${fr}`,
      );
    } else if (!timer?.isLoaded || !service?.isLoaded) {
      const unit = timer?.isLoaded ? config.service : config.timer;
      add("no-unit", "warning", `${server} does not have ${unit}.`, `${server} n'a pas ${unit}.`);
    } else if (timer.isEnabled !== (timer.active === "active")) {
      add(
        "half-on",
        "warning",
        `On ${server} the timer is ${timer.isEnabled ? "enabled, but does not run" : "running, but ends with the next reboot"}.`,
        `Sur ${server}, le minuteur est ${timer.isEnabled ? "activé, mais ne tourne pas" : "en marche, mais cessera au prochain redémarrage"}.`,
      );
    }
  }
  const last = latest(standings);
  if (last && stateOf(last.service) === "failed") {
    const why = last.service?.result ?? "?";
    add(
      "failed",
      "critical",
      `The last run on ${last.name} failed (${why}).`,
      `Le dernier passage sur ${last.name} a échoué (${why}).`,
    );
  }
  return problems;
}
