import type { Action } from "../../../../actions/action.ts";
import { observedKind } from "../../kinds/kind.ts";
import type { Addon } from "../addon.ts";
import { TlsSecretGatherer, tlsSecretPart } from "./gatherer.ts";
import { installAction } from "./install.ts";
import { folder } from "./names.ts";

/** Secrets with a certificate and its key, by their metadata; what is in them only where the estate has them read. */
export const tlsSecretsAddon: Addon = {
  kinds: [
    observedKind({
      folder,
      plural: "secrets",
      form: "metadata",
      fieldSelector: "type=kubernetes.io/tls",
      seldom: true,
      extra: true,
      part: tlsSecretPart,
      gatherer: (access) => new TlsSecretGatherer(access),
    }),
  ],
  actions: (parts) => [installAction(parts) as unknown as Action],
};
