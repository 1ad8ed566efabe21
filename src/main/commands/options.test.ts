import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { dataFolder, estatePath, noFurtherWords, parseOptions } from "./options.ts";

const options = { estate: { type: "string" }, yes: { type: "boolean" } } as const;

function usageErrorOf(work: () => unknown): OpsError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown;
  }
  throw new Error("no usage error was thrown");
}

describe("parseOptions", () => {
  it("takes options and words in any order, and --data everywhere", () => {
    const { values, positionals } = parseOptions(
      ["one", "--yes", "two", "--data", "d", "--estate=e"],
      options,
    );
    expect(values).toEqual({ yes: true, data: "d", estate: "e" });
    expect(positionals).toEqual(["one", "two"]);
    expect(parseOptions(["--", "--yes"], options).positionals).toEqual(["--yes"]);
  });

  it.each([
    [
      ["--password=opensesame"],
      "There is no option --password here.",
      "L'option --password n'existe pas ici.",
    ],
    [
      ["--password", "opensesame"],
      "There is no option --password here.",
      "L'option --password n'existe pas ici.",
    ],
    [["-p", "opensesame"], "There is no option -p here.", "L'option -p n'existe pas ici."],
    [["--yes=opensesame"], "The option --yes has a value where it takes none", "L'option --yes a une valeur"],
    [
      ["--estate"],
      "The option --estate has a value where it takes none, or none",
      "L'option --estate a une valeur",
    ],
    [["--estate", "--yes"], "The option --estate", "L'option --estate"],
  ])("says in both languages what is wrong with %j, and no value", (words, english, french) => {
    const error = usageErrorOf(() => parseOptions(words, options));
    expect(error.code).toBe("cli.usage");
    expect(error.text.en).toContain(english);
    expect(error.text.fr).toContain(french);
    expect(JSON.stringify(error.toWire())).not.toContain("opensesame");
    expect(error.hint.fr).toContain("passerelle help");
  });

  it("does not repeat what only looks like an option", () => {
    const error = usageErrorOf(() => parseOptions(["--é=opensesame"], options));
    expect(error.text.en).toBe("The options were not understood.");
  });
});

describe("noFurtherWords", () => {
  it("refuses words and does not repeat them", () => {
    expect(() => noFurtherWords("inventory", [])).not.toThrow();
    const error = usageErrorOf(() => noFurtherWords("inventory", ["opensesame"]));
    expect(error.text).toEqual({
      en: "inventory takes options only.",
      fr: "inventory n'attend que des options.",
    });
  });
});

describe("dataFolder", () => {
  it("is the option, then PASSERELLE_DATA, made absolute", () => {
    expect(dataFolder("there", { PASSERELLE_DATA: "/elsewhere" })).toBe(resolve("there"));
    expect(dataFolder(undefined, { PASSERELLE_DATA: "elsewhere" })).toBe(resolve("elsewhere"));
    expect(dataFolder(undefined, { PASSERELLE_DATA: "" })).not.toBe(resolve(""));
  });

  it.runIf(process.platform === "linux")("is the desktop's place otherwise (XDG Base Directory)", () => {
    expect(dataFolder(undefined, { XDG_DATA_HOME: "/home/ops/data" })).toBe("/home/ops/data/passerelle");
    expect(dataFolder(undefined, {})).toMatch(/\/\.local\/share\/passerelle$/);
  });
});

describe("estatePath", () => {
  it("is the option, then PASSERELLE_ESTATE, and has no other default", () => {
    expect(estatePath("site.yaml", { PASSERELLE_ESTATE: "/other.yaml" })).toBe(resolve("site.yaml"));
    expect(estatePath(undefined, { PASSERELLE_ESTATE: "/other.yaml" })).toBe(resolve("/other.yaml"));
    expect(usageErrorOf(() => estatePath(undefined, {})).text.fr).toContain("PASSERELLE_ESTATE");
  });
});
