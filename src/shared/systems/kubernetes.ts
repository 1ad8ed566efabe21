import { z } from "zod";
import { secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/**
 * The config of a system of type `kubernetes`: one cluster, by a context of a kubeconfig, or by its API server and a
 * log-in. Paths are relative to the estate file.
 */
export const kubernetesSystemSchema = z
  .strictObject({
    type: z.literal("kubernetes"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    via: identifierSchema.optional(),
    allowlist: identifierSchema.optional(),
    kubeconfig: z.string().min(1).max(400).optional(),
    /** The kubeconfig's current one when left out. */
    context: z.string().min(1).max(253).optional(),
    server: z
      .string()
      .max(400)
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, expectations.apiServer.en)
      .optional(),
    /** The PEM file of the authority that vouches for the API server; the workstation's own when left out. */
    certificateAuthority: z.string().min(1).max(400).optional(),
    /** The name that the API server's certificate must bear, where that is not the one in `server`. */
    serverName: z.string().min(1).max(253).optional(),
    token: secretReferenceSchema.optional(),
    /** A PEM file, and the secret that holds its private key as PEM. */
    clientCertificate: z.string().min(1).max(400).optional(),
    clientKey: secretReferenceSchema.optional(),
    /** Only these are looked at; all when empty. */
    namespaces: z
      .array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, expectations.namespace.en))
      .max(200)
      .default([]),
    /** The system whose exported restore points are imported into this cluster: what those are of. */
    importsFrom: identifierSchema.optional(),
    /** `read`: the certificates in TLS secrets are read one by one, which brings their keys to this console for a moment. */
    tlsSecrets: z.enum(["metadata", "read"]).default("metadata"),
    every: durationSchema.default("30s"),
  })
  .refine(({ kubeconfig, server }) => (kubeconfig === undefined) !== (server === undefined), {
    error: expectations.clusterAccess.en,
  });
export type KubernetesSystemConfig = z.infer<typeof kubernetesSystemSchema>;
