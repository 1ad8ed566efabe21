import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

const leaseIdentifier = z
  .string()
  .trim()
  .regex(/^[^\s]{3,500}$/);
const leaseInput = z.strictObject({ lease: leaseIdentifier });
/** A folder of leases: the path that lent them, without which everything would be meant. */
const prefixInput = z.strictObject({
  prefix: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+\/?$/)
    .refine((path) => !path.split("/").includes(".."))
    .transform((path) => `${path.replace(/\/+$/, "")}/`),
});
const renewInput = z.strictObject({
  lease: leaseIdentifier,
  minutes: z.coerce.number().int().min(1).max(44_640),
});

const gone = text("There is no such lease (any more).", "Ce bail n'existe pas, ou plus.");
const lives = (ttl: number) => text(`The lease lives ${ttl} s more.`, `Le bail court encore ${ttl} s.`);
const leaseField = lineField("lease", text("Lease", "Bail"));

/** A lease as it stands; null for one that Vault does not have. */
async function find({ api }: VaultActionParts, id: string, { signal }: Pick<ActionContext, "signal">) {
  try {
    return await api.lease(id, signal);
  } catch (error) {
    if (error instanceof OpsError && error.code === "vault.lease-unknown") return null;
    throw error;
  }
}

/** `vault.revoke-lease`: takes a lent secret back; whoever uses it is turned away from then on. */
export function revokeLeaseAction(parts: VaultActionParts): Action<z.infer<typeof leaseInput>> {
  return {
    id: "vault.revoke-lease",
    title: text("Revoke a lease", "Révoquer un bail"),
    verb: text("Revoke", "Révoquer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["service"],
    input: leaseInput,
    fields: [leaseField],
    bulk: false,
    appliesTo: ({ id }) => id === parts.observer.cluster,
    describe: (_resource, { lease }) => ({
      steps: [text(`Revoke ${lease} and what it lends.`, `Révoquer ${lease} et ce qu'il prête.`)],
      proof: text("Vault no longer knows the lease.", "Vault ne connaît plus ce bail."),
      undo: null,
    }),
    async probe(context, { lease }) {
      const found = await find(parts, lease, context);
      return found
        ? { state: "needed", text: lives(found.ttl), observed: { ttl: found.ttl } }
        : { state: "done", text: gone, observed: {} };
    },
    async apply(context, { lease }) {
      await parts.api.change("sys/leases/revoke", { lease_id: lease, sync: true }, context);
      return { data: {} };
    },
    async verify(context, { lease }) {
      const found = await find(parts, lease, context);
      return { proven: found === null, text: found ? lives(found.ttl) : gone, data: {} };
    },
    async settle(context, { lease }) {
      const found = await find(parts, lease, context);
      return {
        effect: found ? "did-not-happen" : "happened",
        text: found ? lives(found.ttl) : gone,
        data: {},
      };
    },
  };
}

/** `vault.revoke-leases`: takes back everything that is lent below a path, as after a role was given away. */
export function revokeLeasesAction({ api, observer }: VaultActionParts): Action<z.infer<typeof prefixInput>> {
  const count = (prefix: string, { signal }: Pick<ActionContext, "signal">) => api.leases(signal, prefix);
  return {
    id: "vault.revoke-leases",
    title: text("Revoke all leases below a path", "Révoquer tous les baux sous un chemin"),
    verb: text("Revoke leases of", "Révoquer des baux de"),
    risk: "destructive",
    effect: "convergent",
    kinds: ["service"],
    input: prefixInput,
    fields: [
      lineField("prefix", text("Path, such as database/creds/app", "Chemin, tel que database/creds/app")),
    ],
    bulk: false,
    appliesTo: ({ id }) => id === observer.cluster,
    describe: (_resource, { prefix }) => ({
      steps: [
        text(
          `Revoke every lease below ${prefix} and what it lends.`,
          `Révoquer chaque bail sous ${prefix} et ce qu'il prête.`,
        ),
      ],
      proof: text("Vault lists no lease there any more.", "Vault n'y recense plus aucun bail."),
      undo: null,
    }),
    async probe(context, { prefix }) {
      const found = await count(prefix, context);
      return { state: found === 0 ? "done" : "needed", text: countWords(found), observed: { leases: found } };
    },
    async apply(context, { prefix }) {
      const at = prefix.split("/").filter(Boolean).map(encodeURIComponent).join("/");
      await api.change(`sys/leases/revoke-prefix/${at}`, { sync: true }, context);
      return { data: {} };
    },
    async verify(context, { prefix }) {
      const found = await count(prefix, context);
      return { proven: found === 0, text: countWords(found), data: { leases: found } };
    },
    async settle(context, { prefix }) {
      const found = await count(prefix, context);
      return { effect: found === 0 ? "happened" : "unknown", text: countWords(found), data: {} };
    },
  };
}

const countWords = (found: number | null) =>
  found === null
    ? text(
        "There are more leases there than can be counted.",
        "Il y a là plus de baux qu'on ne peut en compter.",
      )
    : text(`There are ${found} leases there.`, `Il y a là ${found} bail(s).`);

/** `vault.renew-lease`: gives a lease a longer life, as far as its role allows. */
export function renewLeaseAction(parts: VaultActionParts): Action<z.infer<typeof renewInput>> {
  return {
    id: "vault.renew-lease",
    title: text("Renew a lease", "Renouveler un bail"),
    verb: text("Renew", "Renouveler"),
    risk: "safe",
    effect: "convergent",
    kinds: ["service"],
    input: renewInput,
    fields: [
      leaseField,
      lineField("minutes", text("Minutes from now", "Minutes à partir de maintenant"), {
        type: "number",
        initial: 60,
      }),
    ],
    bulk: false,
    appliesTo: ({ id }) => id === parts.observer.cluster,
    describe: (_resource, { lease, minutes }) => ({
      steps: [
        text(
          `Ask for ${minutes} minutes more of ${lease}.`,
          `Demander ${minutes} minutes de plus pour ${lease}.`,
        ),
      ],
      proof: text("Its end is later than it was.", "Son échéance est plus tardive qu'avant."),
      undo: null,
    }),
    async probe(context, { lease, minutes }) {
      const found = await find(parts, lease, context);
      if (!found) return { state: "impossible", text: gone, observed: {} };
      const observed = { ttl: found.ttl, end: Date.parse(found.expire_time ?? "") || 0 };
      if (!found.renewable)
        return {
          state: "impossible",
          text: text("It cannot be renewed.", "Il n'est pas renouvelable."),
          observed,
        };
      return { state: found.ttl >= minutes * 60 ? "done" : "needed", text: lives(found.ttl), observed };
    },
    async apply(context, { lease, minutes }) {
      await parts.api.change("sys/leases/renew", { lease_id: lease, increment: minutes * 60 }, context);
      return { data: {} };
    },
    async verify(context, { lease }, { observed }) {
      const found = await find(parts, lease, context);
      const end = Date.parse(found?.expire_time ?? "") || 0;
      return {
        proven: end > Number(observed.end ?? 0),
        text: found ? lives(found.ttl) : gone,
        data: { ttl: found?.ttl ?? 0 },
      };
    },
    async settle(context, { lease }, { observed }) {
      const found = await find(parts, lease, context);
      const isLater = (Date.parse(found?.expire_time ?? "") || 0) > Number(observed.end ?? 0);
      return {
        effect: isLater ? "happened" : "did-not-happen",
        text: found ? lives(found.ttl) : gone,
        data: {},
      };
    },
  };
}
