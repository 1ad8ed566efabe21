import { expect, it } from "vitest";
import { signedHeaders } from "./signature.ts";

it("signs what sha1sum makes of the same words", () => {
  const keys = {
    applicationKey: "applicationkey01",
    applicationSecret: "application-secret",
    consumerKey: "consumer-key",
  };
  const url = "https://api.example/1.0/domain/zone/shop.example/record/7";
  expect(signedHeaders(keys, { method: "PUT", url, body: '{"target":"é"}', time: 1_700_000_000 })).toEqual({
    "x-ovh-application": "applicationkey01",
    "x-ovh-consumer": "consumer-key",
    "x-ovh-timestamp": "1700000000",
    "x-ovh-signature": "$1$579aff360a4049f4b0e275eed1ece121fff4f8a6",
  });
});
