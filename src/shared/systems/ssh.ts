import { z } from "zod";
import { sshLogin, sshPlace } from "../estate-access.ts";
import { durationSchema, identifierSchema } from "../estate-words.ts";

/** The config of a system of type `ssh`: Linux hosts, with defaults that each host may override. */
export const sshSystemSchema = z.strictObject({
  type: z.literal("ssh"),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  user: sshLogin.user.optional(),
  authentication: sshLogin.authentication.optional(),
  /** How often facts are read again. */
  every: durationSchema.default("30s"),
  hosts: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      kind: z.enum(["host", "vm"]).default("host"),
      /** The host that a VM lives on. */
      parent: identifierSchema.optional(),
      site: identifierSchema.optional(),
      environment: identifierSchema.optional(),
      ...sshPlace,
      user: sshLogin.user.optional(),
      authentication: sshLogin.authentication.optional(),
    }),
  ),
});
export type SshSystemConfig = z.infer<typeof sshSystemSchema>;
