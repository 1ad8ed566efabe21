import { z } from "zod";
import type { Resource } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import { conditionOf, numberAt, timeAt, treesAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { deniedCreation } from "../may-create.ts";
import { readObject } from "../objects.ts";
import { certificatePlace, group } from "./names.ts";

/** Milliseconds between two looks, and how long a new certificate is waited for. */
const pause = 2000;
const longest = 15 * 60_000;

/**
 * `cert-manager.renew`: has a certificate issued anew now, as `cmctl renew` does: by the condition `Issuing` in its status.
 * Source: cert-manager.io, cmctl renew.
 */
export function renewAction({ access }: ClusterActionParts): Action {
  const placeOf = ({ id }: Pick<Resource, "id">) => {
    const place = certificatePlace(access.system, id);
    if (!place) throw new RangeError(`${id} is no Certificate`);
    return place;
  };
  const read = (resource: Pick<Resource, "id">, signal: AbortSignal) =>
    readObject(access, placeOf(resource).path, signal);

  async function issued(
    { resource, signal, progress }: ActionContext,
    before: number,
  ): Promise<Item["object"] | null> {
    const until = access.now() + longest;
    for (;;) {
      const found = await read(resource, signal);
      if (isRenewed(found, before)) return found;
      if (found === null || hasFailed(found) || access.now() >= until) return null;
      progress(text("cert-manager is issuing it", "cert-manager est en train de le délivrer"));
      await access.wait(pause, signal);
    }
  }

  return {
    id: "cert-manager.renew",
    title: text("Renew now", "Renouveler maintenant"),
    verb: text("Renew", "Renouveler"),
    risk: "safe",
    effect: "once",
    kinds: ["certificate"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: ({ id }) => certificatePlace(access.system, id) !== null,
    describe: ({ name }) => ({
      steps: [
        text(`Have cert-manager issue ${name} anew.`, `Faire délivrer ${name} à nouveau par cert-manager.`),
      ],
      proof: text(
        "cert-manager tells of a new revision that is ready.",
        "cert-manager indique une nouvelle révision qui est prête.",
      ),
      undo: null,
    }),

    async probe({ resource, signal }) {
      const { namespace } = placeOf(resource);
      const found = await read(resource, signal);
      const observed = { revision: revisionOf(found), at: access.now() };
      if (found === null) {
        return {
          state: "impossible",
          text: text("It is not there any more.", "Il n'existe plus."),
          observed,
        };
      }
      const denied = await deniedCreation(
        access,
        [{ group, resource: "certificates", namespace, verb: "patch", subresource: "status" }],
        signal,
      );
      if (denied) return { state: "impossible", text: denied, observed };
      if (conditionOf(found, "Issuing").status === "True") {
        return {
          state: "impossible",
          text: text("It is being issued anew already.", "Il est déjà en train d'être délivré à nouveau."),
          observed,
        };
      }
      return {
        state: "needed",
        text: text(
          `Revision ${observed.revision} is in place.`,
          `La révision ${observed.revision} est en place.`,
        ),
        observed,
      };
    },

    async apply({ resource, signal, committed }) {
      const { path } = placeOf(resource);
      const found = await read(resource, signal);
      const others = treesAt(found, "status", "conditions").filter(({ type }) => type !== "Issuing");
      const issuing = {
        type: "Issuing",
        status: "True",
        reason: "ManuallyTriggered",
        message: "Certificate re-issuance manually triggered",
        lastTransitionTime: new Date(access.now()).toISOString().replace(/\.\d+Z$/, "Z"),
        observedGeneration: numberAt(found, "metadata", "generation") ?? undefined,
      };
      committed();
      await access.ask({
        method: "PATCH",
        path: `${path}/status`,
        contentType: "application/merge-patch+json",
        // With the version that was read: the conditions of somebody else in between are not overwritten.
        body: {
          metadata: { resourceVersion: versionOf(found) },
          status: { conditions: [...others, issuing] },
        },
        signal,
      });
      return { data: {} };
    },

    async verify(context, _input, { observed }): Promise<Verification> {
      const found = await issued(context, Number(observed.revision));
      if (found === null) {
        const now = await read(context.resource, context.signal);
        const said = conditionOf(now, "Issuing").message || conditionOf(now, "Ready").message;
        return {
          proven: false,
          disproven: now === null || hasFailed(now),
          text: text(
            `cert-manager has not issued a new one${said ? `: ${said}` : "."}`,
            `cert-manager n'en a pas délivré de nouveau${said ? ` : ${said}` : "."}`,
          ),
          data: {},
        };
      }
      const ends = timeAt(found, "status", "notAfter");
      const day = ends === null ? "–" : new Date(ends).toISOString().slice(0, 10);
      return {
        proven: true,
        text: text(
          `Revision ${revisionOf(found)} is in place and ends on ${day}.`,
          `La révision ${revisionOf(found)} est en place et expire le ${day}.`,
        ),
        data: { revision: revisionOf(found), notAfter: ends },
      };
    },

    async settle({ resource, signal }, _input, { observed }): Promise<Settlement> {
      const found = await read(resource, signal);
      const isUnderWay = conditionOf(found, "Issuing").status === "True";
      const happened = revisionOf(found) > Number(observed.revision) || isUnderWay;
      return {
        effect: happened ? "happened" : "did-not-happen",
        text: happened
          ? text(
              "It has been issued anew since, or is being.",
              "Il a été délivré à nouveau depuis, ou est en train de l'être.",
            )
          : text("Nothing was issued since.", "Rien n'a été délivré depuis."),
        data: { revision: revisionOf(found) },
      };
    },
  };
}

function revisionOf(object: Item["object"]): number {
  return numberAt(object, "status", "revision") ?? 0;
}

function versionOf(object: Item["object"]): string {
  const metadata = object?.metadata;
  const found = typeof metadata === "object" && metadata !== null && "resourceVersion" in metadata;
  return found ? String(metadata.resourceVersion) : "";
}

function isRenewed(object: Item["object"], before: number): boolean {
  const isDone = conditionOf(object, "Issuing").status !== "True";
  return revisionOf(object) > before && isDone && conditionOf(object, "Ready").status === "True";
}

function hasFailed(object: Item["object"]): boolean {
  const { status, reason } = conditionOf(object, "Issuing");
  return status === "False" && reason !== "";
}
