import { text } from "../../../shared/text.ts";
import { type Context, checkOf } from "./context.ts";

/** Whether there are enough people for gates that ask for two. */
export function peopleChecks({ ways, parts, findings, now }: Context): void {
  for (const { direction, nodes } of ways) {
    const gate = nodes.find((node) => node.kind === "gate" && node.gate.approvers === 2);
    if (!gate) continue;
    const known = parts.people();
    const count = known?.operatorsWithKeys ?? 0;
    findings.add(
      checkOf({
        id: `people/${direction}`,
        kind: "people",
        direction,
        node: gate.id,
        state: known === null ? "unknown" : count >= 2 ? "ready" : "blocked",
        title: text("Two people for gates", "Deux personnes pour les points d'accord"),
        text:
          known === null
            ? text(
                "Nobody knows how many people could approve.",
                "On ne sait pas combien de personnes pourraient approuver.",
              )
            : text(
                `${count} operators have a key to sign with; a gate asks for two people.`,
                `${count} opérateurs ont une clé pour signer ; un point d'accord demande deux personnes.`,
              ),
        provenAt: known === null ? null : now,
        mend:
          count >= 2
            ? null
            : {
                text: text(
                  'Add operators with their public keys under "operators" of the estate file.',
                  "Ajoutez des opérateurs avec leurs clés publiques sous « operators » du fichier de parc.",
                ),
                resource: null,
                action: null,
              },
      }),
    );
  }
}
