import type { ResourceKind } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import { shown } from "../../../estate/faults.ts";
import type { Path } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * A resource that is named by its identifier: one that the estate declares, and of a kind that is wanted. What a system
 * finds only once it is reached (the nodes of a cluster) is left to the plan.
 */
export function checkResource(
  id: string,
  path: Path,
  { resources, report }: Pick<Surroundings, "resources" | "report">,
  wanted?: { action: string; kinds: readonly ResourceKind[] },
): void {
  if (resources === null) return;
  const kinds = resources.kinds.get(id);
  if (kinds === undefined) {
    if (resources.mayBeFound(id)) return;
    report.at(path, {
      message: text(
        `The estate declares no resource "${shown(id)}".`,
        `Le parc ne déclare pas de ressource « ${shown(id)} ».`,
      ),
      expected: text("the identifier of a resource", "l'identifiant d'une ressource"),
      word: id,
      candidates: [...resources.kinds.keys()],
    });
    return;
  }
  if (wanted === undefined || kinds.some((kind) => wanted.kinds.includes(kind))) return;
  report.at(path, {
    message: text(
      `"${wanted.action}" cannot be done on ${shown(id)}, which is ${kinds.join(", ")}.`,
      `« ${wanted.action} » ne peut pas se faire sur ${shown(id)}, de type ${kinds.join(", ")}.`,
    ),
    expected: text(`one of ${wanted.kinds.join(", ")}`, `au choix : ${wanted.kinds.join(", ")}`),
  });
}
