import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, Settlement, Verification } from "../../../actions/action.ts";
import type { ListedServer } from "../../listed-servers.ts";
import { stillOn } from "../faults.ts";
import { type Job, type Standing, standingAt, standingsOf } from "../standing.ts";
import { change, type JobActionParts, jobOf, ownJob } from "./parts.ts";

const inputSchema = z.strictObject({
  /** The server that it runs on afterwards. */
  to: z.string().min(1).max(100),
  /** The other servers are gone: those that do not answer are passed over, and put right when they are back. */
  sourceGone: z.boolean().default(false),
});
type Wanted = z.infer<typeof inputSchema>;

/**
 * `file-store.move`: stops and disables a job's timer wherever it is on, then enables and starts it on one server. Proven by
 * what all servers say; where the source is gone, by those that answer, and it is told which do not.
 */
export function moveAction(parts: JobActionParts): Action<Wanted> {
  const see = (job: Job, signal: AbortSignal) => standingsOf(parts.access, job, signal);
  return {
    id: "file-store.move",
    title: text("Move to another server", "Déplacer vers un autre serveur"),
    verb: text("Move", "Déplacer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["backup-policy"],
    input: inputSchema,
    fields: [toField([]), goneField],
    fieldsFor: (resource) => [toField(jobOf(parts, resource)?.servers ?? []), goneField],
    bulk: false,
    appliesTo: (resource) => (jobOf(parts, resource)?.servers.length ?? 0) > 1,
    describe(resource, { to, sourceGone }) {
      const { config, servers } = ownJob(parts, resource);
      const goal = servers.find(({ id }) => id === to)?.name ?? to;
      return {
        steps: [
          text(
            `Stop and disable ${config.timer} on every other server${sourceGone ? " that answers" : ""}, and a run that is under way there.`,
            `Arrêter et désactiver ${config.timer} sur tout autre serveur${sourceGone ? " qui répond" : ""}, ainsi qu'un passage en cours.`,
          ),
          text(
            `Enable and start ${config.timer} on ${goal}.`,
            `Activer et démarrer ${config.timer} sur ${goal}.`,
          ),
        ],
        proof: text(
          "Every server says whether the timer is on: it is on that one alone.",
          "Chaque serveur indique si le minuteur est en marche : il ne l'est que sur celui-là.",
        ),
        undo: text("Moves it back to where it was.", "Le ramène là où il était."),
      };
    },
    async probe({ resource, signal }, { to, sourceGone }) {
      const job = ownJob(parts, resource);
      const standings = await see(job, signal);
      const observed = { on: servers(standings, "on"), unread: servers(standings, "unread") };
      const goal = standings.find(({ server }) => server === to);
      const impossible = (words: LocalText) => ({ state: "impossible" as const, text: words, observed });
      if (!goal)
        return impossible(text(`The job has no server ${to}.`, `La tâche n'a pas de serveur ${to}.`));
      if (goal.error) return impossible(goal.error.text);
      if (!goal.timer?.isLoaded || !goal.service?.isLoaded) {
        return impossible(
          text(`${goal.name} does not have the job's units.`, `${goal.name} n'a pas les unités de la tâche.`),
        );
      }
      const silent = standings.filter(({ error }) => error !== null);
      const [first] = silent;
      if (first && !sourceGone) {
        return impossible(
          text(
            `${first.name} cannot be asked whether the job is on there. If it is gone, say so with “source gone”.`,
            `${first.name} ne peut pas dire si la tâche y est en marche. S'il a disparu, indiquez-le avec « source disparue ».`,
          ),
        );
      }
      const isDone = isWhole(goal) && onElsewhere(standings, to).length === 0;
      return { state: isDone ? "done" : "needed", text: whereWords(standings), observed };
    },
    async apply({ resource, signal, committed, progress }, { to }, { observed }) {
      const job = ownJob(parts, resource);
      const passedOver = listOf(observed.unread);
      await moveTo(parts, job, to, passedOver, { signal, committed, progress });
      return { data: { to, passedOver } };
    },
    async verify({ resource, signal }, { to, sourceGone }): Promise<Verification> {
      return verdict(await see(ownJob(parts, resource), signal), to, sourceGone);
    },
    async settle({ resource, signal }, { to, sourceGone }, { observed }): Promise<Settlement> {
      const standings = await see(ownJob(parts, resource), signal);
      const { proven, text: words, data } = verdict(standings, to, sourceGone);
      const before = listOf(observed.on);
      const on = servers(standings, "on");
      const isAsBefore = before.length === on.length && before.every((id) => on.includes(id));
      return { effect: proven ? "happened" : isAsBefore ? "did-not-happen" : "unknown", text: words, data };
    },
    async undo({ resource, signal, committed, progress }, { sourceGone }, { observed }) {
      const job = ownJob(parts, resource);
      const [back, ...more] = listOf(observed.on);
      const standings = await see(job, signal);
      if (back === undefined || more.length > 0) {
        const words = text(
          "It ran on no single server before; move it to the one that it belongs on.",
          "Elle ne tournait pas sur un seul serveur auparavant ; déplacez-la vers celui qui convient.",
        );
        return { proven: false, text: words, data: {} };
      }
      await moveTo(parts, job, back, sourceGone ? servers(standings, "unread") : [], {
        signal,
        committed,
        progress,
      });
      return verdict(await see(job, signal), back, sourceGone);
    },
  };
}

interface Doing {
  signal: AbortSignal;
  committed(): void;
  progress(words: LocalText): void;
}

/** Never on two servers: it is started only once every other that is not passed over says that it is off. */
async function moveTo(
  parts: JobActionParts,
  job: Job,
  to: string,
  passedOver: readonly string[],
  { signal, committed, progress }: Doing,
): Promise<void> {
  const { timer, service } = job.config;
  const doing = { signal, onStarted: committed };
  for (const server of job.servers.filter(({ id }) => id !== to && !passedOver.includes(id))) {
    progress(text(`Stopping it on ${server.name}.`, `Arrêt sur ${server.name}.`));
    await change(
      parts,
      server,
      [
        ["disable", "--now", timer],
        ["stop", service],
      ],
      doing,
    );
    const after = await standingAt(parts.access, job, server, signal);
    if (after.error) throw after.error;
    if (after.on) throw stillOn(parts.access.system, server.name);
  }
  const goal = job.servers.find(({ id }) => id === to);
  if (!goal) throw new RangeError(`no server ${to}`);
  progress(text(`Starting it on ${goal.name}.`, `Démarrage sur ${goal.name}.`));
  await change(parts, goal, [["enable", "--now", timer]], doing);
}

function verdict(standings: readonly Standing[], to: string, sourceGone: boolean): Verification {
  const goal = standings.find(({ server }) => server === to);
  const unread = servers(standings, "unread");
  const isAlone = onElsewhere(standings, to).length === 0 && (sourceGone || unread.length === 0);
  return {
    proven: goal !== undefined && isWhole(goal) && isAlone,
    text: whereWords(standings),
    data: { on: servers(standings, "on"), unread },
  };
}

/** On now, and after a reboot. */
function isWhole({ timer }: Standing): boolean {
  return timer?.isEnabled === true && timer.active === "active";
}

function onElsewhere(standings: readonly Standing[], to: string): Standing[] {
  return standings.filter(({ server, on }) => on && server !== to);
}

function servers(standings: readonly Standing[], which: "on" | "unread"): string[] {
  return standings
    .filter(({ on, error }) => (which === "on" ? on : error !== null))
    .map(({ server }) => server);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function whereWords(standings: readonly Standing[]): LocalText {
  const on = standings.filter((each) => each.on).map(({ name }) => name);
  const silent = standings.filter(({ error }) => error !== null).map(({ name }) => name);
  const more =
    silent.length === 0
      ? text("", "")
      : text(
          ` Not answering, to be looked at when back: ${silent.join(", ")}.`,
          ` Sans réponse, à vérifier à leur retour : ${silent.join(", ")}.`,
        );
  const where =
    on.length === 0
      ? text("The timer is on nowhere.", "Le minuteur n'est en marche nulle part.")
      : text(`The timer is on at: ${on.join(", ")}.`, `Le minuteur est en marche sur : ${on.join(", ")}.`);
  return text(`${where.en}${more.en}`, `${where.fr}${more.fr}`);
}

function toField(among: readonly ListedServer[]): Action["fields"][number] {
  const choices = among.map(({ id, name }) => ({ value: id, label: text(name, name) }));
  return { name: "to", label: text("To", "Vers"), type: "choice", required: true, choices, initial: null };
}

const goneField: Action["fields"][number] = {
  name: "sourceGone",
  label: text(
    "Source gone: pass over servers that do not answer",
    "Source disparue : passer outre les serveurs sans réponse",
  ),
  type: "boolean",
  required: false,
  choices: [],
  initial: false,
};
