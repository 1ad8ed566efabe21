import { z } from "zod";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, Verification } from "../../../../actions/action.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import { changeDatabase, databasePlace, standingWords } from "./change.ts";
import { type Database, isSettled } from "./database.ts";
import { readFigures } from "./figures.ts";
import { isDatabase, probeDatabase, settleDatabase, verifyDatabase } from "./on-database.ts";

const inputSchema = z.object({
  /** What the other database gave out when it was demoted: it says up to where the replica must have come first. */
  promotionToken: z.string().max(10_000).default(""),
});
type Input = z.infer<typeof inputSchema>;

const minutes = 15;

/**
 * Makes a replica of another database a primary of its own, for production to go on with it. Without a token the rest of what
 * the other wrote is lost, and nothing but the operator keeps that one from writing on.
 * Source: cloudnative-pg.io/documentation, "Replica clusters".
 */
export function promoteAction({ access }: ClusterActionParts): Action<Input> {
  const inRecovery = async ({ namespace, primary }: Database, signal: AbortSignal) =>
    primary === null ? null : ((await readFigures(access, namespace, primary, signal))?.inRecovery ?? null);
  return {
    id: "cnpg.promote",
    title: text("Promote the replica database", "Promouvoir la base de données réplica"),
    verb: text("Promote", "Promouvoir"),
    risk: "destructive",
    effect: "once",
    kinds: ["service"],
    input: inputSchema,
    fields: [
      optionalField(
        "promotionToken",
        text("Demotion token of the other database", "Jeton de rétrogradation de l'autre base"),
      ),
    ],
    bulk: false,
    appliesTo: (resource) => isDatabase(access, resource) && resource.facts["cnpg.role"]?.value !== "primary",
    describe: (_resource, { promotionToken }) => ({
      steps: [
        promotionToken === ""
          ? text(
              "End the replication and let the replica be written to; what the other database wrote last and is not here is lost.",
              "Mettre fin à la réplication et permettre l'écriture sur le réplica ; ce que l'autre base a écrit en dernier et qui n'est pas ici est perdu.",
            )
          : text(
              "Wait until the replica has all that the other database wrote before it was demoted, then let it be written to.",
              "Attendre que le réplica ait tout ce que l'autre base a écrit avant sa rétrogradation, puis permettre l'écriture.",
            ),
      ],
      proof: text(
        "Its primary instance is out of recovery, and every instance is ready.",
        "Son instance primaire est sortie de récupération, et toutes les instances sont prêtes.",
      ),
      undo: null,
    }),

    probe: (context, { promotionToken }) =>
      probeDatabase(access, context, async (database) => {
        const { replica, primary, namespace } = database;
        if (replica === null) {
          const words = text(
            "It replicates no other database: it is a primary already.",
            "Elle ne réplique aucune autre base : elle est déjà primaire.",
          );
          return { state: "done", text: words, observed: {} };
        }
        if (!replica.isReplica) return { state: "done", text: standingWords(database), observed: {} };
        const { signal, resource } = context;
        const figures = primary === null ? null : await readFigures(access, namespace, primary, signal);
        const lag = figures?.lag ?? null;
        const patch = promotion(database, promotionToken);
        const rehearsal = { part: "" as const, patch: () => patch, signal, rehearsing: true };
        await changeDatabase(access, databasePlace(access, resource), rehearsal);
        const words = lossWords(replica.source, lag, promotionToken !== "");
        return {
          state: "needed",
          text: words,
          observed: { source: replica.source, lag, receiving: figures?.isReceiving ?? null },
          steps: [words],
        };
      }),

    async apply({ resource, signal, committed }, { promotionToken }) {
      const place = databasePlace(access, resource);
      committed();
      await changeDatabase(access, place, {
        part: "",
        patch: (database) => (database.replica?.isReplica ? promotion(database, promotionToken) : null),
        signal,
      });
      return { data: {} };
    },

    verify(context): Promise<Verification> {
      const isReached = async (database: Database) =>
        database.replica?.isReplica === false &&
        isSettled(database) &&
        (await inRecovery(database, context.signal)) === false;
      return verifyDatabase(access, context, { minutes, isReached }, async (now) => {
        const recovers = await inRecovery(now, context.signal);
        const data = { primary: now.primary, inRecovery: recovers };
        if (recovers === null) {
          const { en, fr } = standingWords(now);
          return {
            proven: false,
            text: text(
              `${en} Whether it can be written to could not be read from it.`,
              `${fr} Rien n'a pu être lu qui dise si l'écriture y est possible.`,
            ),
            data,
          };
        }
        return { proven: !recovers && isSettled(now), text: standingWords(now), data };
      });
    },

    settle: (context) =>
      settleDatabase(access, context, async (now) => {
        if (now.replica?.isReplica) {
          return { effect: "did-not-happen", text: standingWords(now), data: {} };
        }
        const recovers = await inRecovery(now, context.signal);
        return {
          effect: recovers === false ? "happened" : "unknown",
          text: standingWords(now),
          data: { primary: now.primary, inRecovery: recovers },
        };
      }),
  };
}

function promotion({ replica }: Database, promotionToken: string): object {
  const token = promotionToken === "" ? {} : { promotionToken };
  return replica?.mode === "topology"
    ? { spec: { replica: { primary: replica.self, ...token } } }
    : { spec: { replica: { enabled: false, ...token } } };
}

function lossWords(source: string, lag: number | null, isPlanned: boolean): LocalText {
  if (isPlanned) {
    return text(
      `It is promoted once it has all that ${source} wrote before it was demoted.`,
      `Elle est promue une fois qu'elle a tout ce que ${source} a écrit avant sa rétrogradation.`,
    );
  }
  return lag === null
    ? text(
        `How far it is behind ${source} is not known: what is lost cannot be said.`,
        `Son retard sur ${source} n'est pas connu : ce qui est perdu ne peut être indiqué.`,
      )
    : text(
        `It is ${Math.ceil(lag)} s behind ${source}: what was written there since is lost.`,
        `Son retard sur ${source} est de ${Math.ceil(lag)} s : ce qui y a été écrit depuis est perdu.`,
      );
}
