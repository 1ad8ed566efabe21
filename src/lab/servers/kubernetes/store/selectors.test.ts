import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "./object.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";

const labelled = (labels: Record<string, string>): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "one", uid: "", resourceVersion: "1", creationTimestamp: "", labels },
  spec: { nodeName: "web-1" },
});

describe("labelSelector", () => {
  it.each([
    ["", true],
    ["app=shop", true],
    ["app == shop , tier", true],
    ["app!=shop", false],
    ["missing!=shop", true],
    ["tier in (front, back),!old", true],
    ["tier notin (front)", false],
    ["missing notin (a)", true],
    ["example.com/part=one", true],
    ["old", false],
  ])("'%s' meets: %s", (selector, met) => {
    const object = labelled({ app: "shop", tier: "front", "example.com/part": "one" });
    expect(labelSelector(selector)?.(object)).toBe(met);
  });

  it.each(["app=shop=2", "in (a)", "a b", "app in a", "-x=y", "a=b/c"])("does not take '%s'", (selector) => {
    expect(labelSelector(selector)).toBeNull();
  });

  it("matches or says that it cannot be read, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (selector) => {
        const match = labelSelector(selector);
        if (match) expect(typeof match(labelled({}))).toBe("boolean");
      }),
    );
  });
});

describe("fieldSelector", () => {
  it("takes the fields that it may, and no others", () => {
    const object = labelled({});
    expect(
      fieldSelector("spec.nodeName=web-1,metadata.name!=two", ["spec.nodeName", "metadata.name"])?.(object),
    ).toBe(true);
    expect(fieldSelector("spec.nodeName=", ["spec.nodeName"])?.(object)).toBe(false);
    expect(fieldSelector("spec.other=1", ["spec.nodeName"])).toBeNull();
    expect(fieldSelector("nonsense", ["nonsense"])).toBeNull();
  });
});
