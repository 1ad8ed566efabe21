import type { z } from "zod";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../actions/action.ts";
import type { ListedServer } from "../../listed-servers.ts";
import { isAtWork, runOf, unitLooks, unitRunFields, unitRunSchema } from "../../unit-runs.ts";
import { type Job, type Standing, standingAt, standingsOf } from "../standing.ts";
import { change, type JobActionParts, jobOf, ownJob } from "./parts.ts";

type Wanted = z.infer<typeof unitRunSchema>;

/**
 * `file-store.run-now`: starts the job's service where it runs, once. Proven by systemd: another run than the one that was
 * known before has ended, and well.
 */
export function runNowAction(parts: JobActionParts): Action<Wanted> {
  const serverOf = (job: Job, observed: Readonly<Record<string, unknown>>): ListedServer | null =>
    job.servers.find(({ id }) => id === observed.server) ?? null;
  return {
    id: "file-store.run-now",
    title: text("Back up now", "Sauvegarder maintenant"),
    verb: text("Back up", "Sauvegarder"),
    risk: "safe",
    effect: "once",
    kinds: ["backup-policy"],
    input: unitRunSchema,
    fields: unitRunFields,
    bulk: true,
    appliesTo: (resource) => jobOf(parts, resource) !== null,
    describe(resource) {
      const { service } = ownJob(parts, resource).config;
      return {
        steps: [
          text(
            `Start ${service} on the server where its timer is on.`,
            `Démarrer ${service} sur le serveur où son minuteur est en marche.`,
          ),
        ],
        proof: text(
          "systemd says that a new run has ended well.",
          "systemd indique qu'un nouveau passage s'est bien terminé.",
        ),
        undo: null,
      };
    },
    async probe({ resource, signal }) {
      const job = ownJob(parts, resource);
      const on = (await standingsOf(parts.access, job, signal)).filter((each) => each.on);
      const [only, ...others] = on;
      const observed = { server: only?.server ?? null, before: runOf(only?.service ?? null) };
      if (!only || others.length > 0) {
        return { state: "impossible", text: others.length > 0 ? several : nowhere, observed };
      }
      if (isAtWork(only.service)) return { state: "impossible", text: underWay, observed };
      return {
        state: "needed",
        text: text(`It runs on ${only.name}.`, `Elle s'exécute sur ${only.name}.`),
        observed,
      };
    },
    async apply({ resource, signal, committed }, _wanted, { observed }) {
      const job = ownJob(parts, resource);
      const server = serverOf(job, observed);
      if (!server) throw new RangeError("no server was seen");
      await change(parts, server, [["start", "--no-block", job.config.service]], {
        signal,
        onStarted: committed,
      });
      return { data: { server: server.id } };
    },
    async verify(context, { deadlineMinutes }, { observed }): Promise<Verification> {
      const job = ownJob(parts, context.resource);
      const server = serverOf(job, observed);
      if (!server) return { proven: false, text: nowhere, data: {} };
      return awaitEnd(
        parts,
        { job, server, before: observed.before, within: deadlineMinutes * 60_000 },
        context,
      );
    },
    async settle({ resource, signal }, _wanted, { observed }) {
      const job = ownJob(parts, resource);
      const server = serverOf(job, observed);
      const now = server ? await standingAt(parts.access, job, server, signal) : null;
      if (!now || now.error) return { effect: "unknown", text: now?.error?.text ?? nowhere, data: {} };
      const isNew = runOf(now.service) !== observed.before || isAtWork(now.service);
      return { effect: isNew ? "happened" : "did-not-happen", text: isNew ? ran(now) : notBegun, data: {} };
    },
  };
}

async function awaitEnd(
  { access }: JobActionParts,
  { job, server, before, within }: { job: Job; server: ListedServer; before: unknown; within: number },
  { signal, progress }: ActionContext,
): Promise<Verification> {
  const end = access.now() + within;
  for (;;) {
    const now = await standingAt(access, job, server, signal);
    const isNew = now.service !== null && runOf(now.service) !== before;
    if (isNew && !isAtWork(now.service)) {
      const isGood = now.service?.result === "success" && now.service.active !== "failed";
      return {
        proven: isGood,
        disproven: !isGood,
        text: ran(now),
        data: { result: now.service?.result ?? null },
      };
    }
    if (access.now() >= end) return { proven: false, text: isNew ? underWay : notBegun, data: {} };
    if (isNew) progress(underWay);
    await access.wait(unitLooks, signal);
  }
}

function ran({ name, service }: Standing): LocalText {
  const at = service?.endedAt ?? null;
  const when = at === null ? "—" : minuteInWords(at);
  const result = service?.result ?? "?";
  return text(
    `The run on ${name} ended at ${when}: ${result}.`,
    `Le passage sur ${name} s'est terminé à ${when} : ${result}.`,
  );
}

const nowhere = text(
  "Its timer is on nowhere that answers.",
  "Son minuteur n'est en marche nulle part, parmi les serveurs qui répondent.",
);
const several = text(
  "Its timer is on at several servers: move it to the right one first.",
  "Son minuteur est en marche sur plusieurs serveurs : déplacez-la d'abord vers le bon.",
);
const underWay = text("A run is under way.", "Un passage est en cours.");
const notBegun = text("No new run has begun.", "Aucun nouveau passage n'a commencé.");
