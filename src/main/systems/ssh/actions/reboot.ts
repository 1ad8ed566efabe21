import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, Applied, Settlement, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import { privilegeMissing } from "../../host-privilege.ts";
import type { Sections } from "../../host-sections.ts";
import { plainWords } from "../parse/words.ts";
import { type HostActionParts, lastReadError } from "./parts.ts";
import { awaitNewBoot, defaultRebootTimes, type RebootTimes } from "./reboot-proof.ts";
import {
  isGoingDown,
  readBootId,
  readRebootStart,
  rebootProbeScript,
  rebootScript,
  rebootSettleScript,
} from "./reboot-scripts.ts";

const inputSchema = z.strictObject({});
type Input = z.infer<typeof inputSchema>;

const askDeadline = 20_000;

/**
 * Reboots a Linux host and proves it by a changed boot identifier (random(4)), never by an uptime or an accepted
 * command. The reboot is sent once; the connection that breaks because of it is no error.
 */
export function rebootAction(
  access: HostAccess,
  parts: HostActionParts,
  times: RebootTimes = defaultRebootTimes,
): Action<Input> {
  return {
    id: "ssh.reboot",
    title: text("Reboot", "Redémarrer"),
    verb: text("Reboot", "Redémarrer"),
    risk: "disruptive",
    effect: "once",
    kinds: ["host", "vm"],
    input: inputSchema,
    fields: [],
    bulk: false,
    appliesTo: (resource) => parts.offers(resource),
    unavailable: (resource) => lastReadError(access, resource),
    describe: (resource) => explain(resource.name),

    async probe(context) {
      const target = access.target(context.resource.id);
      const start = readRebootStart(
        await access.ask(target.id, rebootProbeScript, { signal: context.signal, deadline: askDeadline }),
      );
      const observed = {
        bootId: start.bootId,
        uptimeSeconds: start.uptime,
        loggedIn: start.loggedIn,
        privilege: start.privilege,
      };
      if (start.bootId === null) {
        return {
          state: "impossible",
          text: text(
            "The host gives no boot identifier, so that a reboot could not be proven.",
            "L'hôte ne donne pas d'identifiant de démarrage : un redémarrage ne pourrait pas être prouvé.",
          ),
          observed,
        };
      }
      if (start.privilege === "none") {
        return {
          state: "impossible",
          text: privilegeMissing(target.user, { en: "reboot it", fr: "le redémarrer" }),
          observed,
        };
      }
      return { state: "needed", text: startWords(start.uptime, start.loggedIn), observed };
    },

    async apply(context, _input, probe): Promise<Applied> {
      const bootId = observedBootId(probe.observed.bootId, access.system);
      const sentAt = access.now();
      let started = false;
      let answer: Sections;
      try {
        answer = await access.ask(context.resource.id, (mark) => rebootScript(mark, bootId), {
          signal: context.signal,
          deadline: askDeadline,
          onStarted() {
            started = true;
            context.committed();
            context.progress(text("The reboot is sent.", "L'ordre de redémarrage est envoyé."));
          },
        });
      } catch (thrown) {
        // A reboot takes its own connection down, at once or by silence; the boot identifier will tell.
        if (!started || context.signal.aborted) throw thrown;
        return { data: { outcome: "connection-lost", sentAt } };
      }
      if (answer.whole("other-boot")) return { data: { outcome: "other-boot", sentAt } };
      const reboot = answer.whole("reboot");
      const words = plainWords(reboot?.body ?? "", 2000);
      if (words !== null) context.output(reboot?.status === 0 ? "output" : "error", `${words}\n`);
      return reboot?.status === 0
        ? { data: { outcome: "accepted", sentAt } }
        : { data: { outcome: "refused", sentAt, exitCode: reboot?.status ?? null } };
    },

    async verify(context, _input, probe, applied): Promise<Verification> {
      const before = observedBootId(probe.observed.bootId, access.system);
      const { outcome, sentAt } = applied.data;
      parts.onChanged(context.resource.id);
      if (outcome === "refused") return refused(applied.data.exitCode);
      if (outcome === "other-boot") {
        return {
          proven: false,
          disproven: true,
          text: text(
            "The host had already rebooted since it was looked at; no reboot was sent.",
            "L'hôte avait déjà redémarré depuis sa vérification ; aucun redémarrage n'a été envoyé.",
          ),
          data: {},
        };
      }
      return awaitNewBoot(access, context, {
        before,
        sentAt: typeof sentAt === "number" ? sentAt : access.now(),
        times,
      });
    },

    async settle(context, _input, probe): Promise<Settlement> {
      const before = observedBootId(probe.observed.bootId, access.system);
      const answer = await access.ask(context.resource.id, rebootSettleScript, {
        signal: context.signal,
        deadline: askDeadline,
      });
      const after = readBootId(answer);
      parts.onChanged(context.resource.id);
      return settlement(before, after, isGoingDown(answer));
    },
  };
}

function explain(name: string): { steps: LocalText[]; proof: LocalText; undo: null } {
  return {
    steps: [
      text(
        `Read the boot identifier of ${name} and who is logged in.`,
        `Lire l'identifiant de démarrage de ${name} et les sessions ouvertes.`,
      ),
      text(
        "Reboot it in an orderly way: services and virtual machines on it are stopped.",
        "Le redémarrer proprement : ses services et ses machines virtuelles sont arrêtés.",
      ),
      text(
        "Wait until it answers again, five minutes at most.",
        "Attendre sa réponse, cinq minutes au plus.",
      ),
    ],
    proof: text(
      "The host answers with a boot identifier that differs from the one before.",
      "L'hôte répond avec un identifiant de démarrage différent du précédent.",
    ),
    undo: null,
  };
}

function startWords(uptime: number | null, loggedIn: readonly string[]): LocalText {
  const days = uptime === null ? null : Math.floor(uptime / 86_400);
  const hours = uptime === null ? 0 : Math.floor((uptime % 86_400) / 3600);
  const running =
    days === null
      ? text(
          "The time since its last start is unknown.",
          "La durée depuis son dernier démarrage est inconnue.",
        )
      : text(`It has been running for ${days} d ${hours} h.`, `Il fonctionne depuis ${days} j ${hours} h.`);
  const people =
    loggedIn.length === 0
      ? text("Nobody is logged in.", "Personne n'est connecté.")
      : text(`Logged in: ${loggedIn.join(", ")}.`, `Sessions ouvertes : ${loggedIn.join(", ")}.`);
  return text(`${running.en} ${people.en}`, `${running.fr} ${people.fr}`);
}

function refused(exitCode: unknown): Verification {
  const code = typeof exitCode === "number" ? exitCode : "?";
  return {
    proven: false,
    text: text(
      `The host refused to reboot (exit code ${code}); it is still running.`,
      `L'hôte a refusé de redémarrer (code de sortie ${code}) ; il fonctionne toujours.`,
    ),
    data: { exitCode: typeof exitCode === "number" ? exitCode : null },
  };
}

function settlement(before: string, after: string | null, goingDown: boolean): Settlement {
  const data = { bootIdBefore: before, bootIdAfter: after };
  if (after === null) {
    return {
      effect: "unknown",
      text: text(
        "The host answers but gives no boot identifier.",
        "L'hôte répond mais ne donne pas d'identifiant de démarrage.",
      ),
      data,
    };
  }
  if (after !== before) {
    return {
      effect: "happened",
      text: text(
        "The host has rebooted: its boot identifier has changed.",
        "L'hôte a redémarré : son identifiant de démarrage a changé.",
      ),
      data,
    };
  }
  return goingDown
    ? {
        effect: "unknown",
        text: text("The host is shutting down right now.", "L'hôte est en cours d'arrêt."),
        data,
      }
    : {
        effect: "did-not-happen",
        text: text(
          "The host has not rebooted: its boot identifier is the same and no shutdown is under way.",
          "L'hôte n'a pas redémarré : son identifiant de démarrage est inchangé et aucun arrêt n'est en cours.",
        ),
        data,
      };
}

function observedBootId(value: unknown, system: string): string {
  if (typeof value === "string") return value;
  throw new OpsError({
    code: "ssh.no-boot-id",
    system,
    message: text(
      "The boot identifier from before the reboot is missing.",
      "L'identifiant de démarrage d'avant le redémarrage manque.",
    ),
    hint: text(
      "Look at the host before rebooting it again.",
      "Examinez l'hôte avant de le redémarrer encore.",
    ),
  });
}
