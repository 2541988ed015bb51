// SPDX-License-Identifier: Apache-2.0
// Whether plain data, from a file that anybody may have written, is the plan of a network.
import { familyOf } from "./addresses.ts";
import type { LinkOptions } from "./linkOptions.ts";
import type { TopologyPlan } from "./Topology.ts";

type Fault = string | undefined;
type Check = (value: unknown) => Fault;

const number: Check = (value) => (typeof value === "number" && Number.isFinite(value) ? undefined : "is no number");
const numbers: Check = (value) =>
  Array.isArray(value) && value.every((one) => number(one) === undefined) ? undefined : "is no list of numbers";
const yesOrNo: Check = (value) => (typeof value === "boolean" ? undefined : "is neither true nor false");
const word: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "is no text");
const addresses: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && familyOf(one) !== 0)
    ? undefined
    : "is no list of addresses";
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value) ? undefined : `is none of ${words.join(", ")}`;

/** An object with these properties and no others. Those that are named after it must be there. */
function shape(checks: Readonly<Record<string, Check>>, ...needed: readonly string[]): Check {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "is no object";
    for (const name of needed) if (!Object.hasOwn(value, name)) return `has no "${name}"`;
    for (const [name, one] of Object.entries(value)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (check === undefined) return `has "${name}", which is none of ${Object.keys(checks).join(", ")}`;
      const fault = check(one);
      if (fault !== undefined) return `has a "${name}" that ${fault}`;
    }
    return undefined;
  };
}

function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return "is no list";
    const [fault, at] = value.map((one, i) => [check(one), i + 1] as const).find(([what]) => what !== undefined) ?? [];
    return fault === undefined ? undefined : `has a ${at}. part that ${fault}`;
  };
}

const loss: Check = (value) =>
  typeof value === "number" ? number(value) : shape({ random: number, correlation: number, gemodel: numbers, state: numbers })(value);
const queue = shape({ discipline: oneOf("drop-tail", "codel"), packets: number, bytes: number, target: number, interval: number });
const OPTIONS: Readonly<Record<keyof LinkOptions, Check>> = {
  delay: number,
  jitter: number,
  distribution: oneOf("uniform", "normal", "exponential", "pareto", "paretonormal"),
  correlation: number,
  keepOrder: yesOrNo,
  rate: number,
  trace: numbers,
  queue,
  loss,
  duplicate: number,
  corrupt: number,
  reorder: number,
  schedule: numbers,
  mtu: number,
};
const link = shape(OPTIONS);
const between: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((one) => word(one) === undefined) ? undefined : "is no pair of names";
const plan = shape(
  {
    nodes: listOf(shape({ name: word, kind: oneOf("host", "router"), addresses }, "name", "kind")),
    links: listOf(shape({ between, both: link, back: link }, "between")),
  },
  "nodes",
  "links",
);

/** @throws RangeError for what is no plan: which part of it is wrong, and how */
export function assertPlan(value: unknown, path: string): asserts value is TopologyPlan {
  const fault = plan(value);
  if (fault !== undefined) throw new RangeError(`Cannot take ${path} for a topology: it ${fault}`);
}
