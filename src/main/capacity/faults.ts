import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/** `capacity.no-such-host` */
export function noSuchHost(id: string): OpsError {
  return new OpsError({
    code: "capacity.no-such-host",
    system: "console",
    message: text(
      `No hypervisor knows ${id} as one of its hosts now.`,
      `Aucun hyperviseur ne connaît actuellement ${id} comme l'un de ses hôtes.`,
    ),
    hint: text(
      "It may just have been removed, or not been read yet; choose among the hosts that are shown.",
      "Il vient peut-être d'être retiré, ou n'a pas encore été lu ; choisissez parmi les hôtes affichés.",
    ),
  });
}
