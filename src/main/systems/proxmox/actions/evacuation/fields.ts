import { z } from "zod";
import type { InputField } from "../../../../../shared/action.ts";
import { text } from "../../../../../shared/text.ts";
import { optionalField } from "../../../../actions/optional-field.ts";
import { limitField, withinLimitsField } from "../../../guest-evacuation.ts";

/** What an evacuation and a return ask for alike. */
export const movingShape = {
  /** Guests that move at a time. */
  limit: z.coerce.number().int().min(1).max(8).default(1),
  /** Whether containers that run are stopped and started again elsewhere. */
  containers: z.boolean().default(false),
  /** Whether disks that are on the node alone are copied. */
  localDisks: z.boolean().default(false),
  /** Whether nodes are filled no further than their environment's ceilings. */
  withinLimits: z.boolean().default(true),
};

export const movingFields: InputField[] = [
  limitField(1),
  optionalField(
    "containers",
    text(
      "Move running containers too: each is stopped and started again",
      "Déplacer aussi les conteneurs en marche : chacun est arrêté puis redémarré",
    ),
    "boolean",
    false,
  ),
  optionalField(
    "localDisks",
    text("Copy disks that are on one node alone", "Copier les disques présents sur un seul nœud"),
    "boolean",
    false,
  ),
  withinLimitsField,
];
