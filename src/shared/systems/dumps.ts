import { z } from "zod";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";
import { canLogIn, listedServers, unitNameSchema } from "./listed-servers.ts";

/** The config of a system of type `dumps`: backups that are files on servers, such as dumps of databases. */
export const dumpsSystemSchema = z
  .strictObject({
    type: z.literal("dumps"),
    name: z.string().min(1).max(100).optional(),
    site: identifierSchema.optional(),
    environment: identifierSchema.optional(),
    ...listedServers,
    every: durationSchema.default("5m"),
    sets: z.record(
      identifierSchema,
      z.strictObject({
        name: z.string().min(1).max(100).optional(),
        environment: identifierSchema.optional(),
        /** The identifier of what they can bring back. */
        of: z.string().min(1).max(700).optional(),
        directory: z
          .string()
          .max(400)
          .regex(/^\/[^\0\n]*$/, expectations.dumpDirectory.en),
        /** The names of the files, with the marks of a shell. */
        pattern: z
          .string()
          .max(200)
          .regex(/^[A-Za-z0-9_*?[][A-Za-z0-9._*?[\]-]*$/, expectations.dumpPattern.en),
        /** What they are; told by their first bytes when left out. */
        format: z.enum(["gzip", "pg-custom"]).optional(),
        /** From one to the next. */
        every: durationSchema,
        /** When they are made: cron or systemd's calendar events; so long after each other when left out. */
        schedule: z.string().min(1).max(200).optional(),
        timeZone: z.string().max(60).optional(),
        keep: durationSchema,
        /** The servers that have them all; the first makes them. */
        on: z.array(identifierSchema).min(1).max(10),
        /** The service on the first server that makes one and ends. */
        service: unitNameSchema("service", expectations.systemdUnit.en).optional(),
        /** Bytes; one with fewer has failed. */
        smallest: z.int().min(1).default(1),
      }),
    ),
  })
  .refine(canLogIn, { path: ["servers"], error: expectations.serverLogin.en })
  .refine(
    ({ sets, servers }) =>
      Object.values(sets).every(({ on }) => on.every((id) => Object.hasOwn(servers, id))),
    {
      path: ["sets"],
      error: expectations.jobServers.en,
    },
  );
export type DumpsSystemConfig = z.infer<typeof dumpsSystemSchema>;
export type DumpSetConfig = DumpsSystemConfig["sets"][string];
