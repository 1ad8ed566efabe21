import { wrongParameters } from "./failure.ts";

/** What a parameter may be, as Proxmox declares it (PVE::JSONSchema). */
export interface Parameter {
  type: "string" | "integer" | "number" | "boolean";
  isOptional: boolean;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  choices?: readonly string[];
  /** A format of its own, with what a value that lacks it does not look like. */
  format?: { pattern: RegExp; name: string };
}

/** Parameters by name; `net[n]` stands for `net0`, `net1` and so on. */
export type Parameters = Readonly<Record<string, Parameter>>;

type Limits = Omit<Partial<Parameter>, "type" | "isOptional">;
const required = (type: Parameter["type"], limits: Limits = {}): Parameter => ({
  type,
  isOptional: false,
  ...limits,
});

/** Parameters that must be there. */
export const needed = {
  text: (limits?: Limits) => required("string", limits),
  integer: (limits?: Limits) => required("integer", limits),
};

/** Parameters that may be left out. */
export const optional = {
  text: (limits?: Limits) => ({ ...required("string", limits), isOptional: true }),
  integer: (limits?: Limits) => ({ ...required("integer", limits), isOptional: true }),
  number: (limits?: Limits) => ({ ...required("number", limits), isOptional: true }),
  flag: () => ({ ...required("boolean"), isOptional: true }),
  choice: (...choices: string[]) => ({ ...required("string", { choices }), isOptional: true }),
};

export const formats = {
  node: { pattern: /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/, name: "node name" },
  guest: { pattern: /^[1-9][0-9]{2,8}$/, name: "VM ID" },
  storage: { pattern: /^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]$/, name: "storage ID" },
  identifier: { pattern: /^[a-zA-Z][a-zA-Z0-9_-]+$/, name: "configuration ID" },
  dnsName: {
    pattern:
      /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/,
    name: "DNS name",
  },
} as const;

export const parts = {
  node: needed.text({ format: formats.node }),
  guest: needed.integer({ minimum: 100, maximum: 999_999_999, format: formats.guest }),
  storage: needed.text({ format: formats.storage }),
  snapshot: needed.text({ maxLength: 40, format: formats.identifier }),
} as const;

const yes = /^(1|on|yes|true)$/i;
const no = /^(0|off|no|false)$/i;
const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Parameters that were found to fit. Asking for one that was not declared as needed and is missing throws RangeError. */
export class Values {
  private readonly given: ReadonlyMap<string, string>;

  constructor(given: ReadonlyMap<string, string>) {
    this.given = given;
  }

  get(name: string): string | null {
    return this.given.get(name) ?? null;
  }

  text(name: string): string {
    const value = this.given.get(name);
    if (value === undefined) throw new RangeError(`the parameter ${name} was not declared as needed`);
    return value;
  }

  number(name: string): number | null {
    const value = this.given.get(name);
    return value === undefined ? null : Number(value);
  }

  flag(name: string): boolean {
    return yes.test(this.given.get(name) ?? "");
  }

  /** Those of an array such as `net[n]`, by their own names, and any whose name the pattern fits. */
  matching(pattern: RegExp): [string, string][] {
    return [...this.given].filter(([name]) => pattern.test(name));
  }

  get all(): ReadonlyMap<string, string> {
    return this.given;
  }
}

function declared(parameters: Parameters, name: string): Parameter | null {
  if (Object.hasOwn(parameters, name)) return parameters[name] ?? null;
  const indexed = name.replace(/\d+$/, "[n]");
  return indexed !== name && Object.hasOwn(parameters, indexed) ? (parameters[indexed] ?? null) : null;
}

/** Why a value does not fit, in the words of PVE::JSONSchema; null when it does. */
function complaint(value: string, parameter: Parameter): string | null {
  const { type, minimum, maximum, maxLength, choices, format } = parameter;
  const isRight =
    type === "string" ||
    (type === "integer" && integer.test(value)) ||
    (type === "number" && decimal.test(value)) ||
    (type === "boolean" && (yes.test(value) || no.test(value)));
  if (!isRight) return `type check ('${type}') failed - got '${value.slice(0, 100)}'`;
  if (format && !format.pattern.test(value)) {
    return `invalid format - value does not look like a valid ${format.name}\n`;
  }
  if (choices && !choices.includes(value)) {
    return `value '${value.slice(0, 100)}' does not have a value in the enumeration '${choices.join(", ")}'`;
  }
  if (maxLength !== undefined && value.length > maxLength) {
    return `value may only be ${maxLength} characters long`;
  }
  if (minimum !== undefined && Number(value) < minimum)
    return `value must have a minimum value of ${minimum}`;
  if (maximum !== undefined && Number(value) > maximum)
    return `value must have a maximum value of ${maximum}`;
  return null;
}

/** Checks what was given against what is declared. Throws a Failure 400 that names every parameter which does not fit. */
export function verify(parameters: Parameters, given: ReadonlyMap<string, string>): Values {
  const errors: Record<string, string> = {};
  for (const [name, value] of given) {
    const parameter = declared(parameters, name);
    const why = parameter
      ? complaint(value, parameter)
      : "property is not defined in schema and the schema does not allow additional properties";
    if (why !== null) errors[name] = why;
  }
  for (const [name, { isOptional }] of Object.entries(parameters)) {
    if (!isOptional && !given.has(name)) errors[name] = "property is missing and it is not optional";
  }
  if (Object.keys(errors).length > 0) throw wrongParameters(errors);
  return new Values(given);
}
