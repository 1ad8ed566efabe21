import type { GuardVerdict, Risk } from "../../shared/action.ts";
import { minuteInWords } from "../../shared/amount-words.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { JournalState } from "../journal/journal.ts";
import type { Guard, Judged } from "./action.ts";
import type { Remaining } from "./node-capacity.ts";

/**
 * Refuses to change what was not seen lately: never read, older than its system allows (or than `limit`
 * milliseconds), or unreadable by every system that knows it. What is changed elsewhere, such as the silence of its
 * alerts, may be changed for a dead thing too.
 */
export function freshnessGuard(options: { now(): number; limit?: number }): Guard {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  return {
    id: "freshness",
    check: (action, resource) => {
      const verdict = (allowed: boolean, words: LocalText) => ({ guard: "freshness", allowed, text: words });
      if (action.elsewhere) {
        return verdict(
          true,
          text(
            `${resource.name} itself is neither asked nor changed.`,
            `${resource.name} n'est ni interrogé ni modifié.`,
          ),
        );
      }
      if (resource.seenAt === null) {
        return verdict(
          false,
          text(`${resource.name} was never read.`, `${resource.name} n'a jamais été lu.`),
        );
      }
      const age = duration(options.now() - resource.seenAt);
      const sources = Object.values(resource.sources);
      if (sources.length > 0 && sources.every((source) => source.error !== null)) {
        const why = sources[0]?.error?.message;
        return verdict(
          false,
          text(
            `${resource.name} cannot be read; it was last seen ${age.en} ago. ${why?.en ?? ""}`.trim(),
            `${resource.name} ne peut pas être lu ; dernière lecture il y a ${age.fr}. ${why?.fr ?? ""}`.trim(),
          ),
        );
      }
      if (resource.stale || options.now() - resource.seenAt > limit) {
        return verdict(
          false,
          text(
            `What is known of ${resource.name} is ${age.en} old, which is too old to act upon.`,
            `Ce que l'on sait de ${resource.name} date de ${age.fr} : c'est trop ancien pour agir.`,
          ),
        );
      }
      return verdict(
        true,
        text(`${resource.name} was seen ${age.en} ago.`, `${resource.name} a été lu il y a ${age.fr}.`),
      );
    },
  };
}

/** Refuses from outside the range that the action's system may be reached from; the check is handed in. */
export function allowlistGuard(
  check: (resource: Resource, action: Judged) => Promise<{ allowed: boolean; text: LocalText }>,
): Guard {
  return {
    id: "allowlist",
    check: async (action, resource) => {
      const { allowed, text: words } = await check(resource, action);
      return { guard: "allowlist", allowed, text: words };
    },
  };
}

/** How the support window of a resource's environment stands; null when it has none. */
export type SupportWindowOf = (
  resource: Resource,
) => { window: string; open: boolean; changesAt: number | null } | null;

/**
 * Outside its support window a resource is changed only for a reason: `disruptive` and `destructive` actions are
 * refused unless one is given, `safe` ones are not held up.
 */
export function supportWindowGuard(windowOf: SupportWindowOf): Guard {
  return {
    id: "support-window",
    check: (action, resource) => {
      const found = windowOf(resource);
      const verdict = (allowed: boolean, words: LocalText): GuardVerdict => ({
        guard: "support-window",
        allowed,
        text: words,
        ...(allowed ? {} : { opensWithReason: true }),
      });
      if (found === null) {
        return verdict(
          true,
          text("No support window is declared for it.", "Aucune plage de support n'est déclarée."),
        );
      }
      const at = found.changesAt === null ? null : minuteInWords(found.changesAt);
      if (found.open) {
        return verdict(
          true,
          text(
            `The support window ${found.window} is open${at === null ? "" : ` until ${at}`}.`,
            `La plage de support ${found.window} est ouverte${at === null ? "" : ` jusqu'au ${at}`}.`,
          ),
        );
      }
      return verdict(
        action.risk === "safe",
        text(
          `The support window ${found.window} is closed${at === null ? "" : ` until ${at}`}.`,
          `La plage de support ${found.window} est fermée${at === null ? "" : ` jusqu'au ${at}`}.`,
        ),
      );
    },
  };
}

/** Refuses whoever does not have the role that an action's risk asks for where its resource is; no reason opens that. */
export function rolesGuard(
  judge: (risk: Risk, resource: Resource) => { allowed: boolean; text: LocalText },
): Guard {
  return {
    id: "roles",
    check: ({ risk }, resource) => ({ guard: "roles", ...judge(risk, resource) }),
  };
}

/** Refuses what the system itself does not let this log-in do; no reason opens that. */
export function rightsGuard(): Guard {
  return {
    id: "rights",
    check: (action, resource) => {
      const said = action.rights?.(resource) ?? null;
      if (said !== null) return { guard: "rights", ...said };
      const words = text(
        `Whether your log-in may do it is known once ${resource.name} is asked.`,
        `On saura si votre compte y est autorisé une fois ${resource.name} sollicité.`,
      );
      return { guard: "rights", allowed: true, text: words };
    },
  };
}

/**
 * Refuses to take away what the rest cannot bear, unless a reason is given. `remaining` says what is left without a
 * resource, null where that is not known of its kind; `safe` actions take nothing away.
 */
export function capacityGuard(remaining: (resource: Resource) => Remaining | null): Guard {
  return {
    id: "capacity",
    check: (action, resource) => {
      const left = action.risk === "safe" ? null : remaining(resource);
      if (left === null) {
        const words =
          action.risk === "safe"
            ? text("It takes no capacity away.", "Elle ne retire pas de capacité.")
            : text(
                `Nothing is known of others that would stand in for ${resource.name}.`,
                `On ne connaît rien qui prendrait le relais de ${resource.name}.`,
              );
        return { guard: "capacity", allowed: true, text: words };
      }
      const { enough, text: words } = left;
      return {
        guard: "capacity",
        allowed: enough,
        text: words,
        ...(enough ? {} : { opensWithReason: true }),
      };
    },
  };
}

/** Refuses while the journal cannot be written: what is not journalled must not happen. */
export function journalGuard(journal: { state(): JournalState }): Guard {
  return {
    id: "journal",
    check: () => {
      const { state, text: words } = journal.state();
      return { guard: "journal", allowed: state === "writing", text: words };
    },
  };
}

/** Refuses what would keep out whoever works here; no reason opens that. */
export function lockOutGuard(): Guard {
  return {
    id: "lock-out",
    concerns: ({ lockOut }) => lockOut !== undefined,
    check: (action, resource) => {
      const said = action.lockOut?.(resource);
      const none = text("It keeps nobody out.", "Elle ne bloque l'accès de personne.");
      return { guard: "lock-out", ...(said ?? { allowed: true, text: none }) };
    },
  };
}

/** Asks every guard that the action concerns; one that fails to answer has refused. */
export async function askGuards(
  guards: readonly Guard[],
  action: Judged,
  resource: Resource,
): Promise<GuardVerdict[]> {
  const concerned = guards.filter((guard) => guard.concerns?.(action) ?? true);
  return Promise.all(
    concerned.map(async (guard) => {
      try {
        return await guard.check(action, resource);
      } catch {
        return {
          guard: guard.id,
          allowed: false,
          text: text(
            `The guard "${guard.id}" could not judge, so the action is not allowed.`,
            `Le garde-fou « ${guard.id} » n'a pas pu juger : l'action n'est pas permise.`,
          ),
        };
      }
    }),
  );
}

/** The first verdict that stops the action; a reason opens those that a reason may open. */
export function firstRefusal(verdicts: readonly GuardVerdict[], reason: string): GuardVerdict | null {
  const given = reason.trim() !== "";
  return verdicts.find((verdict) => !verdict.allowed && !(verdict.opensWithReason === true && given)) ?? null;
}

/** An age in words, with its largest unit: 12 s, 4 min, 3 h, 2 days. */
function duration(milliseconds: number): LocalText {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return text(`${seconds} s`, `${seconds} s`);
  if (seconds < 7200) return text(`${Math.round(seconds / 60)} min`, `${Math.round(seconds / 60)} min`);
  if (seconds < 172_800) return text(`${Math.round(seconds / 3600)} h`, `${Math.round(seconds / 3600)} h`);
  return text(`${Math.round(seconds / 86_400)} days`, `${Math.round(seconds / 86_400)} jours`);
}
