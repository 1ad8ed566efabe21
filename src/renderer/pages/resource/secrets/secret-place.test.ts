import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePlace } from "../../../state/router.ts";
import { below, folderOf, placeOfSecrets, secretPlaceIn } from "./secret-place.ts";

it("a link to a folder and a secret is read back as it was, whatever is in their names", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((words) => !words.includes("/"));
  fc.assert(
    fc.property(fc.array(name), fc.option(name), (folders, secret) => {
      const folder = folders.join("/");
      const place = { folder, secret: secret === null ? null : below(folder, secret) };
      const { path, query } = parsePlace(placeOfSecrets("vault/mounts/a b", place));
      expect(path).toEqual(["resource", "vault/mounts/a b", "secrets"]);
      expect(secretPlaceIn(query)).toEqual(place);
    }),
  );
});

it("a secret that is linked to without its folder is shown in the one that it stands in", () => {
  expect(secretPlaceIn(new URLSearchParams("secret=shop/billing/key"))).toEqual({
    folder: "shop/billing",
    secret: "shop/billing/key",
  });
  expect(folderOf("key")).toBe("");
});
