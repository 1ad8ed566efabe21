import { z } from "zod";
import { sshLogin, sshPlace } from "../estate-access.ts";
import { identifierSchema } from "../estate-words.ts";

/** Linux servers that a system does its work on over SSH, with a log-in and a way in common, which each may override. */
export const listedServers = {
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  user: sshLogin.user.optional(),
  authentication: sshLogin.authentication.optional(),
  servers: z.record(
    identifierSchema,
    z.strictObject({
      name: z.string().min(1).max(100).optional(),
      site: identifierSchema.optional(),
      ...sshPlace,
      user: sshLogin.user.optional(),
      authentication: sshLogin.authentication.optional(),
    }),
  ),
};

interface Logins {
  user?: string | undefined;
  authentication?: unknown;
}

/** Whether every server has a user and a way to log in, of its own or in common. */
export function canLogIn(config: Logins & { servers: Readonly<Record<string, Logins>> }): boolean {
  return Object.values(config.servers).every(
    (server) =>
      (server.user ?? config.user) !== undefined &&
      (server.authentication ?? config.authentication) !== undefined,
  );
}

/** The name of a systemd unit of some kind (systemd.unit(5)). */
export function unitNameSchema(kind: "service" | "timer", expected: string) {
  return z.string().regex(new RegExp(String.raw`^[A-Za-z0-9:_.@-]{1,200}\.${kind}$`), expected);
}
