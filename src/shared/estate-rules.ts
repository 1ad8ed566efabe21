import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";

/** Everything that is watched for, in the order in which it is listed. */
export const ruleNames = [
  "backup-late",
  "spare-lost",
  "quorum-at-risk",
  "host-down",
  "vault-sealed",
  "certificate-ending",
  "token-ending",
  "disk-filling",
  "allowlist-overdue",
  "estate-drift",
  "readiness-red",
  "bundle-old",
  "workstation-outside",
] as const;
export type RuleName = (typeof ruleNames)[number];

const common = {
  /** False: it is not watched for anywhere. */
  enabled: z.boolean().default(true),
  /** Environments in which it is not watched for. */
  offIn: z.array(identifierSchema).max(50).default([]),
};
const plain = z.strictObject(common);

/** What is watched for and from when on it is told, under the estate's key `rules`. */
export const rulesSchema = z.strictObject({
  "backup-late": plain.prefault({}),
  "spare-lost": plain.prefault({}),
  "quorum-at-risk": plain.prefault({}),
  "host-down": z
    .strictObject({
      ...common,
      /** So long HA has to start its guests elsewhere. */
      minutes: z.int().min(0).max(120).default(5),
    })
    .prefault({}),
  "vault-sealed": plain.prefault({}),
  "certificate-ending": plain.prefault({}),
  "token-ending": z.strictObject({ ...common, hours: z.int().min(1).max(2400).default(24) }).prefault({}),
  "disk-filling": z
    .strictObject({
      ...common,
      /** Told when it will be full within so many days. */
      days: z.int().min(1).max(365).default(7),
      /** Told from this on whatever it does, in percent. */
      fullFrom: z.int().min(50).max(100).default(95),
    })
    .prefault({}),
  "allowlist-overdue": plain.prefault({}),
  "estate-drift": plain.prefault({}),
  "readiness-red": plain.prefault({}),
  "bundle-old": plain.prefault({}),
  "workstation-outside": plain.prefault({}),
});
export type Rules = z.infer<typeof rulesSchema>;

/** What holds where an estate says nothing. */
export const usualRules: Rules = rulesSchema.parse({});
