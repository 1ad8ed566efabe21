import { z } from "zod";
import { envelopeOf, loginSchema, type VaultAuth } from "./answers.ts";
import type { VaultClient, VaultRequest } from "./client.ts";
import { service } from "./faults.ts";
import { explainLogin } from "./login-faults.ts";

const seconds = z.number().nonnegative().catch(0);
const lookupSchema = envelopeOf(
  z.object({
    accessor: z.string().catch(""),
    display_name: z.string().catch(""),
    policies: z.array(z.string()).nullish().catch([]),
    identity_policies: z.array(z.string()).nullish().catch([]),
    path: z.string().catch(""),
    type: z.string().catch("service"),
    ttl: seconds,
    creation_ttl: seconds,
    explicit_max_ttl: seconds,
    /** Of a periodic token: every renewal gives it this life again, without an end. */
    period: z
      .union([z.number(), z.string().transform(Number)])
      .nullish()
      .catch(null),
    renewable: z.boolean().catch(false),
    num_uses: z.number().catch(0),
    entity_id: z.string().catch(""),
    creation_time: seconds,
  }),
);
/** A token as `auth/token/lookup-self` tells it; lives in seconds, 0 for none. */
export type VaultToken = z.infer<typeof lookupSchema>["data"];

/** What Vault tells of a token to whoever has it. */
export async function lookUp(
  client: VaultClient,
  token: string,
  signal: AbortSignal,
  explain?: VaultRequest["explain"],
): Promise<VaultToken> {
  const request = { path: "auth/token/lookup-self", token, signal, ...(explain && { explain }) };
  return (await client.read(request, lookupSchema)).data;
}

/** A token that was brought along, in the form that a log-in gives. Throws `vault.login-refused` when it is no good. */
export async function lookUpAsAuth(
  client: VaultClient,
  token: string,
  signal: AbortSignal,
): Promise<VaultAuth> {
  const { accessor, policies, ttl, renewable, entity_id } = await lookUp(
    client,
    token,
    signal,
    explainLogin(client.name),
  );
  return {
    client_token: token,
    accessor,
    policies: policies ?? [],
    lease_duration: ttl,
    renewable,
    entity_id,
  };
}

/** What `auth` an answer holds. Throws `vault.garbage` where it holds none. */
export function tokenOf(answer: unknown, name: string): VaultAuth {
  const parsed = loginSchema.safeParse(answer);
  if (!parsed.success) throw service.http(name).garbage();
  return parsed.data.auth;
}

/** Gives the token its life again, as long as Vault lets it live. */
export async function renew(client: VaultClient, token: string, signal: AbortSignal): Promise<VaultAuth> {
  const path = "auth/token/renew-self";
  return tokenOf(await client.ask({ method: "POST", path, body: {}, token, signal }), client.name);
}

/** Ends the token and all that hangs on it. */
export async function revoke(client: VaultClient, token: string, signal: AbortSignal): Promise<void> {
  await client.ask({ method: "POST", path: "auth/token/revoke-self", body: {}, token, signal });
}
