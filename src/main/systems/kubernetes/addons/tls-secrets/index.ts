import type { Action } from "../../../../actions/action.ts";
import { observedKind, type UsualKind } from "../../kinds/kind.ts";
import type { Addon } from "../addon.ts";
import { openshiftGroup } from "../openshift-group.ts";
import { TlsSecretGatherer, tlsSecretPart } from "./gatherer.ts";
import { installAction } from "./install.ts";
import { folder, olderFolder } from "./names.ts";

const secrets = (kind: { folder: string; type: string }) =>
  ({
    folder: kind.folder,
    plural: "secrets",
    form: "metadata",
    fieldSelector: `type=${kind.type}`,
    seldom: true,
    extra: true,
    part: tlsSecretPart,
    gatherer: (access) => new TlsSecretGatherer(access, kind),
  }) satisfies UsualKind;

/** Secrets with a certificate and its key, by their metadata; what is in them only where the estate has them read. */
export const tlsSecretsAddon: Addon = {
  kinds: [
    observedKind(secrets({ folder, type: "kubernetes.io/tls" })),
    // What OpenShift's signers made before 4.7 keeps the type that they gave it then, until it is made anew.
    observedKind({ ...secrets({ folder: olderFolder, type: "SecretTypeTLS" }), onlyWith: openshiftGroup }),
  ],
  actions: (parts) => [installAction(parts) as unknown as Action],
};
