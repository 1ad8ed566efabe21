import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/** `LABEL OPERATOR "VALUE"`, as Prometheus writes matchers, joined by commas. */
const matcher = String.raw`\s*[A-Za-z_][A-Za-z0-9_]*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\["\\n])*"\s*`;
const matchersSchema = z
  .string()
  .max(1000)
  .regex(new RegExp(`^${matcher}(?:,${matcher}){0,19}$`), expectations.matchers.en);

/** What exporters are usually told apart by: the name of the machine, and often a port after it. */
const instanceMatcher = `instance=~"\${name}(:.*)?"`;

/** The config of a system of type `alertmanager`: one Prometheus Alertmanager, or a cluster of them, by its URL. */
export const alertmanagerSystemSchema = z
  .strictObject({
    type: z.literal("alertmanager"),
    name: z.string().min(1).max(100).optional(),
    /** Given, only what stands there is silenced by it. */
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    url: z
      .string()
      .max(400)
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.webAddress.en),
    user: z.string().min(1).max(100).optional(),
    password: secretReferenceSchema.optional(),
    token: secretReferenceSchema.optional(),
    /** The PEM file of the authority that vouches for it, relative to the estate file. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The certificate that must be shown, instead of one that an authority vouches for. */
    pin: certificatePinSchema.optional(),
    every: durationSchema.default("30s"),
    /**
     * Which alerts are about a resource, by its kind: matchers with `${name}`, `${id}` and `${address}` for what it is
     * called. What is left out is not silenced.
     */
    silence: z.partialRecord(z.enum(["host", "vm", "node", "cluster"]), matchersSchema).default({
      host: instanceMatcher,
      vm: instanceMatcher,
      node: instanceMatcher,
    }),
  })
  .refine(
    ({ user, password, token }) =>
      (user === undefined) === (password === undefined) && (user === undefined || token === undefined),
    { error: expectations.webLogin.en },
  );
export type AlertmanagerSystemConfig = z.infer<typeof alertmanagerSystemSchema>;
