import { readFile } from "node:fs/promises";
import { z } from "zod";
import { OpsError, wireErrorSchema } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

const deadline = 5_000;
const addressSchema = z.object({ url: z.url(), token: z.string() });
const answerSchema = z.union([
  z.object({ status: z.looseObject({}) }),
  z.object({ error: wireErrorSchema.nullable() }),
]);

/**
 * Has a running lab carry out the words of a command, such as `fault region-dead east`; `control` is the file that says how
 * it takes them. Throws OpsError: what the lab has against it, or `lab.not-running`.
 */
export async function commandLab(control: string, words: readonly string[]): Promise<void> {
  const answer = await send(control, words).catch((cause: unknown) => {
    throw new OpsError({
      code: "lab.not-running",
      system: "lab",
      message: text("The lab of the drill does not answer.", "Le labo de l'exercice ne répond pas."),
      hint: text("End the drill and start it again.", "Terminez l'exercice et relancez-le."),
      cause,
    });
  });
  if ("error" in answer && answer.error) {
    const { code, system, message, hint } = answer.error;
    throw new OpsError({ code, system, message, hint });
  }
}

async function send(control: string, words: readonly string[]): Promise<z.infer<typeof answerSchema>> {
  const { url, token } = addressSchema.parse(JSON.parse(await readFile(control, "utf8")));
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ words }),
    signal: AbortSignal.timeout(deadline),
  });
  return answerSchema.parse(await response.json());
}
