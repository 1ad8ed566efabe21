import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { numberAt, wordAt } from "../kinds/seen.ts";
import type { Tree } from "../manifests/content.ts";
import { rights } from "../rights.ts";
import type { ClusterActionParts } from "./parts.ts";
import { switchAction } from "./switch.ts";

const usual = {
  kinds: ["machine-pool"],
  plural: "machineconfigpools",
  field: "paused",
  right: rights.patchPools,
  bulk: true,
  states: {
    on: text(
      "The pool is paused: its machines get no new configuration.",
      "Le pool est en pause : ses machines ne reçoivent aucune nouvelle configuration.",
    ),
    off: text(
      "The pool is not paused: its machines are kept up to date.",
      "Le pool n'est pas en pause : ses machines sont tenues à jour.",
    ),
  },
} as const;

/** Pause and resume of a MachineConfigPool. Source: machineconfiguration.openshift.io/v1, `spec.paused`. */
export function poolActions(parts: ClusterActionParts): Action[] {
  return [
    switchAction(parts, {
      ...usual,
      id: "kubernetes.pause-pool",
      title: text("Pause the pool", "Mettre le pool en pause"),
      verb: text("Pause", "Mettre en pause"),
      risk: "safe",
      wanted: true,
      step: text(
        "Let no machine of the pool take a new configuration; one that is being updated ends that first.",
        "Ne laisser aucune machine du pool prendre une nouvelle configuration ; celle qui est en cours de mise à jour la termine d'abord.",
      ),
      undo: text("Resume the pool.", "Reprendre le pool."),
      notes: (pool) => [
        waiting(pool),
        text(
          "While it is paused, machines do not get renewed certificates either: do not leave it so for long.",
          "Pendant la pause, les machines ne reçoivent pas non plus de certificats renouvelés : ne la prolongez pas.",
        ),
      ],
    }),
    switchAction(parts, {
      ...usual,
      id: "kubernetes.resume-pool",
      title: text("Resume the pool", "Reprendre le pool"),
      verb: text("Resume", "Reprendre"),
      risk: "disruptive",
      wanted: false,
      step: text(
        "Let the machines of the pool take their configuration: each that waits is drained and restarted in turn.",
        "Laisser les machines du pool prendre leur configuration : chacune qui attend est évacuée puis redémarrée à son tour.",
      ),
      undo: text("Pause the pool again.", "Remettre le pool en pause."),
      notes: (pool) => [waiting(pool)],
    }),
  ];
}

/** How many machines have another configuration than the one that is wanted. */
function waiting(pool: Tree): LocalText {
  const count = (key: string) => numberAt(pool, "status", key) ?? 0;
  const [all, updated] = [count("machineCount"), count("updatedMachineCount")];
  const wanted = wordAt(pool, "spec", "configuration", "name");
  const isSame = wanted === null || wanted === wordAt(pool, "status", "configuration", "name");
  if (isSame && updated >= all) {
    return text(
      `No machine waits: all ${all} are up to date.`,
      `Aucune machine n'attend : les ${all} sont à jour.`,
    );
  }
  const left = isSame ? all - updated : Math.max(all - updated, 0);
  return text(
    `Machines that wait for ${wanted ?? "their configuration"}: ${left} of ${all}.`,
    `Machines qui attendent ${wanted ?? "leur configuration"} : ${left} sur ${all}.`,
  );
}
