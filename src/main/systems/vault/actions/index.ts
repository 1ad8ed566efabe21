import type { Action } from "../../../actions/action.ts";
import { revokeCertificateAction, revokeSerialAction } from "./certificates.ts";
import { renewLeaseAction, revokeLeaseAction, revokeLeasesAction } from "./leases.ts";
import { removePeerAction, stepDownAction } from "./nodes.ts";
import type { VaultActionParts } from "./parts.ts";
import { pkiIssueAction } from "./pki-issue.ts";
import { pkiSignAction } from "./pki-sign.ts";
import {
  deletePlainSecretAction,
  generatePlainSecretAction,
  writePlainSecretAction,
} from "./plain-secrets.ts";
import { rekeyBeginAction, rekeyCancelAction, rekeyForgetAction } from "./rekey.ts";
import { rekeyProofAction, rekeyShareAction } from "./rekey-shares.ts";
import { rollBackSecretAction } from "./roll-back.ts";
import { rotateAction } from "./rotate.ts";
import { sealAction } from "./seal.ts";
import { setMaxVersionsAction } from "./secret-settings.ts";
import { deleteVersionAction, destroyVersionAction, undeleteSecretAction } from "./secret-versions.ts";
import { generateSecretAction, writeSecretAction } from "./secrets.ts";
import { revokeTokenAction } from "./tokens.ts";
import { resetUnsealAction, unsealAction } from "./unseal.ts";

/** Everything that can be done to a Vault, its nodes, and what is in it. */
export function vaultActions(parts: VaultActionParts): Action[] {
  return [
    unsealAction(parts),
    resetUnsealAction(parts),
    sealAction(parts),
    stepDownAction(parts),
    removePeerAction(parts),
    rotateAction(parts),
    rekeyBeginAction(parts) as unknown as Action,
    rekeyShareAction(parts),
    rekeyProofAction(parts),
    rekeyCancelAction(parts),
    rekeyForgetAction(parts),
    revokeLeaseAction(parts) as unknown as Action,
    revokeLeasesAction(parts) as unknown as Action,
    renewLeaseAction(parts) as unknown as Action,
    revokeTokenAction(parts) as unknown as Action,
    writeSecretAction(parts) as unknown as Action,
    generateSecretAction(parts) as unknown as Action,
    rollBackSecretAction(parts) as unknown as Action,
    undeleteSecretAction(parts) as unknown as Action,
    deleteVersionAction(parts) as unknown as Action,
    destroyVersionAction(parts) as unknown as Action,
    setMaxVersionsAction(parts) as unknown as Action,
    writePlainSecretAction(parts) as unknown as Action,
    generatePlainSecretAction(parts) as unknown as Action,
    deletePlainSecretAction(parts) as unknown as Action,
    pkiSignAction(parts) as unknown as Action,
    ...(parts.keys ? [pkiIssueAction(parts, parts.keys) as unknown as Action] : []),
    revokeCertificateAction(parts),
    revokeSerialAction(parts) as unknown as Action,
  ];
}
