import type { InputField } from "../../shared/action.ts";
import type { LocalText } from "../../shared/text.ts";

/** A field of an action's input that need not be filled in; text, and empty at first, where nothing else is said. */
export function optionalField(
  name: string,
  label: LocalText,
  type: InputField["type"] = "text",
  initial: InputField["initial"] = "",
): InputField {
  return { name, label, type, required: false, choices: [], initial };
}
