/** What a key press means to the line that is being typed. */
type Key = { kind: "text"; text: string } | { kind: "key"; name: string };

const controls = new Map([
  ["\r", "enter"],
  ["\n", "enter"],
  ["\u007f", "erase"],
  ["\b", "erase"],
  ["\u0001", "home"],
  ["\u0005", "end"],
  ["\u0002", "left"],
  ["\u0006", "right"],
  ["\u0003", "interrupt"],
  ["\u0004", "end-of-input"],
  ["\u0010", "up"],
  ["\u000e", "down"],
  ["\u000b", "cut-right"],
  ["\u0015", "cut-left"],
  ["\u0017", "cut-word"],
  ["\u000c", "clear"],
]);
const sequences = new Map([
  ["A", "up"],
  ["B", "down"],
  ["C", "right"],
  ["D", "left"],
  ["H", "home"],
  ["F", "end"],
  ["1~", "home"],
  ["3~", "delete"],
  ["4~", "end"],
]);

const escapeCharacter = "\u001b";

function isControl(words: string, index: number): boolean {
  const code = words.charCodeAt(index);
  return code < 32 || code === 127;
}

/** Cuts what a terminal sends into keys; an escape sequence may come in pieces (ECMA-48, 5.4). */
export class KeyReader {
  private held = "";

  read(words: string): Key[] {
    const keys: Key[] = [];
    let rest = this.held + words;
    this.held = "";
    while (rest !== "") {
      if (rest.startsWith(escapeCharacter)) {
        const sequence = /^(?:\[([0-9;?]*[ -/]*[@-~])|O([A-Z])|[^[O])/.exec(rest.slice(1));
        if (!sequence) {
          this.held = rest.length > 32 ? "" : rest;
          break;
        }
        keys.push({ kind: "key", name: sequences.get(sequence[1] ?? sequence[2] ?? "") ?? "unknown" });
        rest = rest.slice(1 + sequence[0].length);
        continue;
      }
      let plain = 0;
      while (plain < rest.length && !isControl(rest, plain)) plain += 1;
      if (plain > 0) keys.push({ kind: "text", text: rest.slice(0, plain) });
      else keys.push({ kind: "key", name: controls.get(rest[0] ?? "") ?? "unknown" });
      rest = rest.slice(Math.max(1, plain));
    }
    return keys;
  }
}

const historyLimit = 200;
const lineLimit = 16_384;

/** The line that is being typed, where the cursor stands in it, and the lines before it. */
export class LineEditor {
  line = "";
  cursor = 0;
  private history: string[] = [];
  private recalled = 0;
  private draft = "";

  insert(words: string): void {
    const room = words.slice(0, Math.max(0, lineLimit - this.line.length));
    this.line = this.line.slice(0, this.cursor) + room + this.line.slice(this.cursor);
    this.cursor += room.length;
  }

  /** Applies an editing key; false when it is none. */
  press(name: string): boolean {
    const { line, cursor } = this;
    const cut = (from: number, to: number) => {
      this.line = line.slice(0, from) + line.slice(to);
      this.cursor = from;
    };
    if (name === "erase") cut(Math.max(0, cursor - 1), cursor);
    else if (name === "delete") cut(cursor, Math.min(line.length, cursor + 1));
    else if (name === "left") this.cursor = Math.max(0, cursor - 1);
    else if (name === "right") this.cursor = Math.min(line.length, cursor + 1);
    else if (name === "home") this.cursor = 0;
    else if (name === "end") this.cursor = line.length;
    else if (name === "cut-left") cut(0, cursor);
    else if (name === "cut-right") cut(cursor, line.length);
    else if (name === "cut-word") cut(/\S*\s*$/.exec(line.slice(0, cursor))?.index ?? 0, cursor);
    else if (name === "up") this.recall(this.recalled - 1);
    else if (name === "down") this.recall(this.recalled + 1);
    else return false;
    return true;
  }

  /** Takes the line away; `remembered` lines can be called back. */
  take(remembered: boolean): string {
    const { line } = this;
    if (remembered && line.trim() !== "" && line !== this.history.at(-1)) this.history.push(line);
    if (this.history.length > historyLimit) this.history.shift();
    this.recalled = this.history.length;
    this.line = "";
    this.cursor = 0;
    return line;
  }

  private recall(index: number): void {
    if (index < 0 || index > this.history.length) return;
    if (this.recalled === this.history.length) this.draft = this.line;
    this.recalled = index;
    this.line = this.history[index] ?? this.draft;
    this.cursor = this.line.length;
  }
}
