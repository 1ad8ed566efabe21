import { z } from "zod";
import { bundleSchema } from "./bundle.ts";
import { hopSchema } from "./estate-access.ts";
import { capacityRulesSchema, parityRuleSchema } from "./estate-capacity.ts";
import { certificateRulesSchema } from "./estate-certificates.ts";
import { rulesSchema } from "./estate-rules.ts";
import { durationSchema, expectations, identifierSchema } from "./estate-words.ts";
import { operatorsSchema } from "./people.ts";
import { praPlansSchema } from "./pra-plan.ts";
import { proceduresSchema } from "./procedure.ts";
import { breakGlassSchema, signInSettingsSchema } from "./sign-in.ts";
import { localTextSchema } from "./text.ts";

export const supportWindows = ["gold", "silver-6", "silver-5"] as const;

/** What every estate has; `systems` is closed over the known system types by main/estate. */
export const estateSchema = z.strictObject({
  passerelle: z.literal(1),
  name: z.string().min(1).max(100),
  environments: z
    .record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        supportWindow: z.enum(supportWindows).optional(),
        rpo: durationSchema.optional(),
        rto: durationSchema.optional(),
        timeZone: z.string().max(60).optional(),
        capacity: capacityRulesSchema.optional(),
      }),
    )
    .default({}),
  sites: z
    .record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        environment: identifierSchema.optional(),
      }),
    )
    .default({}),
  parity: z.array(parityRuleSchema).max(50).default([]),
  reach: z
    .strictObject({
      /** known_hosts files in OpenSSH's format, relative to the estate file, read before the console's own. */
      knownHosts: z.array(z.string()).default([]),
      allowlists: z
        .record(
          identifierSchema,
          z.array(z.union([z.cidrv4(), z.cidrv6()], expectations.addressRange.en)).min(1),
        )
        .default({}),
      hops: z.record(identifierSchema, hopSchema).default({}),
    })
    .default({ knownHosts: [], allowlists: {}, hops: {} }),
  systems: z.record(identifierSchema, z.looseObject({ type: z.string() })).default({}),
  procedures: proceduresSchema.default({}),
  plans: praPlansSchema.default({}),
  operators: operatorsSchema.default({}),
  signIn: signInSettingsSchema.optional(),
  breakGlass: breakGlassSchema.optional(),
  certificates: certificateRulesSchema.optional(),
  rules: rulesSchema.optional(),
  bundle: bundleSchema.optional(),
});
export type Estate = z.infer<typeof estateSchema>;

/** Something wrong in an estate file: where, what was expected, and the nearest valid word if there is one. */
export const estateFaultSchema = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: z.string(),
  message: localTextSchema,
  expected: localTextSchema.nullable(),
  nearMiss: z.string().nullable(),
});
export type EstateFault = z.infer<typeof estateFaultSchema>;
