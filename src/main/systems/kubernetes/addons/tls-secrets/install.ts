import { z } from "zod";
import { type SecretReference, secretReferenceSchema } from "../../../../../shared/estate-access.ts";
import type { Resource } from "../../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../../../actions/action.ts";
import { type Fitting, isOfKey, judgeFit } from "../../../../x509/fit.ts";
import { triedWordsOf } from "../../../../x509/read.ts";
import type { ClusterActionParts } from "../../actions/parts.ts";
import { at } from "../../kinds/seen.ts";
import { metadataSchema } from "../../list-watch/items.ts";
import { certificateAnnotation } from "../cert-manager/names.ts";
import { deniedCreation } from "../may-create.ts";
import { createOnce, readObject } from "../objects.ts";
import { keptLabel, keptName, secretPlace } from "./names.ts";
import { keptByOpenShift } from "./openshift.ts";
import { certificatesIn, versionOf } from "./read-secret.ts";

const inputSchema = z.strictObject({
  /** PEM with its chain; the one that was handed in last when empty. */
  certificate: z.string().max(200_000).default(""),
  /** The secret that holds the private key; the one of the last request when empty. */
  key: z.union([z.literal(""), secretReferenceSchema]).default(""),
});
type Installation = z.infer<typeof inputSchema>;

/**
 * `certificates.install`: puts a signed certificate and its key into a TLS secret. What was there is kept beside it under a
 * name of its own, in the same namespace, so that its key never leaves the cluster; undo puts it back.
 */
export function installAction({ access }: ClusterActionParts): Action<Installation> {
  const placeOf = ({ id }: Pick<Resource, "id">) => {
    const place = secretPlace(access.system, id);
    if (!place) throw new RangeError(`${id} is no TLS secret`);
    return place;
  };

  /** What is to be installed, or what speaks against it. */
  async function judged(context: ActionContext, input: Installation) {
    const { resource, signal } = context;
    const place = placeOf(resource);
    const secret = await readObject(access, place.path, signal);
    if (secret === null) return text("The secret is not there any more.", "Le secret n'existe plus.");
    const managedBy = at(secret, "metadata", "annotations", certificateAnnotation);
    if (managedBy !== undefined) return managed(String(managedBy));
    const metadata = metadataSchema.safeParse(at(secret, "metadata"));
    const kept = metadata.success ? keptByOpenShift(metadata.data) : null;
    if (kept) return keptBy(kept.keeper);
    const { certificate, key } = given(context, input);
    if (certificate === null || key === null) return nothingGiven;
    const shown = certificatesIn(secret)?.[0];
    const before = shown ? triedWordsOf(shown) : null;
    const value = await access.secrets.resolve(key, resource.id);
    const fitting = judgeFit(certificate, {
      key: value.reveal(),
      names: before?.names ?? [],
      endsBefore: before?.notAfter ?? null,
      now: access.now(),
    });
    // What is in place already does not end after itself.
    if (!("pem" in fitting) && before && isSame(certificate, before.fingerprint))
      return { already: true } as const;
    return "pem" in fitting ? { fitting, secret, before, key: value } : fitting;
  }

  return {
    id: "certificates.install",
    title: text("Install a certificate", "Installer un certificat"),
    verb: text("Install", "Installer"),
    risk: "disruptive",
    effect: "convergent",
    kinds: ["certificate"],
    input: inputSchema,
    fields: [
      {
        ...{ name: "certificate", type: "multiline", required: false, choices: [], initial: "" },
        label: text(
          "Certificate with its chain (PEM); empty: the one handed in last",
          "Certificat avec sa chaîne (PEM) ; vide : le dernier remis",
        ),
      },
      {
        ...{ name: "key", type: "text", required: false, choices: [], initial: "" },
        label: text(
          "Secret that holds its key (keychain:NAME); empty: that of the last request",
          "Secret contenant sa clé (keychain:NOM) ; vide : celui de la dernière demande",
        ),
      },
    ],
    bulk: false,
    appliesTo: ({ id }) => secretPlace(access.system, id) !== null,
    describe: ({ name }) => ({
      steps: [
        text(
          `Keep what is in ${name} beside it, in the cluster.`,
          `Conserver ce qui se trouve dans ${name} à côté, dans la grappe.`,
        ),
        text(`Put the certificate and its key into ${name}.`, `Placer le certificat et sa clé dans ${name}.`),
      ],
      proof: text(
        "Read again, the secret holds this certificate and a key that fits it.",
        "Relu, le secret contient ce certificat et une clé qui y correspond.",
      ),
      undo: text("What was there before is put back.", "Ce qui s'y trouvait auparavant est remis en place."),
    }),

    async probe(context, input) {
      const { namespace } = placeOf(context.resource);
      const found = await judged(context, input);
      if ("en" in found) return { state: "impossible", text: found, observed: {} };
      if ("already" in found) {
        return {
          state: "done",
          text: text("It is in place already.", "Il est déjà en place."),
          observed: {},
        };
      }
      const wanted = ["create", "patch"].map((verb) => ({ group: "", resource: "secrets", namespace, verb }));
      const denied = await deniedCreation(access, wanted, context.signal);
      if (denied) return { state: "impossible", text: denied, observed: {} };
      const { fitting, before } = found;
      return {
        state: "needed",
        text: change(fitting, before?.notAfter ?? null),
        observed: observedOf(fitting, before),
      };
    },

    async apply(context, input) {
      const { resource, signal, committed } = context;
      const found = await judged(context, input);
      if ("en" in found || "already" in found) return { data: { installed: false } };
      const { path, namespace, name } = placeOf(resource);
      await keep({ namespace, name, data: at(found.secret, "data") }, signal);
      committed();
      await put(path, found.secret, dataOf(found.fitting.pem, found.key.reveal()), signal);
      return { data: { installed: true, kept: keptName(name) } };
    },

    async verify({ resource, signal }, _input, { observed }): Promise<Verification> {
      const secret = await readObject(access, placeOf(resource).path, signal);
      const [leaf] = certificatesIn(secret) ?? [];
      const isIn = leaf !== undefined && leaf.fingerprint256 === observed.fingerprint;
      const fits = isIn && isOfKey(leaf, keyIn(secret));
      return {
        proven: fits,
        disproven: !isIn,
        text: fits
          ? text(
              "The secret holds this certificate and its key.",
              "Le secret contient ce certificat et sa clé.",
            )
          : text(
              "The secret holds another certificate or key.",
              "Le secret contient un autre certificat ou une autre clé.",
            ),
        data: { fingerprint: leaf?.fingerprint256 ?? null },
      };
    },

    async settle({ resource, signal }, _input, { observed }) {
      const [leaf] = certificatesIn(await readObject(access, placeOf(resource).path, signal)) ?? [];
      const happened = leaf?.fingerprint256 === observed.fingerprint;
      return {
        effect: happened ? "happened" : "did-not-happen",
        text: happened
          ? text("The certificate is in the secret.", "Le certificat se trouve dans le secret.")
          : text("The secret holds another certificate.", "Le secret contient un autre certificat."),
        data: {},
      };
    },

    async undo({ resource, signal, committed }, _input, { observed }): Promise<Verification> {
      const { path, namespace, name } = placeOf(resource);
      const kept = await readObject(
        access,
        `/api/v1/namespaces/${namespace}/secrets/${keptName(name)}`,
        signal,
      );
      const [leaf] = certificatesIn(kept) ?? [];
      if (leaf?.fingerprint256 !== observed.before) {
        return {
          proven: false,
          disproven: true,
          text: text(
            "What was there before is not kept any more.",
            "Ce qui s'y trouvait auparavant n'est plus conservé.",
          ),
          data: {},
        };
      }
      const secret = await readObject(access, path, signal);
      committed();
      await put(path, secret, at(kept, "data"), signal);
      const [now] = certificatesIn(await readObject(access, path, signal)) ?? [];
      return {
        proven: now?.fingerprint256 === observed.before,
        text: text("What was there before is back.", "Ce qui s'y trouvait auparavant est remis en place."),
        data: {},
      };
    },
  };

  /** One is kept: that of the time before is replaced. */
  async function keep(
    { namespace, name, data }: { namespace: string; name: string; data: unknown },
    signal: AbortSignal,
  ): Promise<void> {
    const collection = `/api/v1/namespaces/${namespace}/secrets`;
    const metadata = { name: keptName(name), namespace, labels: { [keptLabel]: name.slice(0, 63) } };
    const body = { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata, data };
    const isNew = await createOnce(access, { path: collection, body, signal });
    if (isNew) return;
    const path = `${collection}/${keptName(name)}`;
    await put(path, await readObject(access, path, signal), data, signal);
  }

  async function put(path: string, read: unknown, data: unknown, signal: AbortSignal): Promise<void> {
    await access.ask({
      method: "PATCH",
      path,
      contentType: "application/merge-patch+json",
      // With the version that was read: what somebody else put there in between is not overwritten.
      body: { metadata: { resourceVersion: versionOf(read) }, data },
      signal,
    });
  }
}

/** What is installed: as given, else as it was handed in and requested on this resource before. */
function given({ earlier }: ActionContext, input: Installation) {
  const observed = (action: string, key: string): string | null => {
    const found = earlier?.([action]).find(
      ({ verb, observed: seen }) => verb === "apply" && typeof seen[key] === "string",
    );
    const value = found?.observed[key];
    return typeof value === "string" ? value : null;
  };
  const key = input.key === "" ? observed("certificates.request", "key") : input.key;
  const read = secretReferenceSchema.safeParse(key);
  return {
    certificate:
      input.certificate === "" ? observed("certificates.hand-in", "certificate") : input.certificate,
    key: read.success ? (read.data as SecretReference) : null,
  };
}

function isSame(pem: string, fingerprint: string): boolean {
  const encoded = Buffer.from(pem).toString("base64");
  return certificatesIn({ data: { "tls.crt": encoded } })?.[0]?.fingerprint256 === fingerprint;
}

function dataOf(certificate: string, key: string) {
  const encoded = (words: string) => Buffer.from(words).toString("base64");
  return { "tls.crt": encoded(certificate), "tls.key": encoded(key) };
}

function keyIn(secret: Record<string, unknown> | null): string {
  const encoded = at(secret, "data", "tls.key");
  return typeof encoded === "string" ? Buffer.from(encoded, "base64").toString("utf8") : "";
}

function observedOf({ fingerprint, notAfter, subject }: Fitting, before: { fingerprint: string } | null) {
  return { fingerprint, notAfter, subject, before: before?.fingerprint ?? null };
}

function change({ subject, notAfter }: Fitting, before: number | null): LocalText {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const until = { en: before === null ? "–" : day(before), fr: before === null ? "–" : day(before) };
  return text(
    `The certificate of ${subject} is good until ${day(notAfter)}; the one in place until ${until.en}.`,
    `Le certificat de ${subject} est valable jusqu'au ${day(notAfter)} ; celui en place jusqu'au ${until.fr}.`,
  );
}

function managed(by: string): LocalText {
  return text(
    `cert-manager keeps this secret for its Certificate ${by} and would put its own back: renew it there.`,
    `cert-manager gère ce secret pour son Certificate ${by} et y remettrait le sien : renouvelez-le à cet endroit.`,
  );
}

function keptBy(keeper: string): LocalText {
  return text(
    `${keeper} keeps this secret and would put its own back: let it renew it.`,
    `${keeper} gère ce secret et y remettrait le sien : laissez-le le renouveler.`,
  );
}

const nothingGiven = text(
  "No certificate was given or handed in, or no key: make a request first.",
  "Aucun certificat n'a été donné ou remis, ou aucune clé : faites d'abord une demande.",
);
