import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { childOf, escapeXml, readXml, type XmlElement, XmlReader } from "./xml.ts";

describe("reading XML", () => {
  test("resolves namespaces, joins text and CDATA, keeps attributes", () => {
    const root = readXml(
      '<a:x xmlns:a="urn:a" xmlns="urn:b"><y n="1">p &amp; <![CDATA[<q>]]></y><a:y/></a:x>',
    );
    expect(root).toMatchObject({ namespace: "urn:a", name: "x" });
    expect(childOf(root, "urn:b", "y")?.text).toBe("p & <q>");
    expect(childOf(root, "urn:b", "y")?.attributes.get("n")).toBe("1");
    expect(childOf(root, "urn:a", "y")?.text).toBe("");
    expect(childOf(root, "urn:c", "y")).toBeUndefined();
  });

  test.each([
    ["nothing", ""],
    ["no end", "<a><b></a>"],
    ["an undeclared prefix", "<a:b/>"],
    ["two roots", "<a/><b/>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY e "x">]><a/>'],
    ["an external entity", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    [
      "entities that multiply",
      `<!DOCTYPE a [<!ENTITY a0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};">`).join("")}]><a>&a30;</a>`,
    ],
    ["an unknown entity", "<a>&unknown;</a>"],
    ["too deep nesting", "<a>".repeat(100) + "</a>".repeat(100)],
    ["very deep nesting", "<a>".repeat(500_000)],
    ["too many elements", `<a>${"<b/>".repeat(150_000)}</a>`],
    ["a character that XML forbids", "<a>\u0001</a>"],
    ["JSON", '{"a":1}'],
  ])("refuses %s", (_what, words) => {
    expect(() => readXml(words)).toThrow();
  });

  test("never does anything but throw an Error or give a tree", () => {
    const sample = '<?xml version="1.0"?><a:E xmlns:a="urn:a"><a:B x="&lt;1">two</a:B><!-- c --></a:E>';
    const words = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .tuple(
          fc.nat({ max: sample.length }),
          fc.nat({ max: 9 }),
          fc.string({ unit: "binary", maxLength: 9 }),
        )
        .map(([at, drop, more]) => sample.slice(0, at) + more + sample.slice(at + drop)),
    );
    fc.assert(
      fc.property(words, (text) => {
        try {
          expect(typeof readXml(text).name).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});

test("a document that comes in pieces is the same as the whole", () => {
  const sample =
    '<?xml version="1.0"?><a:E xmlns:a="urn:a"><a:B x="&lt;1">two &amp; é😀</a:B><![CDATA[q]]></a:E>';
  fc.assert(
    fc.property(fc.array(fc.nat({ max: sample.length }), { maxLength: 8 }), (cuts) => {
      const reader = new XmlReader();
      let from = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), sample.length]) {
        reader.write(sample.slice(from, cut));
        from = cut;
      }
      expect(reader.end()).toEqual(readXml(sample));
    }),
  );
});

test("what is picked is given away whole and in order, and is not kept", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme-ascii" }), { maxLength: 20 }), (values) => {
      const taken: string[] = [];
      const take = ({ children }: XmlElement) => void taken.push(children[0]?.text ?? "");
      const reader = new XmlReader(undefined, { name: "item", take });
      const items = values.map((value) => `<item><value>x${escapeXml(value)}x</value></item>`);
      reader.write(`<all><before/>${items.join("")}<after>1</after></all>`);
      const root = reader.end();
      expect(taken).toEqual(values.map((value) => `x${value}x`));
      expect(root.children.map(({ name }) => name)).toEqual(["before", "after"]);
      expect(root.children[1]?.text).toBe("1");
    }),
  );
});

test("an attribute without a namespace is meant before one of the same local name, whichever comes first", () => {
  const both = ['type="HostSystem" x:type="Reference"', 'x:type="Reference" type="HostSystem"'];
  for (const attributes of both) {
    const root = readXml(`<a xmlns:x="urn:x" ${attributes}><b x:type="Reference"/></a>`);
    expect(root.attributes.get("type")).toBe("HostSystem");
    expect(root.children[0]?.attributes.get("type")).toBe("Reference");
  }
});

describe("writing XML", () => {
  test("any words come back as they were, but for what XML forbids", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), (fine, wild) => {
        const root = readXml(`<a b="${escapeXml(wild)}">x${escapeXml(fine)}x</a>`);
        const allowed = (words: string) =>
          words.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "");
        expect(root.text).toBe(`x${allowed(fine)}x`);
        // An attribute's white space counts as spaces (XML 1.0 section 3.3.3).
        expect(root.attributes.get("b")).toBe(allowed(wild).replace(/[\t\n]/g, " "));
      }),
    );
  });
});
