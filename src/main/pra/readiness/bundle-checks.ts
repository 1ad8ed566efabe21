import { type LocalText, text } from "../../../shared/text.ts";
import { type Context, checkOf } from "./context.ts";

/** Whether a sealed bundle is there to start another console from, where the estate asks for one. */
export function bundleChecks({ parts, findings }: Context): void {
  const known = parts.bundle?.() ?? null;
  if (!known?.wanted) return;
  const { note, age, late, error, checkedAt } = known;
  const missing = note?.missing ?? [];
  const there = note !== null && age !== null;
  findings.add(
    checkOf({
      id: "bundle",
      kind: "bundle",
      state: error !== null || !there ? "blocked" : late || missing.length > 0 ? "warning" : "ready",
      title: text("Sealed bundle", "Lot scellé"),
      text: error?.text ?? (there ? words(age, note.recipients, missing) : none),
      provenAt: error === null ? checkedAt : null,
      mend:
        error === null && there && !late && missing.length === 0
          ? null
          : {
              text: text(
                "Run `passerelle bundle make`, and see what it says.",
                "Lancez `passerelle bundle make` et voyez ce qu'il en dit.",
              ),
              resource: null,
              action: null,
            },
    }),
  );
}

const none = text("There is none yet.", "Il n'y en a pas encore.");

function words(age: number, recipients: readonly string[], missing: readonly string[]): LocalText {
  const hours = Math.floor(age / 3_600_000);
  const names = recipients.join(", ");
  const lacks = missing.join(", ");
  return text(
    `It is ${hours} h old and opens for ${names}.${lacks && ` It lacks ${lacks}.`}`,
    `Il a ${hours} h et s'ouvre pour ${names}.${lacks && ` Il y manque ${lacks}.`}`,
  );
}
