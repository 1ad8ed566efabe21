import { z } from "zod";
import { sameText, text } from "../../../shared/text.ts";
import { explainLogin, secondFactor } from "../login-faults.ts";
import { askPerson, type LoginParts } from "./login-parts.ts";

const methodSchema = z.object({ type: z.string(), id: z.string(), uses_passcode: z.boolean().catch(false) });
const requirementSchema = z.object({
  auth: z.object({
    mfa_requirement: z.object({
      mfa_request_id: z.string().min(1),
      mfa_constraints: z.record(z.string(), z.object({ any: z.array(methodSchema).min(1) })),
    }),
  }),
});
type Constraint = z.infer<
  typeof requirementSchema
>["auth"]["mfa_requirement"]["mfa_constraints"][string]["any"];

/**
 * The answer itself, unless it asks for second factors: then each is given, by a passcode that a person is asked for, or
 * on another device, and the answer is that of `sys/mfa/validate`
 * (https://developer.hashicorp.com/vault/api-docs/system/mfa/validate). Throws `vault.second-factor`.
 */
export async function withSecondFactor(
  answer: unknown,
  parts: LoginParts,
  signal: AbortSignal,
): Promise<unknown> {
  const required = requirementSchema.safeParse(answer).data?.auth.mfa_requirement;
  if (!required) return answer;
  const { client, questions } = parts;
  if (!questions.interactive) {
    throw secondFactor(
      client.name,
      text("nobody can be asked for it here", "personne ne peut être sollicité ici"),
    );
  }
  const payload: Record<string, string[]> = {};
  for (const { any } of Object.values(required.mfa_constraints)) {
    const method = chosen(any);
    if (!method.uses_passcode) {
      payload[method.id] = [];
      continue;
    }
    const [code = ""] = await askPerson(
      [{ label: sameText(`Code (${method.type})`), echo: false }],
      parts,
      signal,
    );
    payload[method.id] = [code.trim()];
  }
  return client.ask({
    method: "POST",
    path: "sys/mfa/validate",
    body: { mfa_request_id: required.mfa_request_id, mfa_payload: payload },
    explain: (status, words) =>
      status === 400 || status === 403
        ? secondFactor(client.name, text("what was given is not right", "ce qui a été donné n'est pas bon"))
        : explainLogin(client.name)(status, words),
    signal,
  });
}

/** One that asks for a passcode where there is a choice: it needs no other device to answer in time. */
function chosen(any: Constraint): Constraint[number] {
  const [first] = any;
  return any.find(({ uses_passcode }) => uses_passcode) ?? (first as Constraint[number]);
}
