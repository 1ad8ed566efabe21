import { z } from "zod";
import { envelopeOf } from "../../vault/answers.ts";

/** What the paths below `sys/` answer (https://developer.hashicorp.com/vault/api-docs/system). */

const count = z.number().int().nonnegative().catch(0);
const words = z.string().catch("");

export const healthSchema = z.object({
  initialized: z.boolean(),
  sealed: z.boolean(),
  standby: z.boolean().catch(true),
  performance_standby: z.boolean().catch(false),
  replication_dr_mode: words,
  /** Seconds since 1970 by its own clock. */
  server_time_utc: z.number().catch(0),
  version: words,
  cluster_name: words,
});
export type VaultHealth = z.infer<typeof healthSchema>;

export const sealStatusSchema = z.object({
  initialized: z.boolean().catch(true),
  sealed: z.boolean(),
  t: count,
  n: count,
  progress: count,
  nonce: words,
  version: words,
  /** It opens by itself with a key kept elsewhere; people hold recovery keys. */
  recovery_seal: z.boolean().catch(false),
});
export type SealStatus = z.infer<typeof sealStatusSchema>;

export const leaderSchema = z.object({
  is_self: z.boolean().catch(false),
  leader_address: words,
  raft_committed_index: count,
  raft_applied_index: count,
});

export const mountsSchema = envelopeOf(
  z.record(
    z.string(),
    z.object({
      type: z.string(),
      description: words,
      options: z.record(z.string(), z.unknown()).nullish().catch(null),
    }),
  ),
);
export const namedSchema = envelopeOf(z.record(z.string(), z.object({ type: words })));
export const keysSchema = envelopeOf(z.object({ keys: z.array(z.string()).catch([]) }));
export const keyStatusSchema = envelopeOf(z.object({ term: count, install_time: words }));

export const autopilotSchema = envelopeOf(
  z.object({
    healthy: z.boolean(),
    failure_tolerance: z.number().catch(0),
    leader: words,
    servers: z
      .record(
        z.string(),
        z.object({
          name: words,
          address: words,
          status: words,
          healthy: z.boolean().catch(false),
          last_contact: words,
          last_index: count,
        }),
      )
      .catch({}),
  }),
);
export type Autopilot = z.infer<typeof autopilotSchema>["data"];

export const raftSchema = envelopeOf(
  z.object({
    config: z.object({
      servers: z
        .array(
          z.object({
            node_id: z.string(),
            address: words,
            leader: z.boolean().catch(false),
            voter: z.boolean().catch(true),
          }),
        )
        .catch([]),
    }),
  }),
);

export const certificateSchema = envelopeOf(
  z.object({ certificate: z.string(), revocation_time: z.number().catch(0) }),
);

export const leaseSchema = envelopeOf(
  z.object({
    id: z.string(),
    expire_time: z.string().nullish().catch(null),
    renewable: z.boolean().catch(false),
    /** Seconds. */
    ttl: z.number().catch(0),
  }),
);
