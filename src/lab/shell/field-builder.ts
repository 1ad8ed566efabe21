import { escapePattern } from "./pattern.ts";

export interface Field {
  text: string;
  /** The text with quoted characters made plain, to be matched against names. */
  pattern: string;
  /** Whether an unquoted character in it means something in a pattern. */
  magic: boolean;
}

/** Collects pieces into fields, splitting what expansions gave at the separators (POSIX.1-2024, 2.6.5). */
export class FieldBuilder {
  private readonly separators: string | null;
  private readonly fields: Field[] = [];
  private current: Field | null = null;

  /** `separators` is the value of IFS; null keeps everything in one field. */
  constructor(separators: string | null) {
    this.separators = separators;
  }

  /** Adds words as they were written. */
  add(text: string, quoted: boolean): void {
    this.current ??= { text: "", pattern: "", magic: false };
    this.current.text += text;
    this.current.pattern += quoted ? escapePattern(text) : text.replace(/\\/g, "\\\\");
    if (!quoted && /[*?[]/.test(text)) this.current.magic = true;
  }

  /** Adds what an expansion gave: split unless it stands between quotes. */
  addValue(value: string, quoted: boolean): void {
    if (quoted || this.separators === null) {
      this.add(value, quoted);
      return;
    }
    let plain = "";
    let afterBlank = false;
    const flush = () => {
      if (plain !== "") this.add(plain, false);
      plain = "";
    };
    for (const character of value) {
      if (!this.separators.includes(character)) {
        plain += character;
        afterBlank = false;
        continue;
      }
      const blank = " \t\n".includes(character);
      flush();
      if (!blank && !afterBlank) this.current ??= { text: "", pattern: "", magic: false };
      this.endField();
      afterBlank = blank;
    }
    flush();
  }

  /** Adds several fields, the first joined to what stands before and the last to what follows (`"$@"`). */
  addFields(values: readonly string[], quoted: boolean): void {
    for (const [index, value] of values.entries()) {
      if (index > 0) this.endField();
      if (quoted) this.add(value, true);
      else this.addValue(value, false);
    }
  }

  finish(): Field[] {
    this.endField();
    return this.fields;
  }

  private endField(): void {
    if (this.current) this.fields.push(this.current);
    this.current = null;
  }
}
