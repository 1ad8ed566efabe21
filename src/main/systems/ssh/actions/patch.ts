import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext, Applied, Settlement, Verification } from "../../../actions/action.ts";
import type { HostAccess } from "../../host-access.ts";
import { privilegeMissing, readPrivilege } from "../../host-privilege.ts";
import { newMark, shellCommand } from "../../host-script.ts";
import { factsScript } from "../facts-script.ts";
import { type PackageManager, packageManagers, type Updates } from "../parse/updates.ts";
import { readMaintenance } from "../reading.ts";
import { type HostActionParts, lastReadError } from "./parts.ts";
import {
  isPackageManagerRunning,
  patchProbeScript,
  patchScript,
  patchSettleScript,
} from "./patch-scripts.ts";

const inputSchema = z.strictObject({
  /** How long the package manager may work before the console gives up waiting; it is not killed. */
  deadlineMinutes: z.int().min(1).max(720).default(60),
});
type Input = z.infer<typeof inputSchema>;

const askDeadline = 20_000;
/** Bytes of the package manager's words that are shown. */
const outputLimit = 4 * 1024 * 1024;
const countDeadline = 60_000;

/**
 * Applies the pending updates of a host with its own package manager. Proven is that fewer (or none) wait afterwards,
 * counted anew on the host.
 */
export function patchAction(access: HostAccess, parts: HostActionParts): Action<Input> {
  return {
    id: "ssh.patch",
    title: text("Apply pending updates", "Appliquer les mises à jour"),
    verb: text("Patch", "Mettre à jour"),
    risk: "disruptive",
    effect: "once",
    kinds: ["host", "vm"],
    input: inputSchema,
    fields: [
      {
        name: "deadlineMinutes",
        label: text("Wait at most (minutes)", "Attendre au plus (minutes)"),
        type: "number",
        required: false,
        choices: [],
        initial: 60,
      },
    ],
    bulk: true,
    appliesTo: (resource) => parts.offers(resource) && managerOf(resource) !== null,
    unavailable: (resource) => lastReadError(access, resource),

    describe: (resource) => {
      const manager = managerOf(resource) ?? "?";
      return {
        steps: [
          text(
            `Count the pending updates of ${resource.name} with ${manager}.`,
            `Compter avec ${manager} les mises à jour en attente de ${resource.name}.`,
          ),
          text(
            "Renew the package lists and install every update without a question; changed configuration files are kept.",
            "Renouveler les listes de paquets et installer toutes les mises à jour sans question ; les fichiers de configuration modifiés sont conservés.",
          ),
          text(
            "Services may restart; the host itself does not reboot.",
            "Des services peuvent redémarrer ; l'hôte lui-même ne redémarre pas.",
          ),
        ],
        proof: text(
          "Counted again on the host, fewer updates are pending, or none.",
          "Recomptées sur l'hôte, les mises à jour en attente sont moins nombreuses, ou il n'en reste aucune.",
        ),
        undo: null,
      };
    },

    async probe(context) {
      const manager = managerOf(context.resource);
      const before = await countUpdates(access, context);
      const observed = { manager, pending: before?.pending ?? null, security: before?.security ?? null };
      if (manager === null || before === null) {
        return {
          state: "impossible",
          text: text(
            "The pending updates cannot be counted, so that their installation could not be proven.",
            "Les mises à jour en attente ne peuvent pas être comptées : leur installation ne pourrait pas être prouvée.",
          ),
          observed,
        };
      }
      if (before.pending === 0) {
        return {
          state: "done",
          text: text("No update is pending.", "Aucune mise à jour n'est en attente."),
          observed,
        };
      }
      const privilege = readPrivilege(
        await access.ask(context.resource.id, (mark) => patchProbeScript(mark, manager), {
          signal: context.signal,
          deadline: askDeadline,
        }),
      );
      if (privilege === "none") {
        const { user } = access.target(context.resource.id);
        return {
          state: "impossible",
          text: privilegeMissing(user, { en: "install packages", fr: "installer des paquets" }),
          observed: { ...observed, privilege },
        };
      }
      return { state: "needed", text: pendingWords(before), observed: { ...observed, privilege } };
    },

    async apply(context, input, probe): Promise<Applied> {
      const target = access.target(context.resource.id);
      const manager = packageManagers.find((each) => each === probe.observed.manager);
      if (manager === undefined) throw unknownManager(access.system, target.name);
      const executed = await access.reach.execute(target, shellCommand, {
        signal: context.signal,
        deadline: input.deadlineMinutes * 60_000,
        limit: outputLimit,
        input: patchScript(newMark(), manager),
        onStarted() {
          context.committed();
          context.progress(
            text("The package manager is at work.", "Le gestionnaire de paquets est à l'œuvre."),
          );
        },
        onOutput: (stream, words) => context.output(stream, words),
      });
      return { data: { exitCode: executed.exitCode, signal: executed.signal } };
    },

    async verify(context, _input, probe, applied): Promise<Verification> {
      parts.onChanged(context.resource.id);
      const after = await countUpdates(access, context);
      return verdict(applied.data.exitCode, observedCount(probe.observed.pending), after?.pending ?? null);
    },

    async settle(context, _input, probe): Promise<Settlement> {
      parts.onChanged(context.resource.id);
      const processes = await access.ask(context.resource.id, patchSettleScript, {
        signal: context.signal,
        deadline: askDeadline,
      });
      if (isPackageManagerRunning(processes)) {
        return {
          effect: "unknown",
          text: text(
            "The package manager is still at work on the host.",
            "Le gestionnaire de paquets est encore à l'œuvre sur l'hôte.",
          ),
          data: {},
        };
      }
      const after = await countUpdates(access, context);
      return settlement(observedCount(probe.observed.pending), after?.pending ?? null);
    },
  };
}

function managerOf(resource: Resource): PackageManager | null {
  const fact = resource.facts["packages.manager"]?.value;
  return packageManagers.find((manager) => manager === fact) ?? null;
}

async function countUpdates(
  access: HostAccess,
  context: Pick<ActionContext, "resource" | "signal">,
): Promise<Updates | null> {
  const sections = await access.ask(
    context.resource.id,
    (mark) => factsScript({ mark, maintenance: true, sudo: false }),
    { signal: context.signal, deadline: countDeadline },
  );
  return readMaintenance(sections).updates;
}

function pendingWords(updates: Updates) {
  const security = updates.security ?? 0;
  return text(
    `${updates.pending} updates are pending${security > 0 ? `, ${security} of them for security` : ""}.`,
    `${updates.pending} mises à jour sont en attente${security > 0 ? `, dont ${security} de sécurité` : ""}.`,
  );
}

function observedCount(value: unknown): number {
  return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
}

function verdict(exitCode: unknown, before: number, after: number | null): Verification {
  const data = { pendingBefore: Number.isFinite(before) ? before : null, pendingAfter: after };
  if (after === null) {
    return {
      proven: false,
      text: text(
        "The pending updates could not be counted afterwards.",
        "Les mises à jour en attente n'ont pas pu être comptées après coup.",
      ),
      data,
    };
  }
  if (exitCode !== 0) {
    const code = typeof exitCode === "number" ? exitCode : "?";
    return {
      proven: false,
      disproven: typeof exitCode === "number",
      text: text(
        `The package manager ended with exit code ${code}; ${after} updates are still pending.`,
        `Le gestionnaire de paquets s'est terminé avec le code ${code} ; ${after} mises à jour restent en attente.`,
      ),
      data,
    };
  }
  if (after !== 0 && after >= before) {
    return {
      proven: false,
      text: text(
        `The package manager reported success, but ${after} updates are pending as before.`,
        `Le gestionnaire de paquets annonce un succès, mais ${after} mises à jour restent en attente comme avant.`,
      ),
      data,
    };
  }
  return {
    proven: true,
    text: text(
      `${before - after} updates were installed; ${after} are pending.`,
      `${before - after} mises à jour ont été installées ; il en reste ${after}.`,
    ),
    data,
  };
}

function settlement(before: number, after: number | null): Settlement {
  const data = { pendingBefore: Number.isFinite(before) ? before : null, pendingAfter: after };
  if (after === null) {
    return {
      effect: "unknown",
      text: text(
        "The pending updates cannot be counted.",
        "Les mises à jour en attente ne peuvent pas être comptées.",
      ),
      data,
    };
  }
  return after < before
    ? {
        effect: "happened",
        text: text(
          `Updates were installed: ${after} are pending now.`,
          `Des mises à jour ont été installées : il en reste ${after}.`,
        ),
        data,
      }
    : {
        effect: "did-not-happen",
        text: text(
          `No update was installed: ${after} are pending as before.`,
          `Aucune mise à jour n'a été installée : ${after} restent en attente comme avant.`,
        ),
        data,
      };
}

function unknownManager(system: string, host: string): OpsError {
  return new OpsError({
    code: "ssh.no-package-manager",
    system,
    message: text(
      `No known package manager was seen on ${host}.`,
      `Aucun gestionnaire de paquets connu n'a été vu sur ${host}.`,
    ),
    hint: text("Read the host again, then start the action anew.", "Relisez l'hôte, puis relancez l'action."),
  });
}
