import type { ReadinessCheck } from "../../../shared/pra.ts";
import { sameText, text } from "../../../shared/text.ts";
import { milliseconds } from "../plan-state.ts";
import { serves } from "../sides.ts";
import { type Context, checkOf, isFresh } from "./context.ts";
import { ageWords, durationWords } from "./words.ts";

/** Whether it can be told where each application serves, and that it does not at both sites. */
export async function serviceChecks(context: Context): Promise<void> {
  const { plan, state, findings, signal } = context;
  for (const { id, side } of state.applications) {
    if (side === "split-brain")
      findings.add(
        checkOf({
          id: `side/${id}`,
          kind: "service",
          state: "blocked",
          title: sameText(id),
          text: text(
            "It serves at both sites: nobody can say which data is the right one.",
            "Elle sert sur les deux sites : nul ne peut dire quelles données sont les bonnes.",
          ),
          provenAt: context.now,
          mend: {
            text: text(
              "Fence one side, by hand or by a disaster bascule.",
              "Isolez un côté, à la main ou par une bascule de sinistre.",
            ),
            resource: null,
            action: null,
          },
        }),
      );
    const services = plan.applications[id]?.serves;
    const checks = services ? [...services.production, ...services.recovery, ...services.outside] : [];
    for (const service of new Set(checks)) {
      findings.add(seen(service, services?.outside.includes(service) === true, context));
      await findings.breathe(signal);
    }
  }
}

function seen(id: string, outside: boolean, { parts, now }: Context): ReadinessCheck {
  const resource = parts.inventory.get(id);
  const answers = serves(resource);
  const common = {
    id: `service/${id}`,
    kind: "service" as const,
    title: sameText(resource?.name ?? id),
    resource: id,
    resourceName: resource?.name ?? id,
    provenAt: resource?.seenAt ?? null,
  };
  const mend = {
    text: text(
      "Look at the service and have it asked again.",
      "Regardez le service et faites-le interroger à nouveau.",
    ),
    resource: id,
    action: null,
  };
  if (answers === null || resource === null)
    return checkOf({
      ...common,
      state: "unknown",
      text: text(
        "Nobody can tell whether it answers: it was not asked lately.",
        "On ne peut pas dire s'il répond : il n'a pas été interrogé récemment.",
      ),
      mend,
    });
  const age = ageWords(resource.seenAt ?? now, now);
  if (outside && !answers)
    return checkOf({
      ...common,
      state: "warning",
      text: text(
        `It does not answer from outside, as asked ${age.en}.`,
        `Il ne répond pas depuis l'extérieur, interrogé ${age.fr}.`,
      ),
      mend,
    });
  return checkOf({
    ...common,
    state: "ready",
    text: answers
      ? text(`It answers, as asked ${age.en}.`, `Il répond, interrogé ${age.fr}.`)
      : text(
          `It does not answer, as asked ${age.en}; that is known.`,
          `Il ne répond pas, interrogé ${age.fr} ; c'est connu.`,
        ),
  });
}

/** Whether the certificates of services, and of what must be well, hold for long enough. */
export function certificateChecks({ plan, parts, findings, now }: Context): void {
  const least = milliseconds(plan.readiness.certificates);
  const ids = Object.values(plan.applications).flatMap(({ serves: { production, recovery, outside } }) => [
    ...production,
    ...recovery,
    ...outside,
  ]);
  for (const id of new Set([...ids, ...plan.readiness.well])) {
    const resource = parts.inventory.get(id);
    const expires = resource?.facts["tls.expires"];
    if (!resource || typeof expires?.value !== "number") continue;
    const left = expires.value - now;
    const span = durationWords(Math.abs(left));
    const wanted = durationWords(least);
    const words =
      left <= 0
        ? text(`Its certificate expired ${span.en} ago.`, `Son certificat a expiré il y a ${span.fr}.`)
        : text(
            `Its certificate holds for ${span.en}; ${wanted.en} are asked for.`,
            `Son certificat tient encore ${span.fr} ; ${wanted.fr} sont demandés.`,
          );
    findings.add(
      checkOf({
        id: `certificate/${id}`,
        kind: "certificate",
        state: left <= 0 ? "blocked" : left < least ? "warning" : "ready",
        title: sameText(resource.name),
        resource: id,
        resourceName: resource.name,
        text: words,
        provenAt: expires.at,
        mend:
          left < least
            ? {
                text: text("Renew the certificate.", "Renouvelez le certificat."),
                resource: id,
                action: null,
              }
            : null,
      }),
    );
  }
}

/** Whether the records that are changed are forgotten soon enough by those who asked for them before. */
export async function recordChecks(context: Context): Promise<void> {
  const { ways, plan, parts, findings, signal } = context;
  const most = milliseconds(plan.readiness.ttl);
  for (const { direction, nodes } of ways)
    for (const node of nodes) {
      await findings.breathe(signal);
      const resource = node.kind === "action" ? parts.inventory.get(node.action.target.id) : null;
      if (resource?.kind !== "dns-record") continue;
      const ttl = resource.facts["dns.ttl"];
      const known = typeof ttl?.value === "number" && isFresh(resource, context) ? ttl.value * 1000 : null;
      const span = durationWords(known ?? 0);
      const allowed = durationWords(most);
      findings.add(
        checkOf({
          id: `ttl/${resource.id}`,
          kind: "dns",
          direction,
          node: node.id,
          state: known === null ? "unknown" : known > most ? "warning" : "ready",
          title: sameText(resource.name),
          resource: resource.id,
          resourceName: resource.name,
          text:
            known === null
              ? text("Its time to live is not known.", "Sa durée de vie (TTL) n'est pas connue.")
              : text(
                  `Old answers may be kept for ${span.en}; ${allowed.en} are allowed.`,
                  `Les anciennes réponses peuvent être gardées ${span.fr} ; ${allowed.fr} sont admis.`,
                ),
          provenAt: ttl?.at ?? null,
          mend:
            known !== null && known <= most
              ? null
              : {
                  text: text(
                    "Lower the record's TTL well before it is changed.",
                    "Abaissez la durée de vie (TTL) de l'enregistrement bien avant de le changer.",
                  ),
                  resource: resource.id,
                  action: null,
                },
        }),
      );
    }
}
