import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";

/** `vnc.no-screen`: the system knows no screen of this resource. */
export function noScreen(system: string, resource: string): OpsError {
  return new OpsError({
    code: "vnc.no-screen",
    system,
    message: text(
      `The estate file declares no VNC screen for ${resource}.`,
      `Le fichier de parc ne déclare aucun écran VNC pour ${resource}.`,
    ),
    hint: text(
      "Declare it under `screens` of a system of type `vnc`.",
      "Déclarez-le sous « screens » d'un système de type « vnc ».",
    ),
  });
}
