import { minuteInWords } from "../../shared/amount-words.ts";
import { text } from "../../shared/text.ts";
import { factEvidence, type ResourceRule } from "./rule.ts";

/** Networks that the provider still lets in though their end has come. */
export const allowlistOverdue: ResourceRule = {
  kinds: ["service"],
  look(resource) {
    const due = resource.fact("allowlist.isDue");
    const ends = resource.fact("allowlist.ends");
    const isGoing = resource.fact("allowlist.state")?.value === "toDelete";
    if (due?.value !== true || typeof ends?.value !== "number" || isGoing) return null;
    const at = minuteInWords(ends.value);
    return {
      health: "warning",
      text: text(
        `Its end came at ${at}, and the provider still lets it in.`,
        `Son échéance était le ${at}, et le fournisseur l'autorise toujours.`,
      ),
      evidence: [factEvidence(ends, text(`Its end: ${at}`, `Son échéance : ${at}`))],
      proposal: { kind: "procedure", id: "remove-network" },
    };
  },
};

/** Where the provider's list and the estate do not agree: what nobody declares is let in, or what is declared is not. */
export const allowlistDrift: ResourceRule = {
  kinds: ["service"],
  look(resource) {
    const missing = resource.fact("allowlist.missing");
    if (missing && Array.isArray(missing.value) && missing.value.length > 0) {
      const ranges = missing.value.join(", ");
      return {
        health: "warning",
        text: text(
          `The estate declares ${ranges}, and the provider's list does not let that in for good.`,
          `Le parc déclare ${ranges}, que la liste du fournisseur ne laisse pas entrer durablement.`,
        ),
        evidence: [factEvidence(missing, text(`Missing: ${ranges}`, `Absent : ${ranges}`))],
        proposal: { kind: "procedure", id: "allow-network" },
      };
    }
    const declared = resource.fact("allowlist.declared");
    if (declared?.value !== "undeclared") return null;
    return {
      health: "warning",
      text: text(
        "The provider lets it in without an end, and the estate does not declare it.",
        "Le fournisseur l'autorise sans échéance, et le parc ne le déclare pas.",
      ),
      evidence: [factEvidence(declared, text("As the list was read", "D'après la liste relevée"))],
      proposal: { kind: "procedure", id: "remove-network" },
    };
  },
};
