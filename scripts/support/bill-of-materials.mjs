/**
 * @typedef {import("./components.mjs").Component} Component
 * @typedef {{ "bom-ref": string, name: string, version: string, scope?: string, properties?: { name: string, value: string }[],
 *   licenses?: unknown[] }} Listed
 * @typedef {{ serialNumber?: string, metadata: { timestamp?: string, component: Listed & Record<string, unknown> }, components: Listed[],
 *   dependencies: { ref: string, dependsOn: string[] }[] }} Bill a bill of materials in CycloneDX's JSON
 */

/**
 * The part of a whole bill of materials (CycloneDX JSON, as `npm sbom` makes it of the lock file) that users are given. It is the same
 * whenever and wherever it is made: no serial number, and the time of the sources in place of now.
 * @param {Bill} whole
 * @param {Component[]} shipped
 * @param {string} timestamp ISO 8601
 * @returns {Bill}
 */
export function shippedBill(whole, shipped, timestamp) {
  const licences = new Map(shipped.map(({ name, version, license }) => [`${name}@${version}`, license]));
  const components = whole.components.flatMap((component) => {
    const key = `${component.name}@${component.version}`;
    if (!licences.delete(key)) return [];
    const license = shipped.find(({ name, version }) => `${name}@${version}` === key)?.license ?? null;
    return [
      {
        ...component,
        scope: "required",
        properties: (component.properties ?? []).filter(({ name }) => name !== "cdx:npm:package:development"),
        licenses: component.licenses ?? (license === null ? [] : [{ license: { name: license } }]),
      },
    ];
  });
  if (licences.size > 0) throw new Error(`not in the lock file's bill: ${[...licences.keys()].join(", ")}`);
  const { serialNumber, ...rest } = whole;
  const kept = new Set([whole.metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])]);
  const dependencies = whole.dependencies.flatMap(({ ref, dependsOn }) =>
    kept.has(ref) ? [{ ref, dependsOn: dependsOn.filter((one) => kept.has(one)).sort() }] : [],
  );
  const component = { ...whole.metadata.component, name: "passerelle", type: "application" };
  return { ...rest, metadata: { ...whole.metadata, timestamp, component }, components, dependencies };
}
