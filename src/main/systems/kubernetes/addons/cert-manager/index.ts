import { observedKind, type UsualKind } from "../../kinds/kind.ts";
import type { Addon } from "../addon.ts";
import { folders, prefix } from "./names.ts";
import { renewAction } from "./renew.ts";
import { seenCertificate, seenIssuer } from "./seen.ts";

const kind = (parts: UsualKind) => observedKind({ prefixes: [prefix], extra: true, ...parts });

/** cert-manager: what it issues, whom it issues it by, and issuing something anew. */
export const certManagerAddon: Addon = {
  kinds: [
    kind({ folder: folders.certificates, plural: "certificates", see: seenCertificate }),
    kind({ folder: folders.issuers, plural: "issuers", see: seenIssuer }),
    kind({ folder: folders.clusterIssuers, plural: "clusterissuers", namespaced: false, see: seenIssuer }),
  ],
  actions: (parts) => [renewAction(parts)],
};
