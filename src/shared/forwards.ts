import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** A port of a resource that is reached at a port of this workstation's loopback address. */
export const portForwardSchema = z.object({
  id: z.string(),
  resource: z.string(),
  name: z.string(),
  localPort: z.int(),
  remotePort: z.int(),
  /** Connections open now, and since it was opened. */
  connections: z.int(),
  served: z.int(),
  openedAt: z.number(),
  /** Why the last connection failed; null when it did not. */
  error: wireErrorSchema.nullable(),
});
export type PortForward = z.infer<typeof portForwardSchema>;

/** `localPort` null: any that is free. */
export const portForwardRequestSchema = z.object({
  resource: z.string().max(700),
  remotePort: z.int().min(1).max(65_535),
  localPort: z.int().min(1024).max(65_535).nullable().default(null),
});
export type PortForwardRequest = z.infer<typeof portForwardRequestSchema>;

/** A port that a resource says it listens on. */
export const offeredPortSchema = z.object({ port: z.int(), name: z.string() });
export type OfferedPort = z.infer<typeof offeredPortSchema>;
