import { z } from "zod";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";
import { canLogIn, listedServers, unitNameSchema } from "./listed-servers.ts";

const resourceReference = z.string().min(1).max(700);

/** The config of a system of type `file-store`: backup jobs that run on one of several servers, and move between them. */
export const fileStoreSystemSchema = z
  .strictObject({
    type: z.literal("file-store"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    ...listedServers,
    every: durationSchema.default("1m"),
    jobs: z.record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        environment: identifierSchema.optional(),
        /** The service that does the backup and ends, and the timer that starts it. */
        service: unitNameSchema("service", expectations.systemdUnit.en),
        timer: unitNameSchema("timer", expectations.systemdUnit.en),
        /** The servers that it may run on, the usual one first. */
        runsOn: z.array(identifierSchema).min(1).max(10),
        /** As the timer has it: systemd's calendar events, or cron. */
        schedule: z.string().min(1).max(200).optional(),
        timeZone: z.string().max(60).optional(),
        /** The identifiers of what it backs up. */
        of: z.array(resourceReference).max(50).default([]),
        /** The identifier of where it puts that, such as a bucket of an S3 system, which tells how fresh it is. */
        target: resourceReference.optional(),
        /** Whether the target is at another site than what is backed up. */
        offSite: z.boolean().default(true),
        keep: durationSchema.optional(),
      }),
    ),
  })
  .refine(canLogIn, { path: ["servers"], error: expectations.serverLogin.en })
  .refine(
    ({ jobs, servers }) =>
      Object.values(jobs).every(({ runsOn }) => runsOn.every((id) => Object.hasOwn(servers, id))),
    { path: ["jobs"], error: expectations.jobServers.en },
  );
export type FileStoreSystemConfig = z.infer<typeof fileStoreSystemSchema>;
export type FileStoreJob = FileStoreSystemConfig["jobs"][string];
