import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OpsError } from "../../shared/errors.ts";
import { chooseSecurityType, chooseVeNCryptType, type LoginMeans, veNCryptLogin } from "./choose-login.ts";
import { veNCryptLogins, veNCryptType } from "./security-types.ts";

const farSide = { name: "Tower A", system: "screens" };
const all = [...veNCryptLogins.keys()];
const everything: LoginMeans = {
  already: "none",
  demand: null,
  hasPassword: true,
  hasUser: true,
  possible: ["anonymous", "certificate"],
};

function chosen(offered: readonly number[], means: Partial<LoginMeans>): number | string {
  try {
    return chooseVeNCryptType(offered, { ...everything, ...means }, farSide);
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
}

describe("of what VeNCrypt offers", () => {
  test.each<[string, Partial<LoginMeans>, readonly number[], number | string]>([
    ["the strongest, when a certificate is demanded", { demand: "certificate" }, all, veNCryptType.x509Plain],
    ["one that needs no user", { demand: "certificate", hasUser: false }, all, veNCryptType.x509Vnc],
    ["one that needs no password", { demand: "certificate", hasPassword: false }, all, veNCryptType.x509None],
    ["encryption without a certificate, when nothing is demanded", {}, all, veNCryptType.tlsVnc],
    ["a certificate, when there is nothing else", {}, [262], veNCryptType.x509Plain],
    ["no TLS where it cannot be spoken", { possible: [] }, all, veNCryptType.vncAuthentication],
    ["the certificate where the other kind cannot be spoken", { possible: ["certificate"] }, [258, 261], 261],
    ["the password in clear, when the estate accepts that", { demand: "anonymous" }, [259], 259],
    ["not the password in clear, unasked", {}, [256, 259], "rfb.password-unprotected"],
    ["the password in clear over TLS that came first", { already: "certificate" }, [256], 256],
    ["nothing below the demand", { demand: "certificate" }, [2, 257, 258, 259], "rfb.tls-missing"],
    ["nothing that is not known", {}, [263, 264], "rfb.no-common-security"],
    ["nothing without a password", { hasPassword: false }, [258], "rfb.password-needed"],
    ["nothing without a user", { demand: "anonymous", hasUser: false }, [259], "rfb.user-needed"],
  ])("%s is taken", (_what, means, offered, expected) => {
    expect(chosen(offered, means)).toBe(expected);
  });

  test("whatever is offered, the password never goes out in clear but behind what the estate accepts", () => {
    const means = fc.record({
      already: fc.constantFrom("none" as const, "anonymous" as const, "certificate" as const),
      demand: fc.constantFrom(null, "anonymous" as const, "certificate" as const),
      hasPassword: fc.boolean(),
      hasUser: fc.boolean(),
      possible: fc.subarray(["anonymous" as const, "certificate" as const]),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, 263, 77]), means, (offered, having) => {
        const type = chosen(offered, having);
        if (typeof type === "string") return;
        const { protection, proof } = veNCryptLogin(type);
        const certified = protection === "certificate" || having.already === "certificate";
        const encrypted = certified || protection === "anonymous" || having.already === "anonymous";
        expect(offered).toContain(type);
        if (having.demand === "certificate") expect(certified).toBe(true);
        if (having.demand === "anonymous") expect(encrypted).toBe(true);
        if (proof === "plain") expect(certified || (encrypted && having.demand === "anonymous")).toBe(true);
        if (proof !== "none") expect(having.hasPassword).toBe(true);
        if (protection !== "none") expect(having.possible).toContain(protection);
      }),
    );
  });
});

test("before VeNCrypt is taken, a demand is held against what is offered", () => {
  const demanding = { ...everything, demand: "certificate" as const };
  expect(chooseSecurityType([1, 2, 19], demanding, farSide)).toBe(19);
  expect(chooseSecurityType([19, 2, 1], everything, farSide)).toBe(2);
  expect(chooseSecurityType([1, 2], { ...demanding, already: "certificate" }, farSide)).toBe(2);
  expect(() => chooseSecurityType([1, 2], { ...demanding, already: "anonymous" }, farSide)).toThrow(
    /demands TLS/,
  );
});
