import { randomFor } from "../../../world/random.ts";
import type { Call } from "../api/call.ts";
import { badRequest, notFound } from "../api/failure.ts";
import { logFlood } from "../cluster/plan.ts";
import type { Pod } from "../store/kinds.ts";
import { words } from "../store/object.ts";

/** World milliseconds between two lines, and how many bytes a node keeps of a container's log. */
const usualStep = 2_000;
const chattyStep = 20;
const kept = 120 * 1024 * 1024;
/** The workloads that write far more than anybody reads. */
const chatty: readonly string[] = ["orders", logFlood];
const batch = 2_000;

const tellings = [
  'level=info msg="request served" method=GET path=/basket status=200',
  'level=info msg="request served" method=POST path=/orders status=201',
  'level=info msg="health checked" status=ok',
  'level=warn msg="upstream was slow" upstream=ledger',
  'level=info msg="cache refreshed" entries=4211',
  'level=error msg="payment refused, will be tried again" attempt=1',
] as const;

/** The log of one container: the same lines every time it is read, one more with each step of world time. */
export interface ContainerLog {
  /** Epoch milliseconds of the first line, and milliseconds between lines. */
  start: number;
  step: number;
  /** The line of a number, without its end. */
  line(number: number): string;
}

/** The log of a pod's container, since `start` (epoch milliseconds, world time). */
export function logOf(pod: Pod, container: string, start: number): ContainerLog {
  const app = pod.metadata.labels?.app ?? pod.metadata.name;
  const first = randomFor(0, pod.metadata.uid).between(0, tellings.length - 1);
  return {
    start,
    step: chatty.includes(app) ? chattyStep : usualStep,
    line: (number) => {
      const telling = tellings[(first + number * 7 + (number >> 3)) % tellings.length] ?? tellings[0];
      return `${telling} app=${app} container=${container} request=${((number * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, "0")} duration=${(number * 37) % 900}ms`;
    },
  };
}

function wholeNumber(query: URLSearchParams, name: string): number | null {
  const given = query.get(name);
  if (given === null) return null;
  if (!/^\d{1,12}$/.test(given)) throw badRequest(`invalid ${name}: ${given.slice(0, 50)}`);
  return Number(given);
}

/** When a container's run began, and when it ended (epoch milliseconds); null while there was none. */
function runOf(pod: Pod, container: string, previous: boolean): { start: number; end: number | null } | null {
  const status = pod.status.containerStatuses?.find((entry) => entry.name === container);
  if (!status) return null;
  const running = words(status.state, "running", "startedAt");
  if (running && !previous) return { start: Date.parse(running), end: null };
  // One that waits to be started again shows what it wrote last.
  const over = running || previous ? status.lastState : { ...status.lastState, ...status.state };
  const start = words(over, "terminated", "startedAt");
  const end = Date.parse(words(over, "terminated", "finishedAt"));
  if (start) return { start: Date.parse(start), end };
  const isKnown = previous && status.restartCount > 0;
  return isKnown
    ? { start: Date.parse(pod.metadata.creationTimestamp), end: Number.isNaN(end) ? null : end }
    : null;
}

/**
 * Answers `log` of a pod: `container`, `follow`, `previous`, `timestamps`, `tailLines`, `sinceSeconds`, `sinceTime`,
 * `limitBytes`.
 */
export async function sendLog(call: Call): Promise<void> {
  const { cluster, target, query, signal } = call;
  const pod = cluster.pods.get(target.namespace, target.name ?? "");
  if (!pod) throw notFound(target.resource, target.name ?? "");
  const { name } = pod.metadata;
  const all = pod.spec.containers.map((container) => container.name);
  const container = query.get("container") || all[0] || "";
  if (!query.get("container") && all.length > 1) {
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(" ")}]`);
  }
  if (!all.includes(container))
    throw badRequest(`container ${container.slice(0, 100)} is not valid for pod ${name}`);
  const previous = query.get("previous") === "true";
  const run = runOf(pod, container, previous);
  if (!run) {
    const status = pod.status.containerStatuses?.find((entry) => entry.name === container);
    const reason = words(status?.state, "waiting", "reason") || "ContainerCreating";
    throw badRequest(
      previous
        ? `previous terminated container "${container}" in pod "${name}" not found`
        : `container "${container}" in pod "${name}" is waiting to start: ${reason === "ImagePullBackOff" ? "trying and failing to pull image" : reason}`,
    );
  }
  const log = logOf(pod, container, run.start);
  const count = () => Math.floor(((run.end ?? cluster.now()) - log.start) / log.step) + 1;
  const tail = wholeNumber(query, "tailLines");
  const seconds = wholeNumber(query, "sinceSeconds");
  const sinceTime = query.get("sinceTime");
  const since =
    seconds !== null ? cluster.now() - seconds * 1000 : sinceTime ? Date.parse(sinceTime) : log.start;
  if (Number.isNaN(since)) throw badRequest("invalid sinceTime");
  const end = previous ? Math.min(count(), 200) : count();
  const longest = Math.floor(kept / (log.line(0).length + 1));
  let next = Math.max(0, end - longest, Math.ceil((since - log.start) / log.step));
  if (tail !== null) next = Math.max(next, end - tail);
  let left = wholeNumber(query, "limitBytes") ?? Number.POSITIVE_INFINITY;
  const stamped = query.get("timestamps") === "true";
  const write = async (to: number) => {
    while (next < to && left > 0) {
      const lines: string[] = [];
      for (const last = Math.min(to, next + batch); next < last; next += 1) {
        const at = stamped
          ? `${new Date(log.start + next * log.step).toISOString().replace("Z", "000000Z")} `
          : "";
        lines.push(`${at}${log.line(next)}\n`);
      }
      const text = lines.join("").slice(0, left);
      left -= text.length;
      await call.write(text);
    }
  };
  await call.begin(200, "text/plain");
  await write(end);
  const runs = () => cluster.pods.get(target.namespace, name)?.metadata.uid === pod.metadata.uid;
  while (query.get("follow") === "true" && run.end === null && left > 0 && !signal.aborted && runs()) {
    await cluster.pause(Math.max(log.step, 100), signal);
    if (cluster.machines.isUp(pod.spec.nodeName ?? "")) await write(count());
  }
  call.end();
}
