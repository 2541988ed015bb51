// SPDX-License-Identifier: Apache-2.0
/**
 * Components and the streams of Node.js.
 *
 * @module
 */
export { FromNode } from "./FromNode.ts";
export { IntoNode, type IntoNodeOptions } from "./IntoNode.ts";
export { toNode } from "./toNode.ts";
