import { createPrivateKey, createPublicKey } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import type { InputField } from "../../../shared/action.ts";
import { type KeyPlace, keyPlaces } from "../../../shared/estate-certificates.ts";
import type { Resource } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../actions/action.ts";
import { keyDigest } from "../../x509/read.ts";
import { keyAlgorithms, makeKey, makeRequest, readRequest } from "../../x509/request.ts";
import { requestedType, withdrawnType } from "../book.ts";
import type { KeyKeeper } from "../key-keeper.ts";

const mostNames = 100;
const mostOfOneDay = 50;
const hostName = /^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

const inputSchema = z.strictObject({
  /** One a line, or separated by commas; those of the certificate when empty. */
  names: z.string().max(20_000).default(""),
  algorithm: z.enum(keyAlgorithms).default("ec-p256"),
  /** Where the key is kept; `usual`: where the estate has it kept. */
  place: z.enum(["usual", ...keyPlaces]).default("usual"),
  /** The reference of the secret that the key becomes; a new name at that place when empty. */
  key: z.string().trim().max(200).default(""),
});
type Request = z.infer<typeof inputSchema>;

export interface RequestParts {
  keys: KeyKeeper;
  /** The names that a certificate has now. */
  namesOf(resource: Pick<Resource, "facts">): readonly string[];
  now(): number;
}

/**
 * `certificates.request`: makes a key and a certificate request for it. The key goes straight into the secrets; the request is
 * journalled before that, so that none is lost whose key is kept, and shown, to be signed by whoever issues the certificate.
 */
export function requestAction(parts: RequestParts): Action<Request> {
  const { keys } = parts;
  const wantedNames = (
    resource: Pick<Resource, "facts">,
    { names }: Pick<Request, "names">,
  ): readonly string[] => {
    const given = [...new Set(names.split(/[\s,;]+/).filter((each) => each !== ""))];
    return given.length > 0 ? given : parts.namesOf(resource);
  };
  /** Null: the estate does not let keys be kept there. */
  const placeOf = ({ place }: Pick<Request, "place">): KeyPlace | null =>
    keys.places().find((each) => place === "usual" || each === place) ?? null;
  const keyOf = (resource: Pick<Resource, "name">, input: Pick<Request, "key" | "place">): string | null => {
    const place = placeOf(input);
    if (input.key !== "") return input.key;
    return place && keys.referenceOf(place, usualName(resource.name, parts.now()));
  };
  /** The usual name may have been taken today: the next one that is free. */
  const freeKey = async ({ resource, signal }: ActionContext, key: string): Promise<string | null> => {
    for (let more = 1; more <= mostOfOneDay; more += 1) {
      const next = more === 1 ? key : key.replace(/(#.*)?$/, (field) => `-${more}${field}`);
      if (!(await keys.has(next, resource.id, signal))) return next;
    }
    return null;
  };
  const fields = (names: string): InputField[] => fieldsOf(names, keys.places());

  return {
    id: "certificates.request",
    title: text("Make a key and a request", "Créer une clé et une demande"),
    verb: text("Make", "Créer"),
    risk: "safe",
    effect: "once",
    kinds: ["certificate"],
    input: inputSchema,
    fields: fields(""),
    fieldsFor: (resource) => fields(parts.namesOf(resource).join("\n")),
    bulk: false,
    elsewhere: true,
    // One of a log-in over SSH is no certificate that a request brings.
    appliesTo: ({ facts }) => facts["certificate.from"]?.value !== "ssh",
    describe: (resource, input) => ({
      steps: [
        text(
          `Make a key pair and keep the private key as ${keyOf(resource, input) ?? "–"}.`,
          `Créer une paire de clés et conserver la clé privée sous ${keyOf(resource, input) ?? "–"}.`,
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

    async probe(context, input) {
      const { resource, signal } = context;
      const names = wantedNames(resource, input);
      const wanted = keyOf(resource, input);
      const unfit = unfitNames(names) ?? (wanted === null || !keys.takes(wanted) ? noSuchPlace : null);
      if (unfit || wanted === null) return { state: "impossible", text: unfit ?? noSuchPlace, observed: {} };
      const isTaken = input.key !== "" && (await keys.has(wanted, resource.id, signal));
      const key = input.key !== "" ? (isTaken ? null : wanted) : await freeKey(context, wanted);
      if (key === null) {
        return {
          state: "impossible",
          text: text(
            `There is a secret ${wanted} already; choose another name, so that no key is lost.`,
            `Il existe déjà un secret ${wanted} ; choisissez un autre nom, afin qu'aucune clé ne soit perdue.`,
          ),
          observed: {},
        };
      }
      return {
        state: "needed",
        text: text(`The key will be kept as ${key}.`, `La clé sera conservée sous ${key}.`),
        observed: { key, names: [...names] },
      };
    },

    async apply({ resource, signal, committed, journal }, { algorithm }, { observed }) {
      const key = String(observed.key);
      const privateKey = await makeKey(algorithm);
      const request = makeRequest(namesIn(observed.names), privateKey);
      await journal?.({ type: requestedType, subject: resource.id, data: { key, request } });
      let isSent = false;
      const sent = () => {
        isSent = true;
        committed();
      };
      try {
        const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
        await keys.keep(key, pem, { signal, committed: sent });
      } catch (thrown) {
        // What never left is not kept anywhere: a request without its key is good for nothing.
        if (!isSent) await journal?.({ type: withdrawnType, subject: resource.id, data: { key } });
        throw thrown;
      }
      return { data: { key, request } };
    },

    async verify({ resource }, _input, { observed }, { data }): Promise<Verification> {
      const request = String(data.request);
      const kept = await keys.read(String(observed.key), resource.id);
      const read = readRequest(request);
      const isWhole =
        read?.isSigned === true && read.keyDigest === keyDigest(createPublicKey(createPrivateKey(kept)));
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

    async settle({ resource, signal }, _input, { observed }) {
      const key = String(observed.key);
      const isKept = await keys.has(key, resource.id, signal);
      return {
        effect: isKept ? "happened" : "did-not-happen",
        text: isKept
          ? text(
              `A key is kept as ${key}; its request is in the journal.`,
              `Une clé est conservée sous ${key} ; sa demande est dans le journal.`,
            )
          : text("No key was kept.", "Aucune clé n'a été conservée."),
        data: {},
      };
    },

    async undo({ resource, signal, committed, journal }, _input, { observed }): Promise<Verification> {
      const key = String(observed.key);
      await keys.forget(key, { signal, committed });
      const isGone = !(await keys.has(key, resource.id, signal));
      if (isGone) await journal?.({ type: withdrawnType, subject: resource.id, data: { key } });
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

const noSuchPlace = text(
  "Keys are kept under a reference such as keychain:shop-certificate, or in Vault where the estate names a path for them.",
  "Les clés sont conservées sous une référence telle que keychain:certificat-boutique, ou dans Vault si le parc y donne un chemin.",
);

function unfitNames(names: readonly string[]): LocalText | null {
  if (names.length === 0 || names.length > mostNames) {
    return text("Give one to a hundred names.", "Donnez de un à cent noms.");
  }
  const wrong = names.find((name) => isIP(name) === 0 && (name.length > 253 || !hostName.test(name)));
  return wrong === undefined
    ? null
    : text(`${wrong} is no name or address.`, `${wrong} n'est ni un nom ni une adresse.`);
}

const placeLabels = {
  vault: text("in Vault", "dans Vault"),
  keychain: text("in the keychain or the passphrase file", "dans le trousseau ou le fichier protégé"),
} as const;

function fieldsOf(names: string, places: readonly KeyPlace[]): InputField[] {
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
      ...{ name: "place", type: "choice", required: true, initial: places[0] ?? "keychain" },
      label: text("Where the key is kept", "Où conserver la clé"),
      choices: places.map((value) => ({ value, label: placeLabels[value] })),
    },
    {
      ...{ name: "key", type: "text", required: false, choices: [], initial: "" },
      label: text("Name of its secret; empty: a new one", "Nom de son secret ; vide : un nouveau"),
    },
  ];
}

function usualName(name: string, now: number): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `certificate-${slug}-${new Date(now).toISOString().slice(0, 10)}`;
}

function namesIn(observed: unknown): string[] {
  return Array.isArray(observed) ? observed.filter((each) => typeof each === "string") : [];
}
