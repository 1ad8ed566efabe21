import { z } from "zod";
import { addressSchema } from "./estate-access.ts";
import { identifierSchema } from "./estate-words.ts";

/** Machines of an estate's copy: by SSH, by their management engines, by their screens; and what watches over them. */

const words = z.string().min(1).max(1000);
const port = z.int().min(1).max(65_535);

/** What every system says of itself in the estate file, as it stands there. */
export const commonCopy = {
  name: words.optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  every: words.optional(),
};

/** What a machine says of itself in the estate file, as it stands there. */
const machine = {
  name: words.optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
};

export const sshCopySchema = z.strictObject({
  type: z.literal("ssh"),
  ...commonCopy,
  hosts: z.record(
    identifierSchema,
    z.strictObject({
      ...machine,
      kind: z.enum(["host", "vm"]),
      parent: identifierSchema.optional(),
      address: addressSchema,
      isOff: z.boolean(),
      /** Null: it was not read. */
      processors: z.int().min(1).max(4096).nullable(),
      memory: z.number().positive().nullable(),
      system: z.enum(["debian", "ubuntu"]),
      /** Packages of which there is a newer version. */
      pending: z.int().min(0),
      /** Units that have failed, with their suffix. */
      failedUnits: z.array(words).max(100),
    }),
  ),
});

export const amtCopySchema = z.strictObject({
  type: z.literal("amt"),
  ...commonCopy,
  machines: z.record(
    identifierSchema,
    z.strictObject({
      ...machine,
      address: addressSchema,
      /** Whether it answers over TLS alone. */
      isSecure: z.boolean(),
      /** Whether its screen is looked at. */
      hasScreen: z.boolean(),
      isOff: z.boolean(),
    }),
  ),
});

export const vncCopySchema = z.strictObject({
  type: z.literal("vnc"),
  ...commonCopy,
  screens: z.record(
    identifierSchema,
    z.strictObject({
      ...machine,
      kind: z.enum(["host", "vm"]),
      parent: identifierSchema.optional(),
      address: addressSchema,
      port,
    }),
  ),
});

export const alertmanagerCopySchema = z.strictObject({
  type: z.literal("alertmanager"),
  ...commonCopy,
  address: addressSchema,
  port,
  /** By the kind of a resource, the matchers of what is silenced with it. */
  silence: z.record(words, words),
});
