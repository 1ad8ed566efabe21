import type { ReadinessCheck } from "../../../shared/pra.ts";
import { sameText, text } from "../../../shared/text.ts";
import { type DataPiece, dataOf } from "../data-at-risk.ts";
import { milliseconds } from "../plan-state.ts";
import { type Context, checkOf, isFresh } from "./context.ts";
import { ageWords, durationWords } from "./words.ts";

/** Whether the data of every application could be brought back, as fresh as its tier demands. */
export async function backupChecks(context: Context): Promise<void> {
  const { plan, known, state, findings, signal } = context;
  for (const [id, application] of Object.entries(plan.applications)) {
    const rpo = milliseconds(plan.tiers[application.tier]?.rpo);
    const side = state.applications.find((one) => one.id === id)?.side ?? "unknown";
    for (const piece of dataOf(application, known, side)) {
      if (!application.replicatedBy.includes(piece.resource))
        findings.add(backupCheck(id, piece, rpo, context));
      await findings.breathe(signal);
    }
  }
}

function backupCheck(application: string, piece: DataPiece, rpo: number, context: Context): ReadinessCheck {
  const { parts, now } = context;
  const resource = parts.inventory.get(piece.resource);
  const name = resource?.name ?? piece.resource;
  const common = {
    id: `backup/${application}/${piece.resource}`,
    kind: "backup" as const,
    title: name === application ? sameText(name) : sameText(`${application} · ${name}`),
    resource: piece.resource,
    resourceName: name,
    provenAt: piece.lastGood?.at ?? null,
  };
  const { lastGood } = piece;
  if (lastGood === null)
    return checkOf({
      ...common,
      state: "blocked",
      text: text(
        `No good backup or replication of ${name} is known: nothing could be brought back.`,
        `Aucune bonne sauvegarde ni réplication de ${name} n'est connue : rien ne pourrait être ramené.`,
      ),
      mend: {
        text: text(
          "Have it backed up, or look at why it is not.",
          "Faites-la sauvegarder, ou cherchez pourquoi elle ne l'est pas.",
        ),
        resource: piece.resource,
        action: null,
      },
    });
  const age = now - lastGood.at;
  const old = ageWords(lastGood.at, now);
  const limit = durationWords(rpo);
  const stale = parts.protection.protectionOf(piece.resource)?.state === "unknown";
  if (age > rpo)
    return checkOf({
      ...common,
      state: "warning",
      text: text(
        `Its last good data is from ${old.en}, and no more than ${limit.en} may be lost.`,
        `Ses dernières bonnes données datent d'${old.fr}, et la perte admise est de ${limit.fr}.`,
      ),
      mend: {
        text: text("Back it up now.", "Sauvegardez-la maintenant."),
        resource: piece.resource,
        action: null,
      },
    });
  return checkOf({
    ...common,
    state: stale ? "unknown" : "ready",
    text: stale
      ? text(
          `Its last good data is from ${old.en}, but its backups were not read lately.`,
          `Ses dernières bonnes données datent d'${old.fr}, mais ses sauvegardes n'ont pas été lues récemment.`,
        )
      : text(
          `Its last good data is from ${old.en}; ${limit.en} may be lost.`,
          `Ses dernières bonnes données datent d'${old.fr} ; la perte admise est de ${limit.fr}.`,
        ),
  });
}

/** How far each replication is behind. */
export async function replicationChecks(context: Context): Promise<void> {
  const { plan, parts, findings, now, signal } = context;
  const limit = plan.readiness.lag;
  for (const { replicatedBy, tier } of Object.values(plan.applications)) {
    const most = limit === undefined ? milliseconds(plan.tiers[tier]?.rpo) : milliseconds(limit);
    for (const id of replicatedBy) {
      findings.add(replicationCheck(id, most));
      await findings.breathe(signal);
    }
  }

  function replicationCheck(id: string, most: number): ReadinessCheck {
    const resource = parts.inventory.get(id);
    const lag = resource?.facts["replication.lag"]?.value;
    const measured = resource?.facts["replication.measured"]?.value;
    const at = typeof measured === "number" ? measured : (resource?.facts["replication.lag"]?.at ?? null);
    const common = {
      id: `replication/${id}`,
      kind: "replication" as const,
      title: sameText(resource?.name ?? id),
      resource: id,
      resourceName: resource?.name ?? id,
      provenAt: at,
    };
    const mend = {
      text: text(
        "Look at the replication and have its lag measured.",
        "Regardez la réplication et faites mesurer son retard.",
      ),
      resource: id,
      action: null,
    };
    if (resource === null || typeof lag !== "number" || at === null)
      return checkOf({
        ...common,
        state: "unknown",
        text: text("Nobody has measured how far it is behind.", "Nul n'a mesuré son retard."),
        mend,
      });
    const behind = durationWords(lag * 1000);
    const age = ageWords(at, now);
    if (lag * 1000 > most || resource.health === "critical") {
      const allowed = durationWords(most);
      return checkOf({
        ...common,
        state: resource.health === "critical" ? "blocked" : "warning",
        text: text(
          `It is ${behind.en} behind, measured ${age.en}; ${allowed.en} are allowed.`,
          `Retard de ${behind.fr}, mesuré ${age.fr} ; ${allowed.fr} sont admis.`,
        ),
        mend,
      });
    }
    if (!isFresh(resource, context) || now - at > Math.max(context.freshness, most))
      return checkOf({
        ...common,
        state: "unknown",
        text: text(
          `It was ${behind.en} behind, but that was measured ${age.en}.`,
          `Retard de ${behind.fr}, mais mesuré ${age.fr}.`,
        ),
        mend,
      });
    return checkOf({
      ...common,
      state: "ready",
      text: text(
        `It is ${behind.en} behind, measured ${age.en}.`,
        `Retard de ${behind.fr}, mesuré ${age.fr}.`,
      ),
    });
  }
}
