import type { ReadinessCheck } from "../../../shared/pra.ts";
import type { Resource } from "../../../shared/resource.ts";
import { sameText, text } from "../../../shared/text.ts";
import { type Context, checkOf, isFresh, type Target, targetsOf } from "./context.ts";
import { ageWords } from "./words.ts";

/** Whether every target is declared, can be reached, and was read lately; what kept it from being read says which. */
export async function targetChecks(context: Context): Promise<void> {
  for (const target of targetsOf(context.ways)) {
    context.findings.add(targetCheck(target, context));
    await context.findings.breathe(context.signal);
  }
}

/** The identifier of the check on a target. */
export function reachId(target: string): string {
  return `reach/${target}`;
}

function targetCheck(target: Target, context: Context): ReadinessCheck {
  const { parts, now } = context;
  const resource = parts.inventory.get(target.id);
  const common = {
    id: reachId(target.id),
    kind: "reachability" as const,
    direction: target.direction,
    node: target.node.id,
    resource: target.id,
    resourceName: resource?.name ?? target.name,
    title: sameText(resource?.name ?? target.name),
    provenAt: resource?.seenAt ?? null,
  };
  if (resource === null)
    return checkOf({
      ...common,
      state: "blocked",
      text: text("The estate no longer declares it.", "Le parc ne la déclare plus."),
      mend: {
        text: text(
          "Declare it again, or take the step out of the procedure.",
          "Déclarez-la à nouveau, ou retirez l'étape de la procédure.",
        ),
        resource: null,
        action: null,
      },
    });
  const sources = Object.values(resource.sources);
  const error = sources.find((source) => source.error)?.error;
  // Another system may read it well all the same.
  const partly =
    isFresh(resource, context) && sources.some((source) => source.error === null && source.seenAt !== null);
  if (error)
    return checkOf({
      ...common,
      kind: kindOfError(error.code),
      state: partly ? "warning" : "blocked",
      text: error.message,
      mend: { text: error.hint, resource: resource.id, action: null },
    });
  if (isFresh(resource, context))
    return checkOf({ ...common, state: "ready", text: readWords(resource, now) });
  return checkOf({
    ...common,
    state: "unknown",
    text:
      resource.seenAt === null
        ? text("It was never read.", "Elle n'a jamais été lue.")
        : text(
            `It was last read ${ageWords(resource.seenAt, now).en}: what is known of it proves nothing.`,
            `Dernière lecture ${ageWords(resource.seenAt, now).fr} : ce qu'on en sait ne prouve rien.`,
          ),
    mend: {
      text: text("Have it read again.", "Faites-la lire à nouveau."),
      resource: resource.id,
      action: null,
    },
  });
}

function readWords({ seenAt }: Resource, now: number) {
  const age = ageWords(seenAt ?? now, now);
  return text(`It was read ${age.en}.`, `Lue ${age.fr}.`);
}

/** What an error that keeps a resource from being read is about. */
function kindOfError(code: string): ReadinessCheck["kind"] {
  if (/permission|forbidden|not-allowed|rights/.test(code)) return "rights";
  return /log-?in|password|token|credential|secret|unauthori[sz]ed|key-refused/.test(code)
    ? "credentials"
    : "reachability";
}
