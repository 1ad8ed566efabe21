import { createPrivateKey, createPublicKey } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import type { InputField } from "../../../shared/action.ts";
import type { Resource } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { Action, Verification } from "../../actions/action.ts";
import { keyDigest } from "../../x509/read.ts";
import { keyAlgorithms, makeKey, makeRequest, readRequest } from "../../x509/request.ts";
import { requestedType } from "../book.ts";
import type { KeyKeeper } from "../key-keeper.ts";

const mostNames = 100;
const hostName = /^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

const inputSchema = z.strictObject({
  /** One a line, or separated by commas; those of the certificate when empty. */
  names: z.string().max(20_000).default(""),
  algorithm: z.enum(keyAlgorithms).default("ec-p256"),
  /** The reference of the secret that the key becomes; a new name when empty. */
  key: z.string().trim().max(200).default(""),
});
type Request = z.infer<typeof inputSchema>;

export interface RequestParts {
  keys: KeyKeeper;
  /** The names that a certificate has now. */
  namesOf(resource: string): readonly string[];
  now(): number;
}

/**
 * `certificates.request`: makes a key and a certificate request for it. The key goes straight into the secrets; the request is
 * journalled and shown, to be signed by whoever issues the certificate.
 */
export function requestAction(parts: RequestParts): Action<Request> {
  const { keys } = parts;
  const wantedNames = (
    { id }: Pick<Resource, "id">,
    { names }: Pick<Request, "names">,
  ): readonly string[] => {
    const given = [...new Set(names.split(/[\s,;]+/).filter((each) => each !== ""))];
    return given.length > 0 ? given : parts.namesOf(id);
  };
  const keyOf = (resource: Pick<Resource, "name">, { key }: Pick<Request, "key">) =>
    key === "" ? usualKey(resource.name, parts.now()) : key;

  return {
    id: "certificates.request",
    title: text("Make a key and a request", "Créer une clé et une demande"),
    verb: text("Make", "Créer"),
    risk: "safe",
    effect: "once",
    kinds: ["certificate"],
    input: inputSchema,
    fields: fieldsOf("", ""),
    fieldsFor: (resource) =>
      fieldsOf(parts.namesOf(resource.id).join("\n"), usualKey(resource.name, parts.now())),
    bulk: false,
    elsewhere: true,
    appliesTo: () => true,
    describe: (resource, input) => ({
      steps: [
        text(
          `Make a key pair and keep the private key as ${keyOf(resource, input)}.`,
          `Créer une paire de clés et conserver la clé privée sous ${keyOf(resource, input)}.`,
        ),
        text(
          `Make a request for ${wantedNames(resource, input).join(", ")}.`,
          `Créer une demande pour ${wantedNames(resource, input).join(", ")}.`,
        ),
      ],
      proof: text(
        "The key that is kept is the one that the request is signed with.",
        "La clé conservée est celle avec laquelle la demande est signée.",
      ),
      undo: text("The key is removed from the secrets.", "La clé est retirée des secrets."),
    }),

    async probe({ resource }, input) {
      const names = wantedNames(resource, input);
      const key = keyOf(resource, input);
      const observed = { key, names: [...names] };
      const wrong = names.find((name) => isIP(name) === 0 && (name.length > 253 || !hostName.test(name)));
      if (names.length === 0 || names.length > mostNames || wrong !== undefined) {
        return {
          state: "impossible",
          text:
            wrong === undefined
              ? text("Give one to a hundred names.", "Donnez de un à cent noms.")
              : text(`${wrong} is no name or address.`, `${wrong} n'est ni un nom ni une adresse.`),
          observed: {},
        };
      }
      if (!keys.takes(key)) {
        return {
          state: "impossible",
          text: text(
            "Keys are kept under a reference such as keychain:shop-certificate.",
            "Les clés sont conservées sous une référence telle que keychain:certificat-boutique.",
          ),
          observed: {},
        };
      }
      if (await keys.has(key, resource.id)) {
        return {
          state: "impossible",
          text: text(
            `There is a secret ${key} already; choose another name, so that no key is lost.`,
            `Il existe déjà un secret ${key} ; choisissez un autre nom, afin qu'aucune clé ne soit perdue.`,
          ),
          observed: {},
        };
      }
      return {
        state: "needed",
        text: text(`The key will be kept as ${key}.`, `La clé sera conservée sous ${key}.`),
        observed,
      };
    },

    async apply({ committed, journal }, { algorithm }, { observed }) {
      const key = String(observed.key);
      const privateKey = await makeKey(algorithm);
      const request = makeRequest(namesIn(observed.names), privateKey);
      committed();
      await keys.keep(key, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
      return { data: { key, request, journalled: journal !== undefined } };
    },

    async verify({ resource, journal }, _input, { observed }, { data }): Promise<Verification> {
      const request = String(data.request);
      const kept = await keys.read(String(observed.key), resource.id);
      const read = readRequest(request);
      const isWhole =
        read?.isSigned === true && read.keyDigest === keyDigest(createPublicKey(createPrivateKey(kept)));
      if (isWhole) {
        await journal?.({
          type: requestedType,
          subject: resource.id,
          data: { key: String(observed.key), request },
        });
      }
      return {
        proven: isWhole,
        disproven: !isWhole,
        text: isWhole
          ? text(
              `The request is made; its key is kept as ${String(observed.key)}.`,
              `La demande est faite ; sa clé est conservée sous ${String(observed.key)}.`,
            )
          : text(
              "What is kept is not the key of the request.",
              "Ce qui est conservé n'est pas la clé de la demande.",
            ),
        data: { request },
      };
    },

    async settle({ resource }, _input, { observed }) {
      const isKept = await keys.has(String(observed.key), resource.id);
      return {
        effect: isKept ? "happened" : "did-not-happen",
        text: isKept
          ? text(
              `A key is kept as ${String(observed.key)}, but its request was lost: remove it and make another.`,
              `Une clé est conservée sous ${String(observed.key)}, mais sa demande est perdue : retirez-la et refaites-en une.`,
            )
          : text("No key was kept.", "Aucune clé n'a été conservée."),
        data: {},
      };
    },

    async undo({ resource, committed }, _input, { observed }): Promise<Verification> {
      committed();
      await keys.forget(String(observed.key));
      const isGone = !(await keys.has(String(observed.key), resource.id));
      return {
        proven: isGone,
        text: isGone
          ? text("The key is not kept any more.", "La clé n'est plus conservée.")
          : text("The key is still there.", "La clé est toujours là."),
        data: {},
      };
    },
  };
}

function fieldsOf(names: string, key: string): InputField[] {
  return [
    {
      ...{ name: "names", type: "multiline", required: false, choices: [], initial: names },
      label: text("Names, one a line", "Noms, un par ligne"),
    },
    {
      ...{ name: "algorithm", type: "choice", required: true, initial: "ec-p256" },
      label: text("Key", "Clé"),
      choices: [
        { value: "ec-p256", label: text("EC P-256", "EC P-256") },
        { value: "rsa-3072", label: text("RSA 3072", "RSA 3072") },
      ],
    },
    {
      ...{ name: "key", type: "text", required: false, choices: [], initial: key },
      label: text("Where the key is kept", "Où conserver la clé"),
    },
  ];
}

function usualKey(name: string, now: number): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `keychain:certificate-${slug}-${new Date(now).toISOString().slice(0, 10)}`;
}

function namesIn(observed: unknown): string[] {
  return Array.isArray(observed) ? observed.filter((each) => typeof each === "string") : [];
}
