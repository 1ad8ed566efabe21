import { readXml, type XmlElement } from "../../xml.ts";

/** A document without what may differ between two that mean the same: prefixes, message numbers, white space. */
export function essence(words: string): unknown {
  const plain = ({ namespace, name, attributes, children, text }: XmlElement): unknown => ({
    tag: `${namespace} ${name}`,
    attributes: [...attributes].filter(([key]) => !/^(xsi|xsd|a|w|r|h|xmlns)$/.test(key)),
    text: name === "MessageID" ? "" : text,
    children: children.map(plain),
  });
  return plain(readXml(words));
}
