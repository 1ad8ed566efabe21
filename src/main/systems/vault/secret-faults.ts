import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { service } from "../../vault/faults.ts";

/** `vault.no-such-secret`: nothing stands at the path, or not for whoever is signed in. */
export function noSuchSecret(name: string, path: string): OpsError {
  return service.fault(
    "no-such-secret",
    text(`${name} has no secret at ${path}.`, `${name} n'a aucun secret à ${path}.`),
    text(
      "It may be gone by now: read its folder again.",
      "Il a peut-être disparu depuis : relisez son dossier.",
    ),
  );
}
