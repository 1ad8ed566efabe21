import { observedKind, type UsualKind } from "../../kinds/kind.ts";
import type { Addon } from "../addon.ts";
import { ChallengeGatherer, challengePart } from "./challenges.ts";
import { attachedOrder, attachedRequest } from "./issuance.ts";
import { acmePrefix, folders, prefix } from "./names.ts";
import { renewAction } from "./renew.ts";
import { seenCertificate, seenIssuer } from "./seen.ts";

const kind = (parts: UsualKind) => observedKind({ prefixes: [prefix], extra: true, ...parts });

/** cert-manager: what it issues, what is on the way to that, whom it issues it by, and issuing something anew. */
export const certManagerAddon: Addon = {
  kinds: [
    kind({ folder: folders.certificates, plural: "certificates", see: seenCertificate }),
    kind({
      ...{ folder: folders.requests, plural: "certificaterequests", attach: attachedRequest },
      lookedAtWith: [folders.certificates],
    }),
    kind({
      ...{ folder: folders.orders, plural: "orders", prefixes: [acmePrefix], attach: attachedOrder },
      lookedAtWith: [folders.certificates],
    }),
    kind({
      ...{ folder: folders.challenges, plural: "challenges", prefixes: [acmePrefix], part: challengePart },
      lookedAtWith: [folders.certificates],
      gatherer: (access) => new ChallengeGatherer(access),
    }),
    kind({ folder: folders.issuers, plural: "issuers", see: seenIssuer }),
    kind({ folder: folders.clusterIssuers, plural: "clusterissuers", namespaced: false, see: seenIssuer }),
  ],
  actions: (parts) => [renewAction(parts)],
};
