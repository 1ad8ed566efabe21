import { createPrivateKey, createPublicKey } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { keyDigest } from "../../../x509/read.ts";
import { keyAlgorithms, makeKey, makeRequest, readRequest } from "../../../x509/request.ts";
import type { CertificateKeys } from "../../system.ts";
import {
  authorityOf,
  onAuthorities,
  proveSigned,
  revokeSigned,
  settleSigned,
  signed,
  signingFields,
  signingInput,
  unknownRole,
} from "./authority.ts";
import { type Field, lineField, type VaultActionParts } from "./parts.ts";

const mostNames = 100;
const hostName = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** Milliseconds for taking back a key that nothing was signed for. */
const clearing = 30_000;

const issueInput = z.strictObject({
  ...signingInput,
  /** One a line, or separated by commas; the first is the common name. */
  names: z.string().min(1).max(20_000),
  algorithm: z.enum(keyAlgorithms).default("ec-p256"),
  /** The reference that the key is kept under. */
  key: z.string().trim().min(1).max(300),
});

const ownFields: Field[] = [
  lineField("names", text("Names, one a line", "Noms, un par ligne"), { type: "multiline" }),
  lineField("algorithm", text("Key", "Clé"), {
    type: "choice",
    initial: "ec-p256",
    choices: [
      { value: "ec-p256", label: text("EC P-256", "EC P-256") },
      { value: "rsa-3072", label: text("RSA 3072", "RSA 3072") },
    ],
  }),
];

/**
 * `vault.pki-issue`: makes a key here, keeps it with the console's secrets or in Vault, and has an authority in Vault sign for it:
 * the private key passes through no answer of Vault and no window. Undone by revoking the certificate; its key stays. Throws
 * `vault.certificate-refused`, and what keeping the key throws.
 */
export function pkiIssueAction(
  parts: VaultActionParts,
  keys: CertificateKeys,
): Action<z.infer<typeof issueInput>> {
  const { observer, now } = parts;
  const usualKey = () => {
    const stamp = new Date(now()).toISOString().slice(0, 16).replace(/[T:]/g, "-");
    return keys.referenceOf(keys.places()[0] ?? "keychain", `issued-${stamp}`);
  };
  const fields = (roles: readonly string[] | null, key: string): Field[] => [
    ...signingFields(roles),
    ...ownFields,
    lineField("key", text("Where the key is kept", "Où conserver la clé"), { initial: key }),
  ];
  const digestOfKept = async (reference: string, { resource }: Pick<ActionContext, "resource">) =>
    keyDigest(createPublicKey(createPrivateKey(await keys.read(reference, resource.id))));
  return {
    ...onAuthorities(parts),
    id: "vault.pki-issue",
    title: text("Issue a certificate", "Émettre un certificat"),
    verb: text("Issue by", "Émettre par"),
    risk: "safe",
    effect: "once",
    input: issueInput,
    fields: fields(null, ""),
    fieldsFor: ({ id }) => fields(observer.authorityOf(id)?.roles ?? null, usualKey()),
    describe: ({ name }, { role, names, key }) => ({
      steps: [
        text(`Make a key here and keep it as ${key}.`, `Créer ici une clé et la conserver sous ${key}.`),
        text(
          `Have ${name} sign for it by the role ${role}: ${listed(names).join(", ")}.`,
          `Faire signer par ${name}, avec le rôle ${role}, pour : ${listed(names).join(", ")}.`,
        ),
      ],
      proof: text(
        "Read again by its serial number, the certificate is for the key that is kept, and for these names.",
        "Relu par son numéro de série, le certificat correspond à la clé conservée et à ces noms.",
      ),
      undo: text(
        "The certificate is revoked; the key stays where it is kept.",
        "Le certificat est révoqué ; la clé reste là où elle est conservée.",
      ),
    }),
    async probe(context, { role, names, key }) {
      const unfit =
        unfitNames(listed(names)) ??
        unknownRole(authorityOf(parts, context), role) ??
        (keys.takes(key) ? null : noPlace);
      if (unfit) return { state: "impossible", text: unfit, observed: {} };
      if (await keys.has(key, context.resource.id, context.signal))
        return { state: "impossible", text: takenWords(key), observed: {} };
      return {
        state: "needed",
        text: text(`The key will be kept as ${key}.`, `La clé sera conservée sous ${key}.`),
        observed: { key },
      };
    },
    async apply(context, input) {
      const privateKey = await makeKey(input.algorithm);
      const request = makeRequest(listed(input.names), privateKey);
      const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      // A key without a certificate is good for nothing, and does no harm: only the signature counts as done.
      await keys.keep(input.key, pem, { signal: context.signal, committed: () => undefined });
      let isSent = false;
      const committed = () => {
        isSent = true;
        context.committed();
      };
      try {
        const watch = authorityOf(parts, context);
        const { data } = await signed(parts, watch, input, request, { signal: context.signal, committed });
        return { data: { ...data, request, key: input.key } };
      } catch (error) {
        if (!isSent || isRefused(error)) await clear(keys, input.key);
        throw error;
      }
    },
    async verify(context, _input, _probe, { data }) {
      const watch = authorityOf(parts, context);
      const proof = await proveSigned(
        parts,
        watch,
        String(data.request),
        String(data.serial),
        context.signal,
      );
      if (!proof.proven) return proof;
      const isKept =
        (await digestOfKept(String(data.key), context)) === readRequest(String(data.request))?.keyDigest;
      return isKept ? proof : { proven: false, disproven: true, text: anotherKept, data: proof.data };
    },
    async settle(context, _input, { observed }) {
      const reference = String(observed.key);
      if (!(await keys.has(reference, context.resource.id, context.signal)))
        return {
          effect: "did-not-happen",
          text: text("No key was kept.", "Aucune clé n'a été conservée."),
          data: {},
        };
      const digest = await digestOfKept(reference, context);
      return settleSigned(authorityOf(parts, context), digest, [], context.signal);
    },
    async undo(context, _input, { observed }) {
      const digest = await digestOfKept(String(observed.key), context);
      return revokeSigned(parts, authorityOf(parts, context), digest, [], context);
    },
  };
}

const isRefused = (error: unknown) =>
  error instanceof Error &&
  "code" in error &&
  /^vault\.(certificate-refused|not-allowed)$/.test(String(error.code));

/** Takes back a key that nothing was signed for; one that stays is told by the next look at that reference. */
async function clear(keys: CertificateKeys, reference: string): Promise<void> {
  const change = { signal: AbortSignal.timeout(clearing), committed: () => undefined };
  await keys.forget(reference, change).catch(() => undefined);
}

const listed = (names: string) => [...new Set(names.split(/[\s,;]+/).filter((each) => each !== ""))];

function unfitNames(names: readonly string[]): LocalText | null {
  if (names.length === 0 || names.length > mostNames)
    return text("Give one to a hundred names.", "Donnez de un à cent noms.");
  const wrong = names.find((name) => isIP(name) === 0 && (name.length > 253 || !hostName.test(name)));
  return wrong === undefined
    ? null
    : text(`${wrong} is no name or address.`, `${wrong} n'est ni un nom ni une adresse.`);
}

const takenWords = (key: string) =>
  text(
    `There is a secret ${key} already; choose another name, so that no key is lost.`,
    `Il existe déjà un secret ${key} ; choisissez un autre nom, afin qu'aucune clé ne soit perdue.`,
  );
const noPlace = text(
  "Keys are kept under a reference such as keychain:shop-certificate, or in Vault where the estate names a path for them.",
  "Les clés sont conservées sous une référence telle que keychain:certificat-boutique, ou dans Vault si le parc y donne un chemin.",
);
const anotherKept = text(
  "What is kept is not the key of the certificate.",
  "Ce qui est conservé n'est pas la clé du certificat.",
);
