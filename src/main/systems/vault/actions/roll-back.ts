import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { versionDataSchema } from "../secret-answers.ts";
import { lineField, type VaultActionParts } from "./parts.ts";
import {
  newestWords,
  pathField,
  pathSchema,
  SecretParts,
  standingWords,
  versionField,
  versionSchema,
} from "./secret-parts.ts";

const input = z.strictObject({ path: pathSchema, version: versionSchema.min(1), over: versionSchema.min(1) });
type Wanted = z.infer<typeof input>;

/**
 * `vault.roll-back-secret`: writes what an earlier version held as a new one, over the version that is named and no other
 * (check-and-set). What is in it passes through this process from Vault to Vault, and is shown and kept nowhere.
 */
export function rollBackSecretAction(parts: VaultActionParts): Action<Wanted> {
  const { api } = parts;
  const secrets = new SecretParts(parts);
  const held = async (context: ActionContext, path: string, version: number) => {
    const request = {
      path: secrets.at("data", context, path),
      query: { version: String(version) },
      signal: context.signal,
    };
    return (await api.access.read(request, versionDataSchema)).data.data;
  };
  /** Whether the version after the one that was written over holds the same as the earlier one. */
  const isSame = async (context: ActionContext, { path, version, over }: Wanted) => {
    try {
      const [before, after] = await Promise.all([
        held(context, path, version),
        held(context, path, over + 1),
      ]);
      return isDeepStrictEqual(before, after);
    } catch (error) {
      // One of both is deleted or no longer kept.
      if (error instanceof OpsError && error.code === "vault.not-found") return false;
      throw error;
    }
  };
  return {
    ...secrets.shared,
    effect: "once",
    id: "vault.roll-back-secret",
    title: text("Roll a secret back to a version", "Revenir à une version d'un secret"),
    verb: text("Roll back", "Revenir en arrière"),
    risk: "disruptive",
    input,
    fields: [
      pathField,
      versionField,
      lineField("over", text("Over version", "Par-dessus la version"), { type: "number" }),
    ],
    describe: ({ name }, { path, version, over }) => ({
      steps: [
        text(
          `Read version ${version} of ${name}${path} in the console's engine, shown nowhere.`,
          `Lire la version ${version} de ${name}${path} dans le moteur de la console, sans l'afficher.`,
        ),
        text(
          `Write the same as version ${over + 1}, only if version ${over} is still the newest.`,
          `L'écrire à l'identique comme version ${over + 1}, seulement si la version ${over} est toujours la dernière.`,
        ),
      ],
      proof: text(
        `Version ${over + 1} holds what version ${version} does.`,
        `La version ${over + 1} contient la même chose que la version ${version}.`,
      ),
      undo: null,
    }),
    async probe(context, { path, version, over }) {
      const newest = await secrets.newest(context, path);
      const state = await secrets.standing(context, path, version);
      const observed = { newest, state };
      if (newest !== over) return { state: "impossible", text: newestWords(newest), observed };
      if (state !== "there") return { state: "impossible", text: standingWords[state], observed };
      if (version === newest) return { state: "done", text: newestWords(newest), observed };
      return { state: "needed", text: newestWords(newest), observed };
    },
    async apply(context, { path, version, over }) {
      const data = await held(context, path, version);
      const body = { data, options: { cas: over } };
      await api.change(secrets.at("data", context, path), body, context);
      return { data: { version: over + 1 } };
    },
    async verify(context, wanted) {
      const newest = await secrets.newest(context, wanted.path);
      const proven = newest > wanted.over && (await isSame(context, wanted));
      return { proven, text: newestWords(newest), data: { newest } };
    },
    async settle(context, wanted) {
      const newest = await secrets.newest(context, wanted.path);
      const words = { text: newestWords(newest), data: { newest } };
      if (newest <= wanted.over) return { effect: "did-not-happen", ...words };
      // Written by somebody else over the same version, it would hardly hold the same.
      return { effect: (await isSame(context, wanted)) ? "happened" : "unknown", ...words };
    },
  };
}
