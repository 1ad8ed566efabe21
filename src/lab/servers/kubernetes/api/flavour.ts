/** The kinds of cluster that the lab can have: of today, one from before `policy/v1`, and OpenShift. */
export const flavours = ["usual", "old", "openshift"] as const;
export type Flavour = (typeof flavours)[number];

/** The version that a cluster says it has. */
export const kubernetesVersions: Readonly<Record<Flavour, string>> = {
  usual: "v1.31.4",
  old: "v1.20.15",
  openshift: "v1.29.10",
};

/** Of OpenShift itself. */
export const openshiftVersion = "4.16.21";
