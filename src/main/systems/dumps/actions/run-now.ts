import type { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import { changeUnitsScript, failedChange, type UnitState, unitIn, unitsScript } from "../../host-units.ts";
import type { ListedServer } from "../../listed-servers.ts";
import { isAtWork, runOf, unitLooks, unitRunFields, unitRunSchema } from "../../unit-runs.ts";
import type { Dump, DumpSet } from "../dump-set.ts";
import type { DumpObserver } from "../observe.ts";

type Wanted = z.infer<typeof unitRunSchema>;

const askDeadline = 45_000;

export interface RunParts {
  access: HostAccess;
  observer: DumpObserver;
  sets: readonly DumpSet[];
}

/**
 * `dumps.run-now`: starts the service that makes a dump, once. Proven by systemd, which says that another run than before has
 * ended well, and by a whole dump that was not there before.
 */
export function runNowAction(parts: RunParts): Action<Wanted> {
  const setOf = ({ id }: Pick<Resource, "id">) => parts.sets.find(({ resource }) => resource === id) ?? null;
  const own = (resource: Pick<Resource, "id">): { set: DumpSet; server: ListedServer; service: string } => {
    const set = setOf(resource);
    const server = set?.servers[0];
    const service = set?.config.service;
    if (!set || !server || service === undefined) throw new RangeError(`no dumps of ${resource.id}`);
    return { set, server, service };
  };
  const ask = async (resource: Pick<Resource, "id">, signal: AbortSignal): Promise<UnitState | null> => {
    const { server, service } = own(resource);
    const script = (mark: string) => unitsScript(mark, [service]);
    return unitIn(await parts.access.ask(server.target, script, { signal, deadline: askDeadline }), service);
  };
  return {
    id: "dumps.run-now",
    title: text("Dump now", "Exporter maintenant"),
    verb: text("Dump", "Exporter"),
    risk: "safe",
    effect: "once",
    kinds: ["backup-policy"],
    input: unitRunSchema,
    fields: unitRunFields,
    bulk: true,
    appliesTo: (resource) => setOf(resource)?.config.service !== undefined,
    describe(resource) {
      const { server, service } = own(resource);
      return {
        steps: [text(`Start ${service} on ${server.name}.`, `Démarrer ${service} sur ${server.name}.`)],
        proof: text(
          "The run has ended well, and there is a whole dump that was not there before.",
          "Le passage s'est bien terminé, et il y a un export complet qui n'existait pas auparavant.",
        ),
        undo: null,
      };
    },
    async probe({ resource, signal }) {
      const unit = await ask(resource, signal);
      const { set, server, service } = own(resource);
      const { dumps } = await parts.observer.read(set, signal);
      const observed = { before: runOf(unit), newest: dumps[0]?.name ?? null };
      if (!unit?.isLoaded) {
        return {
          state: "impossible",
          text: text(`${server.name} does not have ${service}.`, `${server.name} n'a pas ${service}.`),
          observed,
        };
      }
      if (isAtWork(unit)) return { state: "impossible", text: underWay, observed };
      return {
        state: "needed",
        text: text(`${dumps.length} dumps are kept.`, `${dumps.length} exports sont conservés.`),
        observed,
      };
    },
    async apply({ resource, signal, committed }) {
      const { server, service } = own(resource);
      const script = (mark: string) => changeUnitsScript(mark, [["start", "--no-block", service]], []);
      const options = { signal, deadline: askDeadline, onStarted: committed };
      const failed = failedChange(await parts.access.ask(server.target, script, options));
      if (failed !== null) throw refused(parts.access.system, server.name, failed);
      return { data: {} };
    },
    async verify({ resource, signal, progress }, { deadlineMinutes }, { observed }): Promise<Verification> {
      const end = parts.access.now() + deadlineMinutes * 60_000;
      for (;;) {
        const unit = await ask(resource, signal);
        const isNew = unit !== null && runOf(unit) !== observed.before;
        if (unit && isNew && !isAtWork(unit))
          return outcome(parts, own(resource).set, unit, observed.newest, signal);
        if (parts.access.now() >= end) return { proven: false, text: isNew ? underWay : notBegun, data: {} };
        if (isNew) progress(underWay);
        await parts.access.wait(unitLooks, signal);
      }
    },
    async settle({ resource, signal }, _wanted, { observed }) {
      const unit = await ask(resource, signal);
      if (!unit) return { effect: "unknown", text: notBegun, data: {} };
      const isNew = runOf(unit) !== observed.before || isAtWork(unit);
      return { effect: isNew ? "happened" : "did-not-happen", text: isNew ? underWay : notBegun, data: {} };
    },
  };
}

async function outcome(
  { observer }: RunParts,
  set: DumpSet,
  unit: UnitState,
  before: unknown,
  signal: AbortSignal,
): Promise<Verification> {
  const result = unit.result ?? "?";
  if (unit.active === "failed" || unit.result !== "success") {
    const words = text(`The run failed (${result}).`, `Le passage a échoué (${result}).`);
    return { proven: false, disproven: true, text: words, data: { result } };
  }
  const { dumps } = await observer.read(set, signal);
  const [newest] = dumps;
  const isThere = newest !== undefined && newest.name !== before && newest.size >= set.config.smallest;
  return {
    proven: isThere,
    text: isThere ? made(newest) : nothingNew,
    data: { result, dump: newest?.name ?? null },
  };
}

/** `dumps.refused`: systemd, or sudo before it, does not start the service. */
function refused(system: string, server: string, words: string): OpsError {
  return new OpsError({
    code: "dumps.refused",
    system,
    message: text(
      `${server} refused: ${words || "no reason given"}`,
      `${server} a refusé : ${words || "sans raison donnée"}`,
    ),
    hint: text(
      "Let the account start this service with sudo and without a password, then try again.",
      "Autorisez le compte à démarrer ce service par sudo sans mot de passe, puis réessayez.",
    ),
  });
}

function made({ name, size }: Dump): LocalText {
  return text(`${name} was made (${size} bytes).`, `${name} a été créé (${size} octets).`);
}

const nothingNew = text(
  "The run ended well, but there is no new dump.",
  "Le passage s'est bien terminé, mais il n'y a pas de nouvel export.",
);
const underWay = text(
  "A dump is under way, or has been made since.",
  "Un export est en cours, ou a été fait depuis.",
);
const notBegun = text("No new run has begun.", "Aucun nouveau passage n'a commencé.");
