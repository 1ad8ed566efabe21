import type { FactUnit } from "../../shared/facts.ts";
import { factDefinitions, factWords } from "../../shared/facts.ts";
import type { FactValue as Value } from "../../shared/resource.ts";
import type { Language } from "../../shared/text.ts";
import { useLanguage, useWords } from "../i18n/index.ts";
import { placeTo } from "../state/router.ts";
import { formatFact } from "./format.ts";

const definitions: Record<string, { unit: FactUnit }> = factDefinitions;

/** The unit in which a fact key's values are written. */
export function unitOf(key: string): FactUnit {
  return definitions[key]?.unit ?? "none";
}

/** Facts whose values are identifiers of resources, or words where the resource is not there. */
const ofResources: ReadonlySet<string> = new Set(["backup.of", "backup.policy", "backup.protects"]);

/** A fact's value by the unit of its key: bytes, percent with a bar, time; a missing one says so. */
export function FactValue({ name, value: told }: { name: string; value: Value | undefined }) {
  const t = useWords("common");
  const language = useLanguage();
  const value = inWords(name, told, language);
  const unit = unitOf(name);
  const words =
    value === undefined
      ? null
      : formatFact(value, unit, language, { yes: t("yes"), no: t("no"), none: t("none") });
  if (words === null) return <span className="fact-unknown">{t("health.unknown")}</span>;
  const isLink = ofResources.has(name);
  if (Array.isArray(value) && (value.length > 1 || isLink)) {
    return (
      <ul className="fact-list">
        {value.map((line) => (
          <li key={line}>{isLink ? <ResourceLink id={line} /> : line}</li>
        ))}
      </ul>
    );
  }
  if (isLink && typeof value === "string") return <ResourceLink id={value} />;
  if (unit === "percent" && typeof value === "number") {
    const level = value >= 97 ? "high" : value >= 90 ? "raised" : "normal";
    return (
      <span className="percent">
        <span className="percent-words">{words}</span>
        <span className={`percent-bar percent-${level}`} aria-hidden="true">
          <span style={{ inlineSize: `${Math.min(100, Math.max(0, value))}%` }} />
        </span>
      </span>
    );
  }
  return <span className={typeof value === "number" ? "figure" : "words"}>{words}</span>;
}

/** Identifiers begin with their system; what does not is the name of something that is not there. */
function ResourceLink({ id }: { id: string }) {
  return id.includes("/") ? <a href={placeTo("resource", id)}>{id}</a> : <span className="words">{id}</span>;
}

/** A value with the words of a protocol in it written in this language. */
function inWords(name: string, value: Value | undefined, language: Language): Value | undefined {
  const word = (each: string) => factWords(name, each)?.[language] ?? each;
  if (typeof value === "string") return word(value);
  return Array.isArray(value) ? value.map(word) : value;
}
