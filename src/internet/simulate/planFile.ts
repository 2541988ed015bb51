// SPDX-License-Identifier: Apache-2.0
// Whether plain data, from a file that anybody may have written, is the plan of a network.
import { isAddress } from "./addresses.ts";
import { LINK } from "./linkOptions.ts";
import { assertShape, type Check, listOf, oneOf, shape, word } from "./shape.ts";
import type { TopologyPlan } from "./Topology.ts";

const addresses: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && isAddress(one))
    ? undefined
    : "is no list of addresses";
const between: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((one) => word(one) === undefined) ? undefined : "is no pair of names";
const plan = shape(
  {
    nodes: listOf(shape({ name: word, kind: oneOf("host", "router"), addresses }, "name", "kind")),
    links: listOf(shape({ between, both: LINK, back: LINK }, "between")),
  },
  "nodes",
  "links",
);

/** @throws RangeError for what is no plan: which part of it is wrong, and how */
export function assertPlan(value: unknown, path: string): asserts value is TopologyPlan {
  assertShape(`take ${path} for a topology`, plan, value);
}
