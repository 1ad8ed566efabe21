import { expect, test } from "vitest";
import { safePath } from "./safe-path.ts";

test("lets through what the API has", () => {
  for (const path of [
    "/version",
    "/api/v1/namespaces/kube-system/pods/api-5f.example_1/eviction",
    "/apis/machineconfiguration.openshift.io/v1/machineconfigpools/worker",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node",
  ])
    expect(safePath("east", path)).toBe(path);
});

test("refuses a name that would lead somewhere else", () => {
  for (const name of [
    "..",
    ".",
    "",
    "a?watch=true",
    "a#b",
    "..%2Fsecrets%2Fdb",
    "a%2F..",
    "a b",
    "a\\b",
    "a\r\nHost: x",
    "é",
  ]) {
    for (const path of [`/api/v1/namespaces/shop/pods/${name}`, `/api/v1/namespaces/${name}/pods/db/log`])
      expect(() => safePath("east", path)).toThrowError(
        expect.objectContaining({ code: "kubernetes.name-invalid" }),
      );
  }
});
