/** The API group that every OpenShift has, and nothing else. */
export const openshiftGroup = "config.openshift.io";
